"""The issuer's tables, on a registry of their own.

Secrets are never stored: login links, sessions and access tokens as SHA-256, nonces too, and claim codes
not at all (they are derived from the offer's id with a key that lives beside the signing keys).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse moments without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """SQLite forgets the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class IssuerTable(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """Root of the issuer's tables."""


class Organisation(IssuerTable, table=True):
    """A platform on this host. `profile` is how its exports are usually read."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True, max_length=60)
    name: str
    kind: str
    contact: str
    did: str = Field(unique=True)
    profile: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class OrganisationKey(IssuerTable, table=True):
    """A public key of an organisation; the private half is a file in the keys folder."""

    __tablename__ = "organisation_key"
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    algorithm: str
    verification_method: str = Field(unique=True)
    multikey: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Operator(IssuerTable, table=True):
    """Someone who works with this service: for one organisation, or for all when that is empty."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class LoginLink(IssuerTable, table=True):
    """A link that opens one session, once."""

    __tablename__ = "login_link"
    code_hash: str = Field(primary_key=True)
    operator_id: int = Field(foreign_key="operator.id", index=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class OperatorSession(IssuerTable, table=True):
    """A browser in which an operator is logged in."""

    __tablename__ = "operator_session"
    token_hash: str = Field(primary_key=True)
    operator_id: int = Field(foreign_key="operator.id", index=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class Import(IssuerTable, table=True):
    """One export that was read, with its rows counted. `state` is preview, committed or discarded."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    file_name: str
    file_sha256: str
    profile: str
    name_check: str
    state: str
    good_count: int = 0
    cancelled_count: int = 0
    bad_count: int = 0
    worker_count: int = 0
    new_statement_count: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    committed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RefusedRow(IssuerTable, table=True):
    """A row that could not be used, and why."""

    __tablename__ = "refused_row"
    id: int | None = Field(default=None, primary_key=True)
    import_id: UUID = Field(foreign_key="import.id", index=True)
    file: str
    row: int
    column: str | None
    reason: str
    message: str


class StagedRecord(IssuerTable, table=True):
    """A record of an import that is not committed yet; gone afterwards.

    `content` is the record of `issuer.imports.records` as JSON, `kind` the name of its type, and
    `record_key` is unique per worker over all kinds.
    """

    __tablename__ = "staged_record"
    id: int | None = Field(default=None, primary_key=True)
    import_id: UUID = Field(foreign_key="import.id", index=True)
    kind: str
    worker_key: str
    record_key: str
    category: str | None
    occupation: str | None
    content: str = Field(sa_type=Text)


class Worker(IssuerTable, table=True):
    """Someone who worked through an organisation, under the organisation's own key.

    `search_text` is name and key without case and accents; databases disagree about both.
    """

    __table_args__ = (UniqueConstraint("organisation_id", "worker_key"),)
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    worker_key: str
    name: str
    contact: str | None = None
    search_text: str = Field(index=True)


class Record(IssuerTable, table=True):
    """One gig, cancelled gig or achievement, kept so that a later export can change it."""

    __table_args__ = (UniqueConstraint("worker_id", "record_key"),)
    id: int | None = Field(default=None, primary_key=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    kind: str
    record_key: str
    content: str = Field(sa_type=Text)


class Statement(IssuerTable, table=True):
    """What an organisation commits to about a worker, as of a date. Claims never change."""

    __table_args__ = (UniqueConstraint("worker_id", "type", "version"),)
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    import_id: UUID = Field(foreign_key="import.id", index=True)
    type: str
    version: int
    as_of: date
    content_hash: str
    content: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_reason: str | None = None


class StatusList(IssuerTable, table=True):
    """One list of an organisation: the bits, and the signed bytes as they were last published."""

    __tablename__ = "status_list"
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    number: int = Field(primary_key=True)
    bits: bytes = Field(sa_type=LargeBinary)
    allocated_count: int = 0
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    credential: bytes | None = Field(default=None, sa_type=LargeBinary)
    token: bytes | None = Field(default=None, sa_type=LargeBinary)


class Copy(IssuerTable, table=True):
    """One signed form for one holder key. `source` names its statements: one, or two for paper."""

    __table_args__ = (
        UniqueConstraint("source", "form", "holder_thumbprint"),
        UniqueConstraint("organisation_id", "status_number", "status_index"),
        ForeignKeyConstraint(
            ["organisation_id", "status_number"], ["status_list.organisation_id", "status_list.number"]
        ),
    )
    id: UUID = Field(primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    source: str
    form: str
    holder_thumbprint: str
    status_number: int
    status_index: int
    secured: str = Field(sa_type=Text)
    signed_at: datetime = Field(sa_type=UtcDateTime)
    wallet_event: str | None = None


class CopyStatement(IssuerTable, table=True):
    """Which statements a copy shows."""

    __tablename__ = "copy_statement"
    copy_id: UUID = Field(foreign_key="copy.id", primary_key=True)
    statement_id: UUID = Field(foreign_key="statement.id", primary_key=True, index=True)


class Offer(IssuerTable, table=True):
    """An invitation to one worker. `state` is open, redeemed, locked or cancelled."""

    __table_args__ = (Index(None, "worker_id", "state"),)
    id: str = Field(primary_key=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    state: str
    wrong_tx_codes: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    redeemed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class OfferStatement(IssuerTable, table=True):
    """Which statements an offer covers."""

    __tablename__ = "offer_statement"
    offer_id: str = Field(foreign_key="offer.id", primary_key=True)
    statement_id: UUID = Field(foreign_key="statement.id", primary_key=True, index=True)


class AccessToken(IssuerTable, table=True):
    """The right to fetch what an offer covers, for a while."""

    __tablename__ = "access_token"
    token_hash: str = Field(primary_key=True)
    offer_id: str = Field(foreign_key="offer.id", index=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class Nonce(IssuerTable, table=True):
    """A nonce that was given out and not used yet."""

    nonce_hash: str = Field(primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class IssuedStatus(IssuerTable, table=True):
    """The status entry of a credential that a VC-API instance issued; no organisation's.

    `list_number` tells which of the instance's keys signs the list.
    """

    __tablename__ = "issued_status"
    list_number: int = Field(primary_key=True)
    list_index: int = Field(primary_key=True)
    credential_id: str = Field(index=True)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


METADATA: MetaData = IssuerTable.metadata
"""What the migrations must produce."""
