"""Workers, what they did, and what is stated about them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from issuer.tables.base import IssuerTable, UtcDateTime


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


class Ledger(IssuerTable, table=True):
    """Every record that was told about one worker, kept so that a later export can change it.

    `content` is what `issuer.batch.ledger` makes of them: one row a worker is read and written
    many times faster than one row a gig, and nobody asks the database about single gigs.
    """

    worker_id: UUID = Field(foreign_key="worker.id", primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)


class Statement(IssuerTable, table=True):
    """What an organisation commits to about a worker, as of a date. Claims never change.

    `corrects` is the withdrawn statement in whose place this one stands.
    """

    __table_args__ = (UniqueConstraint("worker_id", "type", "version"), Index(None, "revoked_at"))
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    import_id: UUID = Field(foreign_key="import.id", index=True)
    type: str
    version: int
    as_of: date
    content_hash: str
    content: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)
    valid_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    corrects: UUID | None = Field(default=None, foreign_key="statement.id", index=True)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_reason: str | None = None
    suspended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    suspended_reason: str | None = None

    @property
    def is_in_force(self) -> bool:
        """Whether nothing was decided against it; it may have expired."""
        return self.revoked_at is None and self.suspended_at is None

    def counts(self, now: datetime) -> bool:
        """Whether it is in force and has not expired."""
        return self.is_in_force and (self.valid_until is None or self.valid_until > now)
