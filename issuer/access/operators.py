"""Operators: invited with a role, given another, let in anew, removed; and whose pages they see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from issuer import audit
from issuer.access.passwords import folded
from issuer.access.roles import Role
from issuer.access.sessions import number
from issuer.audit import Action
from issuer.content import one_line
from issuer.errors import NotFoundError, OperatorChangeError
from issuer.organisations import by_slug, identity
from issuer.secret_values import digest, new_secret
from issuer.store import access as store
from issuer.store import organisations as organisations_store
from issuer.tables import LoginLink, Operator, Organisation

NAME_LENGTH = 100


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
    """Make an operator, for one organisation or for all, and give the code of a login link.

    Raises:
        OperatorChangeError: the name is empty.
    """
    name = one_line(name)[:NAME_LENGTH]
    if not name:
        raise OperatorChangeError("name")
    organisation_id = identity(organisation) if organisation else None
    operator = Operator(name=name, role=role, organisation_id=organisation_id, created_at=now)
    session.add(operator)
    session.flush()
    _note(session, operator, Action.OPERATOR_INVITED, actor=actor, now=now)
    return _new_link(session, operator, now=now, lifetime=lifetime)


def change_role(session: Session, operator: Operator, role: Role, *, actor: str, now: datetime) -> None:
    """Give an operator another role; raises `OperatorChangeError` for the last owner."""
    if operator.role == Role.OWNER and role is not Role.OWNER:
        _keep_an_owner(session, operator)
    operator.role = role
    session.add(operator)
    _note(session, operator, Action.OPERATOR_ROLE_CHANGED, actor=actor, now=now)


def reset(session: Session, operator: Operator, *, actor: str, now: datetime, lifetime: timedelta) -> str:
    """Take away everything an operator logs in with, and give the code of a new login link."""
    store.drop_credentials(session, number(operator))
    _note(session, operator, Action.OPERATOR_RESET, actor=actor, now=now)
    return _new_link(session, operator, now=now, lifetime=lifetime)


def remove(session: Session, operator: Operator, *, actor: str, now: datetime) -> None:
    """Shut an operator out at once and forget the name; raises `OperatorChangeError` for the last owner."""
    if operator.role == Role.OWNER:
        _keep_an_owner(session, operator)
    store.drop_credentials(session, number(operator))
    operator.name, operator.login_name, operator.removed_at = "", None, now
    session.add(operator)
    _note(session, operator, Action.OPERATOR_REMOVED, actor=actor, now=now)


def colleagues(session: Session, organisation: Organisation) -> Sequence[Operator]:
    """List those who work for one organisation."""
    return store.operators_of(session, identity(organisation))


def colleague(session: Session, organisation: Organisation, operator_id: int) -> Operator:
    """Find someone who works for an organisation; raises `NotFoundError`."""
    found = store.operator_by_id(session, operator_id)
    if found is None or found.removed_at is not None or found.organisation_id != organisation.id:
        raise NotFoundError("no such operator")
    return found


def by_login_name(session: Session, login_name: str) -> Operator:
    """Find who logs in under a name; raises `NotFoundError`."""
    found = store.operator_by_login_name(session, folded(login_name))
    if found is None:
        raise NotFoundError("no operator logs in under this name")
    return found


def organisations(session: Session, operator: Operator) -> list[Organisation]:
    """List the organisations that an operator works for."""
    if operator.organisation_id is None:
        return list(organisations_store.all_organisations(session))
    return [organisations_store.organisation_by_id(session, operator.organisation_id)]


def organisation(session: Session, operator: Operator, slug: str) -> Organisation:
    """Open an organisation; one of somebody else is as unknown as one that does not exist.

    Raises:
        NotFoundError: there is none, or it is not this operator's.
    """
    found = by_slug(session, slug)
    if operator.organisation_id not in (None, found.id):
        raise NotFoundError("no such organisation")
    return found


def _keep_an_owner(session: Session, operator: Operator) -> None:
    if operator.organisation_id is None:
        return
    # Two owners who remove each other at the same moment would leave nobody.
    organisations_store.lock_organisation(session, operator.organisation_id)
    owners = [
        each for each in store.operators_of(session, operator.organisation_id) if each.role == Role.OWNER
    ]
    if [each.id for each in owners] == [operator.id]:
        raise OperatorChangeError("last-owner")


def _new_link(session: Session, operator: Operator, *, now: datetime, lifetime: timedelta) -> str:
    code = new_secret()
    session.add(LoginLink(code_hash=digest(code), operator_id=number(operator), expires_at=now + lifetime))
    session.flush()
    return code


def _note(session: Session, operator: Operator, action: Action, *, actor: str, now: datetime) -> None:
    audit.record(
        session, operator.organisation_id, actor=actor, action=action, subject=operator.actor, now=now
    )
