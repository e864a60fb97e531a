"""A password together with a one-time code. Passwords are kept as Argon2id, the code's secret sealed.

Checking takes a tenth of a second and happens in a reading transaction: a writer would make everybody
else on SQLite wait for it. What was checked is then spent in a writing one.
"""

from __future__ import annotations

import base64
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlmodel import Session

from issuer.access import one_time_codes
from issuer.access.sessions import number
from issuer.content import one_line
from issuer.errors import CredentialChoiceError, KeyFolderError, LoginRefusedError
from issuer.keyring.sealing import seal, unseal
from issuer.store import access as store
from issuer.tables import Operator, OperatorPassword, RecoveryCode

LEAST_LENGTH: Final = 12
MOST_LENGTH: Final = 256
NAME_LENGTHS: Final = range(3, 101)
# RFC 9106, "Parameter Choice", the second recommended option with one lane.
_HASHER: Final = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
_NOBODYS_SECRET: Final = one_time_codes.new_app_secret()


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody fills in to come in. `code` is the app's, or a recovery code."""

    login_name: str
    password: str
    code: str


@dataclass(frozen=True, slots=True)
class Checked:
    """An entry that was right; its code still has to be spent.

    `kept_hash` is the password as it is stored, and `new_hash` the same at today's cost when that is
    another one.
    """

    operator_id: int
    step: int | None
    recovery_hash: str
    kept_hash: str
    new_hash: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A secret offered to an authenticator app; `sealed` travels in the form until a code proves the app."""

    app_secret: str
    sealed: str


def propose(operator: Operator, *, service_secret: bytes) -> Proposal:
    """Make a secret for an operator's authenticator app; nothing is stored."""
    secret = one_time_codes.new_app_secret()
    sealed = seal(secret.encode(), purpose=_proposal_purpose(operator), service_secret=service_secret)
    return Proposal(secret, base64.urlsafe_b64encode(sealed).decode("ascii"))


def proposed(operator: Operator, sealed: str, *, service_secret: bytes) -> Proposal:
    """Read a proposal that came back.

    Raises:
        CredentialChoiceError: it is not one that was made for this operator.
    """
    try:
        content = base64.b64decode(sealed, altchars=b"-_", validate=True)
        secret = unseal(content, purpose=_proposal_purpose(operator), service_secret=service_secret)
    except (ValueError, KeyFolderError) as error:
        raise CredentialChoiceError("code") from error
    return Proposal(secret.decode("ascii"), sealed)


def check(session: Session, entry: Entry, *, service_secret: bytes, now: datetime) -> Checked:
    """Judge an entry. An unknown name takes as long as a wrong password, and is answered the same.

    Raises:
        LoginRefusedError: something in it is wrong; it is not said what.
    """
    operator = store.operator_by_login_name(session, folded(entry.login_name))
    kept = store.password_of(session, number(operator)) if operator else None
    is_right = _matches(kept.password_hash if kept else _nobodys_hash(), entry.password)
    secret = _secret(kept, service_secret) if kept else _NOBODYS_SECRET
    step = one_time_codes.matching_step(secret, entry.code, now)
    recovery_hash = one_time_codes.recovery_digest(entry.code)
    is_recovery = store.has_recovery_code(session, kept.operator_id if kept else 0, recovery_hash)
    if kept is None or not is_right or (step is None and not is_recovery):
        operator_id = kept.operator_id if kept else None
        raise LoginRefusedError("the name, the password or the code is wrong", operator_id)
    return Checked(kept.operator_id, step, recovery_hash, kept.password_hash, _at_todays_cost(kept, entry))


