"""Every way in: an invitation, a passkey, or a password with a code; each ends in a new session.

Attempts are paid for from allowances in the database, per address and per login name, before anything
is judged; those that fail are noted in the audit log. A passkey cannot be guessed, so nobody can lock an
operator out of that way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from issuer.access import passkeys, passwords, sessions
from issuer.access.passkeys import Answer
from issuer.access.passwords import Entry
from issuer.access.refusals import noted
from issuer.access.sessions import Login, number
from issuer.api.allowances import Rate, spend
from issuer.errors import LoginLinkError, LoginRefusedError
from issuer.secret_values import digest
from issuer.service import Service
from issuer.store import access as store
from issuer.tables import Operator

PER_ADDRESS: Final = Rate(calls=10, burst=30)
PER_NAME: Final = Rate(calls=1, burst=10)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where somebody comes from: an address, and what the browser says of itself."""

    address: str
    browser: str


def by_link(service: Service, code: str, visitor: Visitor) -> str:
    """Spend a login link and give the token of a session, in which the operator chooses how to log in.

    Raises:
        LoginLinkError: the link is unknown, used or too old, or the operator has another way in already.
    """
    with noted(service), service.database.writing() as session:
        operator = store.spend_login_link(session, digest(code), service.clock())
        if operator is None or (has_credentials(session, operator) and not service.settings.link_log_in):
            raise LoginLinkError("the login link does not work (any more)")
        return _begin(service, session, operator, visitor, is_set_up=service.settings.link_log_in)


def by_password(service: Service, entry: Entry, visitor: Visitor) -> str:
    """Let someone in with a password and a code; gives the token of a session.

    Raises:
        TooManyRequestsError: there were too many attempts; nothing was judged.
        LoginRefusedError: something was wrong; it is not said what.
    """
    with noted(service):
        checked = _checked(service, entry, visitor)
        with service.database.writing() as session:
            return _begin(service, session, passwords.spend(session, checked), visitor)


def by_passkey(service: Service, answer: Answer, visitor: Visitor) -> str:
    """Let someone in with a passkey; gives the token of a session.

    Raises:
        TooManyRequestsError: there were too many attempts; nothing was judged.
        LoginRefusedError: the answer is not what was asked, or not for here.
    """
    _pay(service, f"log-in from {visitor.address}", PER_ADDRESS)
    with noted(service):
        take_challenge(service, answer, operator_id=None)
        with service.database.writing() as session:
            operator = passkeys.verify(session, answer, party=service.relying_party, now=service.clock())
            return _begin(service, session, operator, visitor)


def ask_passkey(service: Service, visitor: Visitor) -> str:
    """Ask whoever is there for a passkey; JSON for the browser."""
    _pay(service, f"log-in from {visitor.address}", PER_ADDRESS)
    with service.database.writing() as session:
        return passkeys.ask(session, operator_id=None, party=service.relying_party, now=service.clock())


def confirm_by_password(service: Service, login: Login, entry: Entry, visitor: Visitor) -> str:
    """Let an operator show the password once more; gives the token of the session that takes over.

    Raises:
        TooManyRequestsError, LoginRefusedError: as for `by_password`, also when it is somebody else's.
    """
    with noted(service):
        checked = _checked(service, entry, visitor)
        if checked.operator_id != login.operator.id:
            raise LoginRefusedError("this is another operator's password", login.operator.id)
        with service.database.writing() as session:
            return renew(service, session, login, passwords.spend(session, checked), visitor)


def confirm_by_passkey(service: Service, login: Login, answer: Answer, visitor: Visitor) -> str:
    """Let an operator show a passkey once more; gives the token of the session that takes over."""
    with noted(service):
        take_challenge(service, answer, operator_id=number(login.operator))
        with service.database.writing() as session:
            operator = passkeys.verify(session, answer, party=service.relying_party, now=service.clock())
            if operator.id != login.operator.id:
                raise LoginRefusedError("this is another operator's passkey", login.operator.id)
            return renew(service, session, login, operator, visitor)


def renew(service: Service, session: Session, login: Login, operator: Operator, visitor: Visitor) -> str:
    """Put a new session in the place of one whose operator has just shown who they are."""
    store.end_sessions(session, number(operator), only=login.session_id)
    return _begin(service, session, operator, visitor)


def take_challenge(service: Service, answer: Answer, *, operator_id: int | None) -> None:
    """Use up the challenge of an answer; raises `LoginRefusedError` when it was not asked, or answered."""
    with service.database.writing() as session:
        was_asked = passkeys.take_challenge(session, answer, operator_id=operator_id, now=service.clock())
    if not was_asked:
        raise LoginRefusedError("this was not asked, or was answered already", operator_id)


def has_credentials(session: Session, operator: Operator) -> bool:
    """Whether an operator can come in without an invitation."""
    operator_id = number(operator)
    return store.password_of(session, operator_id) is not None or bool(
        store.passkeys_of(session, operator_id)
    )


def _checked(service: Service, entry: Entry, visitor: Visitor) -> passwords.Checked:
    _pay(service, f"log-in from {visitor.address}", PER_ADDRESS)
    # The name is somebody's: what is kept of it is a digest.
    _pay(service, f"log-in as {digest(passwords.folded(entry.login_name))}", PER_NAME)
    with service.database.reading() as session:
        return passwords.check(
            session, entry, service_secret=service.keys.claim_code_key(), now=service.clock()
        )


def _pay(service: Service, caller: str, rate: Rate) -> None:
    with service.database.writing() as session:
        spend(session, caller, rate=rate, now=service.clock())


def _begin(
    service: Service, session: Session, operator: Operator, visitor: Visitor, *, is_set_up: bool = True
) -> str:
    return sessions.begin(
        session, operator, browser=visitor.browser, is_set_up=is_set_up, now=service.clock(),
        rules=service.session_rules,
    )  # fmt: skip
