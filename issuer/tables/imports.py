"""Exports: what was read, refused, and staged."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, LargeBinary, Text
from sqlmodel import Field

from issuer.tables.base import IssuerTable, UtcDateTime


class Import(IssuerTable, table=True):
    """One export that was read, with its rows counted.

    `state` is reading, failed, preview, committing, committed or discarded. `attempt` counts how often
    somebody began to read it; `fault` says why it failed, with the columns that were missing as JSON.
    `last_day` is the last day that its records tell about. Of the statements that it would make,
    `updated_count` go on where an earlier one ended and `changed_count` say something else about days that
    an earlier one covers; both are None while it is read. `correction_reason` is set when the operator
    called the latter corrections. Without a `file_name` it is what an operator corrected by hand.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    file_name: str
    file_sha256: str
    profile: str
    name_check: str
    state: str
    attempt: int = 0
    fault: str | None = None
    missing_columns: str | None = Field(default=None, sa_type=Text)
    good_count: int = 0
    cancelled_count: int = 0
    bad_count: int = 0
    worker_count: int = 0
    new_statement_count: int = 0
    last_day: date | None = None
    as_of: date | None = None
    updated_count: int | None = None
    changed_count: int | None = None
    correction_reason: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    committed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def is_by_hand(self) -> bool:
        """Whether an operator says so, and no file was read."""
        return not self.file_name


class ImportCategory(IssuerTable, table=True):
    """How many gigs of one of the platform's own kinds of work an import holds."""

    __tablename__ = "import_category"
    import_id: UUID = Field(foreign_key="import.id", primary_key=True)
    category: str = Field(primary_key=True)
    occupation: str | None
    gig_count: int


class RefusedRow(IssuerTable, table=True):
    """A row that could not be used, and why."""

    __tablename__ = "refused_row"
    __table_args__ = (Index(None, "import_id", "row", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    import_id: UUID = Field(foreign_key="import.id")
    file: str
    row: int
    column: str | None
    reason: str
    message: str


class StagedBlock(IssuerTable, table=True):
    """Records of an import that is not committed yet; gone afterwards.

    All records of one worker are in one `bucket`, so that a commit can go bucket by bucket. `content` is
    what `issuer.content.write_records` makes of them, and `digests` holds 16 bytes for the identity of
    each, in the same order.
    """

    __tablename__ = "staged_block"
    import_id: UUID = Field(foreign_key="import.id", primary_key=True)
    bucket: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    record_count: int
    digests: bytes = Field(sa_type=LargeBinary)
    content: bytes = Field(sa_type=LargeBinary)
