"""Organisations and their public keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field

from issuer.tables.base import IssuerTable, UtcDateTime


class Organisation(IssuerTable, table=True):
    """A platform on this host. `profile` is how its exports are usually read.

    After `retired_at` nothing is signed any more, and its last status lists are final.
    """

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True, max_length=60)
    name: str
    kind: str
    contact: str
    did: str = Field(unique=True)
    profile: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Branding(IssuerTable, table=True):
    """How an organisation looks to workers: two colours as `#rrggbb`, and a logo as PNG; each may be missing.

    `logo_hash` is the logo's SHA-256, so that its address can be written without reading it.
    """

    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    accent: str | None = None
    text: str | None = None
    logo: bytes | None = Field(default=None, sa_type=LargeBinary)
    logo_hash: str | None = None


class Validity(IssuerTable, table=True):
    """For how many days after its date a statement of one type counts; without a row it counts on."""

    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    type: str = Field(primary_key=True)
    days: int


class OrganisationKey(IssuerTable, table=True):
    """A public key of an organisation; the private half is in `store`, there under `label`.

    A key is announced in the DID document when it is made, signs from `active_from` to `retired_at`, and
    stays in the document afterwards, unless it was stolen.
    """

    __tablename__ = "organisation_key"
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    algorithm: str
    verification_method: str = Field(unique=True)
    multikey: str
    store: str = "file"
    label: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    active_from: datetime | None = Field(default=None, sa_type=UtcDateTime)
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    compromised_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
