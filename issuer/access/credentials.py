"""What an operator logs in with: added, replaced, taken away, each noted in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from issuer import audit
from issuer.access import entrance, passkeys, passwords
from issuer.access.entrance import Visitor
from issuer.access.passkeys import Answer
from issuer.access.passwords import Entry, Proposal
from issuer.access.sessions import Login, number
from issuer.audit import Action
from issuer.errors import CredentialChoiceError, NotFoundError
from issuer.service import Service
from issuer.store import access as store
from issuer.tables import Operator, OperatorSession, Passkey


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an operator logs in with, and where they are logged in."""

    passkeys: Sequence[Passkey]
    has_password: bool
    recovery_codes_left: int
    sessions: Sequence[OperatorSession]

    @property
    def is_last(self) -> bool:
        """Whether there is one way in only, which has to stay."""
        return len(self.passkeys) + self.has_password <= 1


def of(session: Session, operator: Operator, service: Service) -> Credentials:
    """Gather what an operator logs in with."""
    operator_id = number(operator)
    return Credentials(
        passkeys=store.passkeys_of(session, operator_id),
        has_password=store.password_of(session, operator_id) is not None,
        recovery_codes_left=store.count_recovery_codes(session, operator_id),
        sessions=store.sessions_of(session, operator_id, service.clock()),
    )


def ask_new_passkey(service: Service, login: Login) -> str:
    """Ask an operator for a new passkey; JSON for the browser."""
    with service.database.writing() as session:
        return passkeys.ask_new(session, login.operator, party=service.relying_party, now=service.clock())


def add_passkey(service: Service, login: Login, answer: Answer, name: str, visitor: Visitor) -> str:
    """Keep a new passkey; gives the token of the session that takes over."""
    entrance.take_challenge(service, answer, operator_id=number(login.operator))
    with service.database.writing() as session:
        made = passkeys.add(
            session, login.operator, answer, name=name, party=service.relying_party, now=service.clock()
        )
        _note(service, session, login.operator, Action.PASSKEY_ADDED)
        return entrance.renew(service, session, login, _operator(session, made.operator_id), visitor)


def remove_passkey(service: Service, login: Login, passkey_id: str) -> None:
    """Forget a passkey.

    Raises:
        NotFoundError: the operator has no such passkey.
        CredentialChoiceError: it is the last way in.
    """
    with service.database.writing() as session:
        found = store.passkey_by_id(session, passkey_id)
        if found is None or found.operator_id != login.operator.id:
            raise NotFoundError("no such passkey")
        _keep_a_way_in(session, login.operator, service)
        session.delete(found)
        _note(service, session, login.operator, Action.PASSKEY_REMOVED)


def set_password(
    service: Service, login: Login, entry: Entry, proposal: Proposal, visitor: Visitor
) -> tuple[str, tuple[str, ...]]:
    """Set password and authenticator app; gives the token of the session that takes over, and recovery codes.

    Every other session ends: whoever knew the old password is out.
    """
    with service.database.writing() as session:
        operator = _operator(session, number(login.operator))
        codes = passwords.set_up(
            session, operator, entry, proposal, service_secret=service.keys.claim_code_key(),
            now=service.clock(),
        )  # fmt: skip
        store.end_sessions(session, number(operator))
        _note(service, session, operator, Action.PASSWORD_SET)
        return entrance.renew(service, session, login, operator, visitor), codes


def remove_password(service: Service, login: Login) -> None:
    """Forget password, app and recovery codes; raises `CredentialChoiceError` for the last way in."""
    with service.database.writing() as session:
        _keep_a_way_in(session, login.operator, service)
        store.drop_password(session, number(login.operator))
        _note(service, session, login.operator, Action.PASSWORD_REMOVED)


def replace_recovery_codes(service: Service, login: Login) -> tuple[str, ...]:
    """Make new recovery codes; those of before stop working."""
    with service.database.writing() as session:
        operator_id = number(login.operator)
        if store.password_of(session, operator_id) is None:
            raise CredentialChoiceError("no-password")
        store.drop_recovery_codes(session, operator_id)
        _note(service, session, login.operator, Action.RECOVERY_CODES_MADE)
        return passwords.new_recovery_codes(session, operator_id)


def end_sessions(service: Service, login: Login, *, only: str | None = None, but: str | None = None) -> None:
    """Log an operator out in one session, or everywhere but in one, or everywhere."""
    with service.database.writing() as session:
        store.end_sessions(session, number(login.operator), only=only, but=but)
        _note(service, session, login.operator, Action.OPERATOR_LOGGED_OUT)


def _keep_a_way_in(session: Session, operator: Operator, service: Service) -> None:
    if of(session, operator, service).is_last:
        raise CredentialChoiceError("last")


def _operator(session: Session, operator_id: int) -> Operator:
    found = store.operator_by_id(session, operator_id)
    if found is None or found.removed_at is not None:
        raise NotFoundError("the operator was removed")
    return found


def _note(service: Service, session: Session, operator: Operator, action: Action) -> None:
    audit.record(
        session, operator.organisation_id, actor=operator.actor, action=action, subject=operator.actor,
        now=service.clock(),
    )  # fmt: skip
