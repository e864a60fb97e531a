"""Organisations, their public keys, and who may work for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select, update

from issuer.tables import LoginLink, Operator, OperatorSession, Organisation, OrganisationKey


def organisation_by_slug(session: Session, slug: str) -> Organisation | None:
    """Find an organisation."""
    return session.exec(select(Organisation).where(Organisation.slug == slug)).one_or_none()


def organisation_by_id(session: Session, organisation_id: int) -> Organisation:
    """Read an organisation that something else refers to."""
    return session.get_one(Organisation, organisation_id)


def lock_organisation(session: Session, organisation_id: int) -> None:
    """Let one transaction at a time change what an organisation states."""
    session.exec(select(Organisation).where(Organisation.id == organisation_id).with_for_update()).one()


def all_organisations(session: Session) -> Sequence[Organisation]:
    """List the organisations of this host by name."""
    return session.exec(select(Organisation).order_by(func.lower(Organisation.name))).all()


def organisation_keys(session: Session, organisation_id: int) -> Sequence[OrganisationKey]:
    """List every key that an organisation has or had, the oldest first."""
    query = select(OrganisationKey).where(OrganisationKey.organisation_id == organisation_id)
    return session.exec(query.order_by(col(OrganisationKey.id))).all()


# Built once, because every claim asks it.
_KEYS_IN_USE: Final = (
    select(OrganisationKey)
    .where(
        col(OrganisationKey.organisation_id) == bindparam("organisation"),
        col(OrganisationKey.active_from).is_not(None),
        col(OrganisationKey.retired_at).is_(None),
    )
    .order_by(col(OrganisationKey.id))
)


def keys_in_use(session: Session, organisation_id: int) -> Sequence[OrganisationKey]:
    """List an organisation's keys that sign now, the oldest first."""
    return session.execute(_KEYS_IN_USE, {"organisation": organisation_id}).scalars().all()


def spend_login_link(session: Session, code_hash: str, now: datetime) -> Operator | None:
    """Use a login link up; None when it is unknown, used or expired."""
    spent = session.exec(
        update(LoginLink)
        .where(
            col(LoginLink.code_hash) == code_hash,
            col(LoginLink.used_at).is_(None),
            col(LoginLink.expires_at) > now,
        )
        .values(used_at=now)
    )
    if spent.rowcount != 1:
        return None
    return session.get_one(Operator, session.get_one(LoginLink, code_hash).operator_id)


def operator_of_session(session: Session, token_hash: str, now: datetime) -> Operator | None:
    """Find who is logged in with a session token."""
    found = session.get(OperatorSession, token_hash)
    if found is None or found.expires_at <= now:
        return None
    return session.get_one(Operator, found.operator_id)


def end_session(session: Session, token_hash: str) -> None:
    """Log out; nothing happens when nobody was logged in."""
    found = session.get(OperatorSession, token_hash)
    if found is not None:
        session.delete(found)
