"""Exports: what was read, refused, and staged."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Text
from sqlmodel import Field

from issuer.tables.base import IssuerTable, UtcDateTime


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
