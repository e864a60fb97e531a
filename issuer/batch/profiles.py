"""Profiles: those that ship with the issuer, and an organisation's own, of which every version is kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import tomli_w
from sqlmodel import Session

from issuer import audit
from issuer.audit import Action
from issuer.errors import NotFoundError
from issuer.imports import (
    Profile,
    available_profiles,
    load_profile,
    profile_of,
    profile_of_toml,
    shipped_profile,
)
from issuer.organisations import identity
from issuer.store import organisations as organisations_store
from issuer.store import profiles as store
from issuer.tables import Organisation, StoredProfile

NAME_LENGTH: Final = 60


def available(session: Session, organisation: Organisation) -> list[Profile]:
    """List the profiles that an organisation can choose from, its own ones first."""
    own_ones = own(session, organisation)
    taken = {profile.name for profile in own_ones}
    return [*own_ones, *(load_profile(name) for name in available_profiles() if name not in taken)]


def own(session: Session, organisation: Organisation) -> list[Profile]:
    """List the profiles that an organisation made itself."""
    return [find(session, organisation, name) for name in store.names(session, identity(organisation))]


def find(session: Session, organisation: Organisation, name: str) -> Profile:
    """Find a profile by its name: the organisation's own, or one that ships with the issuer.

    Raises:
        ProfileError: there is no such profile.
    """
    stored = store.newest(session, identity(organisation), name)
    return profile_of_toml(stored.content, name) if stored else shipped_profile(name)


def named(session: Session, organisation: Organisation, name_or_path: str) -> Profile:
    """Find a profile as `find` does, or in a file; for whoever may read files.

    Raises:
        ProfileError: there is no such profile.
    """
    if store.newest(session, identity(organisation), name_or_path) is not None:
        return find(session, organisation, name_or_path)
    return load_profile(name_or_path)


def save(
    session: Session, organisation: Organisation, document: Mapping[str, Any], *, now: datetime
) -> StoredProfile:
    """Keep a profile under a name made of its title; one that is there already gets a new version.

    The first one of an organisation that has no usual profile becomes that.

    Raises:
        ProfileError: it breaks a rule; the message names the place.
    """
    name = _name(str(document.get("title", "")))
    profile_of(document, name)
    before = store.newest(session, identity(organisation), name)
    if not organisation.profile:
        organisations_store.organisation_by_id(session, identity(organisation)).profile = name
    content = tomli_w.dumps(document)
    if before is not None and before.content == content:
        return before
    stored = StoredProfile(
        organisation_id=identity(organisation), name=name, version=before.version + 1 if before else 1,
        content=content, created_at=now,
    )  # fmt: skip
    session.add(stored)
    session.flush()
    return stored


def note_saved(
    session: Session, organisation: Organisation, kept: StoredProfile, *, actor: str, now: datetime
) -> None:
    """Note in the organisation's log that somebody keeps a profile."""
    audit.record(
        session, identity(organisation), actor=actor, action=Action.PROFILE_SAVED,
        subject=f"{kept.name}:{kept.version}", now=now,
    )  # fmt: skip


def toml(session: Session, organisation: Organisation, name: str) -> str:
    """Give an organisation's own profile as a TOML file; raises `NotFoundError`."""
    stored = store.newest(session, identity(organisation), name)
    if stored is None:
        raise NotFoundError("the organisation has no such profile")
    return stored.content


def _name(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title.casefold())
    return re.sub(r"[^a-z0-9]+", "-", plain)[:NAME_LENGTH].strip("-") or "profile"
