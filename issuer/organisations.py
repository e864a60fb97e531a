"""Organisations: what they are called, which keys speak for them, and who they are as an issuer."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from issuer.errors import KeyFolderError, NotFoundError, OrganisationError, RetiredError, SettingsError
from issuer.keyring.keys import KeyFolder, KeyPlan
from issuer.store import organisations as store
from issuer.store.copies import new_status_list
from issuer.tables import Organisation, OrganisationKey
from standard.dids import did_document, did_web
from standard.keys import Algorithm, PublicKey, Signer, fragment
from standard.model import Did
from standard.strict_json import JsonValue
from standard.timestamps import write_moment

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SLUG_LENGTH = 60
NAME_LENGTH = 200
CONTACT_SCHEMES = ("mailto:", "https://", "tel:")
EMAIL = re.compile(r"[^\s@:/]+@[^\s@:/]+")


class OrganisationKind(StrEnum):
    """What an organisation is, whatever work it speaks about: that stands in its statements."""

    PLATFORM = "platform"
    COOPERATIVE = "cooperative"
    LEARN_WORK_PLACE = "learn-work-place"
    ASSESSMENT_PROVIDER = "assessment-provider"
    CERTIFIER = "certifier"
    MUNICIPALITY = "municipality"


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """What an operator says about an organisation when it is added."""

    slug: str
    name: str
    kind: OrganisationKind
    contact: str
    profile: str


@dataclass(frozen=True, slots=True)
class Signers:
    """One organisation as a signer: who it is, and a key for each family of forms."""

    did: Did
    name: str
    ed25519: Signer
    p256: Signer


def add(session: Session, keys: KeyFolder, new: NewOrganisation, *, host: str, now: datetime) -> Organisation:
    """Add an organisation with fresh keys and an empty status list.

    Raises:
        OrganisationError: the slug is malformed or taken, the name is empty, or the contact leads nowhere.
    """
    if not SLUG.fullmatch(new.slug) or len(new.slug) > SLUG_LENGTH:
        raise OrganisationError("a slug is small letters, digits and single hyphens")
    if not new.name.strip():
        raise OrganisationError("an organisation needs a name")
    if contact_address(new.contact) is None:
        raise OrganisationError(
            "a contact is an e-mail address, or an address that begins with mailto:, https:// or tel:"
        )
    if store.organisation_by_slug(session, new.slug) is not None:
        raise OrganisationError("an organisation with this slug exists")
    did = did_web(host, "org", new.slug)
    organisation = Organisation(
        slug=new.slug, name=new.name.strip(), kind=new.kind, contact=new.contact, did=did,
        profile=new.profile, created_at=now,
    )  # fmt: skip
    session.add(organisation)
    session.flush()
    for key in new_keys(keys, organisation, KeyPlan(), now=now):
        key.active_from = now
        session.add(key)
    session.add(new_status_list(identity(organisation), 1))
    session.flush()
    return organisation


def change(
    session: Session,
    organisation: Organisation,
    *,
    name: str,
    contact: str,
    kind: OrganisationKind,
    profile: str,
    profiles: Collection[str],
) -> None:
    """Change what an organisation says of itself; what it stated before keeps the name of then.

    Args:
        profile: how its exports are usually read, one of `profiles`; empty: in no usual way.

    Raises:
        SettingsError: a field cannot be taken.
    """
    name, contact = name.strip(), contact.strip()
    if not name or len(name) > NAME_LENGTH:
        raise SettingsError("name")
    if contact_address(contact) is None:
        raise SettingsError("contact")
    if profile and profile not in profiles:
        raise SettingsError("profile")
    stored = store.organisation_by_id(session, identity(organisation))
    stored.name, stored.contact, stored.kind, stored.profile = name, contact, kind, profile
    session.flush()


def contact_address(contact: str) -> str | None:
    """Turn what an organisation gave as its contact into something to follow, if it can be followed."""
    if contact.startswith(CONTACT_SCHEMES):
        return contact
    return f"mailto:{contact}" if EMAIL.fullmatch(contact) else None


def published_contact(organisation: Organisation) -> str:
    """The contact as it stands on a trust list, where it is an absolute address."""
    return contact_address(organisation.contact) or organisation.contact


def new_keys(
    keys: KeyFolder, organisation: Organisation, plan: KeyPlan, *, now: datetime
) -> list[OrganisationKey]:
    """Make a key of each algorithm, or take the ones that a plan names; nothing is stored yet.

    Raises:
        KeyFolderError: the keys cannot be made or found where the plan says.
    """
    return [
        OrganisationKey(
            organisation_id=identity(organisation),
            algorithm=made.public_key.algorithm,
            verification_method=f"{organisation.did}#{fragment(made.public_key)}",
            multikey=made.public_key.multikey,
            store=plan.store,
            label=made.label,
            created_at=now,
        )
        for made in keys.generate(organisation.slug, plan)
    ]


def by_slug(session: Session, slug: str) -> Organisation:
    """Find an organisation; raises `NotFoundError` when there is none."""
    found = store.organisation_by_slug(session, slug) if SLUG.fullmatch(slug) else None
    if found is None:
        raise NotFoundError("no such organisation")
    return found


def identity(organisation: Organisation) -> int:
    """The key of an organisation that is stored."""
    if organisation.id is None:
        raise ValueError("the organisation is not stored yet")
    return organisation.id


def signers(session: Session, keys: KeyFolder, organisation: Organisation) -> Signers:
    """Open an organisation's newest key of each algorithm.

    Raises:
        KeyFolderError: a key is missing, or is kept where this service cannot reach.
        RetiredError: the organisation has stopped.
    """
    if store.has_stopped(session, identity(organisation)):
        raise RetiredError("the organisation has stopped, and signs nothing any more")
    in_use = store.keys_in_use(session, identity(organisation))

    def newest(algorithm: Algorithm) -> Signer:
        of_this_kind = [key for key in in_use if key.algorithm == algorithm]
        if not of_this_kind:
            raise KeyFolderError(f"the organisation has no {algorithm} key")
        return keys.open(organisation.slug, of_this_kind[-1])

    return Signers(Did(organisation.did), organisation.name, newest("Ed25519"), newest("P-256"))


def lock_for_change(session: Session, organisation: Organisation) -> None:
    """Let one transaction at a time change what an organisation states, as long as it states anything.

    Raises:
        RetiredError: the organisation has stopped.
    """
    store.lock_organisation(session, identity(organisation))
    if store.has_stopped(session, identity(organisation)):
        raise RetiredError("the organisation has stopped, and states nothing any more")


def document(session: Session, organisation: Organisation) -> dict[str, JsonValue]:
    """Write the DID document: keys that are announced, in use, retired and stolen, each with its end."""
    known = {
        PublicKey.from_multikey(key.multikey): key
        for key in store.organisation_keys(session, identity(organisation))
    }
    return did_document(
        Did(organisation.did),
        list(known),
        expires={public: key.retired_at for public, key in known.items() if key.retired_at},
        revoked={public: key.compromised_at for public, key in known.items() if key.compromised_at},
    )


def described(session: Session, organisation: Organisation) -> dict[str, Any]:
    """Tell what a steward needs to know of an organisation."""
    known = store.organisation_keys(session, identity(organisation))
    facts = organisation.model_dump(include={"slug", "name", "kind", "did"})
    return {**facts, "contact": published_contact(organisation), "keys": [key_facts(key) for key in known]}


def key_facts(key: OrganisationKey) -> dict[str, Any]:
    """Tell what is public about a key."""
    moments = {
        "announced": key.created_at,
        "valid_from": key.active_from,
        "valid_until": key.retired_at,
        "compromised_at": key.compromised_at,
    }
    return {
        "id": key.verification_method,
        "multikey": key.multikey,
        "store": key.store,
        **{name: write_moment(moment) for name, moment in moments.items() if moment is not None},
    }
