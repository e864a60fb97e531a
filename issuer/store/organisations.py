"""Organisations and their public keys."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from issuer.tables import Organisation, OrganisationKey


def organisation_by_slug(session: Session, slug: str) -> Organisation | None:
    """Find an organisation."""
    return session.exec(select(Organisation).where(Organisation.slug == slug)).one_or_none()


def ids_by_slug(session: Session, slugs: Collection[str]) -> dict[str, int]:
    """Find organisations by their slugs."""
    query = select(Organisation.slug, Organisation.id).where(col(Organisation.slug).in_(slugs))
    return {slug: found for slug, found in session.exec(query) if found is not None}


def organisation_by_id(session: Session, organisation_id: int) -> Organisation:
    """Read an organisation that something else refers to."""
    return session.get_one(Organisation, organisation_id)


def lock_organisation(session: Session, organisation_id: int) -> None:
    """Let one transaction at a time change what an organisation states.

    Claims go on: rows that refer to the organisation may be added meanwhile.
    """
    query = select(Organisation).where(Organisation.id == organisation_id)
    session.exec(query.with_for_update(key_share=True)).one()


def has_stopped(session: Session, organisation_id: int) -> bool:
    """Whether an organisation has stopped by now: who waited for a lock may have waited for that."""
    query = select(Organisation.retired_at).where(Organisation.id == organisation_id)
    return session.exec(query).one() is not None


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
