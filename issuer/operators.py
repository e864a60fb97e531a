"""Operators: in by a link that works once; there are no passwords."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from issuer import audit
from issuer.audit import Action
from issuer.errors import LoginLinkError, NotFoundError, NotLoggedInError
from issuer.organisations import by_slug, identity
from issuer.roles import Role
from issuer.secret_values import digest, new_secret
from issuer.store import organisations as store
from issuer.tables import LoginLink, Operator, OperatorSession, Organisation


def invite(
    session: Session,
    *,
    name: str,
    role: Role,
    organisation: Organisation | None,
    actor: str,
    now: datetime,
    lifetime: timedelta,
) -> str:
    """Make an operator, for one organisation or for all, and give the code of a login link."""
    organisation_id = identity(organisation) if organisation else None
    operator = Operator(name=name, role=role, organisation_id=organisation_id, created_at=now)
    session.add(operator)
    session.flush()
    audit.record(
        session, organisation_id, actor=actor, action=Action.OPERATOR_INVITED, subject=operator.actor, now=now
    )
    code = new_secret()
    session.add(LoginLink(code_hash=digest(code), operator_id=_stored(operator), expires_at=now + lifetime))
    return code


def log_in(session: Session, code: str, *, now: datetime, lifetime: timedelta) -> str:
    """Spend a login link and give the token of a new session.

    Raises:
        LoginLinkError: the link is unknown, used, or too old.
    """
    operator = store.spend_login_link(session, digest(code), now)
    if operator is None:
        raise LoginLinkError("the login link does not work (any more)")
    audit.record(
        session,
        operator.organisation_id,
        actor=operator.actor,
        action=Action.OPERATOR_LOGGED_IN,
        subject=operator.actor,
        now=now,
    )
    token = new_secret()
    session.add(
        OperatorSession(token_hash=digest(token), operator_id=_stored(operator), expires_at=now + lifetime)
    )
    return token


def log_out(session: Session, token: str) -> None:
    """End a session."""
    store.end_session(session, digest(token))


def find(session: Session, token: str | None, *, now: datetime) -> Operator | None:
    """Find who is logged in, if anybody is."""
    return store.operator_of_session(session, digest(token), now) if token else None


def current(session: Session, token: str | None, *, now: datetime) -> Operator:
    """Find who is logged in; raises `NotLoggedInError` when nobody is."""
    operator = find(session, token, now=now)
    if operator is None:
        raise NotLoggedInError("nobody is logged in")
    return operator


def organisations(session: Session, operator: Operator) -> list[Organisation]:
    """List the organisations that an operator works for."""
    if operator.organisation_id is None:
        return list(store.all_organisations(session))
    return [store.organisation_by_id(session, operator.organisation_id)]


def organisation(session: Session, operator: Operator, slug: str) -> Organisation:
    """Open an organisation; one of somebody else is as unknown as one that does not exist.

    Raises:
        NotFoundError: there is none, or it is not this operator's.
    """
    found = by_slug(session, slug)
    if operator.organisation_id not in (None, found.id):
        raise NotFoundError("no such organisation")
    return found


def _stored(operator: Operator) -> int:
    if operator.id is None:
        raise ValueError("the operator is not stored yet")
    return operator.id