def spend(session: Session, checked: Checked) -> Operator:
    """Use up the code of a checked entry and give whose it was; the password is kept at today's cost.

    Raises:
        LoginRefusedError: the code was used before, or the operator was removed meanwhile.
    """
    if checked.step is not None:
        is_fresh = store.spend_counter(session, checked.operator_id, checked.step)
    else:
        is_fresh = store.spend_recovery_code(session, checked.operator_id, checked.recovery_hash)
    operator = store.operator_by_id(session, checked.operator_id)
    if not is_fresh or operator is None or operator.removed_at is not None:
        raise LoginRefusedError("the code was used before", checked.operator_id)
    if checked.new_hash is not None:
        store.replace_password_hash(session, checked.operator_id, checked.kept_hash, checked.new_hash)
    return operator


def set_up(
    session: Session,
    operator: Operator,
    entry: Entry,
    proposal: Proposal,
    *,
    service_secret: bytes,
    now: datetime,
) -> tuple[str, ...]:
    """Give an operator a login name, a password and an authenticator app; return new recovery codes.

    Args:
        session: a writing transaction.
        operator: whose password.
        entry: the name, the new password, and a code as proof that the app works.
        proposal: what the app was given.
        service_secret: seals the app's secret.
        now: the moment.

    Raises:
        CredentialChoiceError: the name is malformed or taken, the password too short, or the code wrong.
    """
    name = folded(entry.login_name)
    _check_choice(session, operator, name, entry.password)
    step = one_time_codes.matching_step(proposal.app_secret, entry.code, now)
    if step is None:
        raise CredentialChoiceError("code")
    operator_id = number(operator)
    store.drop_password(session, operator_id)
    operator.login_name = name
    session.add(operator)
    session.add(
        OperatorPassword(
            operator_id=operator_id,
            password_hash=_HASHER.hash(_normal(entry.password)),
            sealed_secret=seal(
                proposal.app_secret.encode(), purpose=_purpose(operator_id), service_secret=service_secret
            ),
            used_counter=step,
        )
    )
    return new_recovery_codes(session, operator_id)


def new_recovery_codes(session: Session, operator_id: int) -> tuple[str, ...]:
    """Write recovery codes down as hashes, and give them to be shown once."""
    codes = one_time_codes.new_recovery_codes()
    for code in codes:
        session.add(RecoveryCode(code_hash=one_time_codes.recovery_digest(code), operator_id=operator_id))
    session.flush()
    return codes


def folded(login_name: str) -> str:
    """Write a login name as it is compared."""
    return one_line(unicodedata.normalize("NFKC", login_name)).casefold()


def _check_choice(session: Session, operator: Operator, name: str, password: str) -> None:
    if len(name) not in NAME_LENGTHS:
        raise CredentialChoiceError("login-name")
    known = store.operator_by_login_name(session, name)
    if known is not None and known.id != operator.id:
        raise CredentialChoiceError("login-name-taken")
    if not LEAST_LENGTH <= len(password) <= MOST_LENGTH or name in password.casefold():
        raise CredentialChoiceError("password")


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, _normal(password[:MOST_LENGTH]))
    except VerifyMismatchError:
        return False


def _at_todays_cost(kept: OperatorPassword, entry: Entry) -> str | None:
    """Hash a password that was right anew, when it was hashed at another cost than new ones are."""
    if not _HASHER.check_needs_rehash(kept.password_hash):
        return None
    return _HASHER.hash(_normal(entry.password[:MOST_LENGTH]))


def _normal(password: str) -> bytes:
    # Two keyboards may write one letter in two ways; a lone surrogate cannot be written at all.
    return unicodedata.normalize("NFKC", password).encode("utf-8", errors="replace")


def _secret(kept: OperatorPassword, service_secret: bytes) -> str:
    purpose = _purpose(kept.operator_id)
    return unseal(kept.sealed_secret, purpose=purpose, service_secret=service_secret).decode("ascii")


def _purpose(operator_id: int) -> str:
    return f"one-time codes of operator {operator_id}"


def _proposal_purpose(operator: Operator) -> str:
    return f"new app of operator {number(operator)}"


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(one_time_codes.new_app_secret())
