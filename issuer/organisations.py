"""Organisations: what they are called, which keys speak for them, and who they are as an issuer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from issuer.errors import KeyFolderError, NotFoundError, OrganisationError
from issuer.keys import KeyFolder
from issuer.store import organisations as store
from issuer.store.copies import new_status_list
from issuer.tables import Organisation, OrganisationKey
from standard.dids import did_document, did_web
from standard.keys import Algorithm, PublicKey, Signer, fragment
from standard.model import Did, DidUrl
from standard.strict_json import JsonValue

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SLUG_LENGTH = 60


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """What an operator says about an organisation when it is added."""

    slug: str
    name: str
    kind: str
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
        OrganisationError: the slug is malformed or taken, or the name is empty.
    """
    if not SLUG.fullmatch(new.slug) or len(new.slug) > SLUG_LENGTH:
        raise OrganisationError("a slug is small letters, digits and single hyphens")
    if not new.name.strip():
        raise OrganisationError("an organisation needs a name")
    if store.organisation_by_slug(session, new.slug) is not None:
        raise OrganisationError("an organisation with this slug exists")
    did = did_web(host, "org", new.slug)
    organisation = Organisation(
        slug=new.slug, name=new.name.strip(), kind=new.kind, contact=new.contact, did=did,
        profile=new.profile, created_at=now,
    )  # fmt: skip
    session.add(organisation)
    session.flush()
    for key in keys.generate(new.slug):
        session.add(_public_key(organisation, key, now))
    session.add(new_status_list(identity(organisation), 1))
    session.flush()
    return organisation


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
        KeyFolderError: a key is missing.
    """
    public = store.organisation_keys(session, identity(organisation))

    def newest(algorithm: Algorithm) -> Signer:
        methods = [key.verification_method for key in public if key.algorithm == algorithm]
        if not methods:
            raise KeyFolderError(f"the organisation has no {algorithm} key")
        return keys.signer(organisation.slug, DidUrl(methods[-1]))

    return Signers(Did(organisation.did), organisation.name, newest("Ed25519"), newest("P-256"))


def document(session: Session, organisation: Organisation) -> dict[str, JsonValue]:
    """Write the DID document."""
    public = store.organisation_keys(session, identity(organisation))
    return did_document(Did(organisation.did), [PublicKey.from_multikey(key.multikey) for key in public])


def described(session: Session, organisation: Organisation) -> dict[str, Any]:
    """Tell what a steward needs to know of an organisation."""
    public = store.organisation_keys(session, identity(organisation))
    facts = organisation.model_dump(include={"slug", "name", "kind", "contact", "did"})
    return {**facts, "keys": [{"id": key.verification_method, "multikey": key.multikey} for key in public]}


def _public_key(organisation: Organisation, key: PublicKey, now: datetime) -> OrganisationKey:
    return OrganisationKey(
        organisation_id=identity(organisation),
        algorithm=key.algorithm,
        verification_method=f"{organisation.did}#{fragment(key)}",
        multikey=key.multikey,
        created_at=now,
    )
