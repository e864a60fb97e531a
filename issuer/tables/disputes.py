"""What workers say is wrong, what the organisation answered, and what it decided."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Text
from sqlmodel import Field

from issuer.tables.base import IssuerTable, UtcDateTime


class Dispute(IssuerTable, table=True):
    """A worker disagrees with a statement of one type, or with one record of it.

    `state` is received, noted, maintained, granted or withdrawn. `record_key` names the record by what it
    is about, so that the mark stays on it when a later export changes its numbers.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    statement_id: UUID = Field(foreign_key="statement.id", index=True)
    record_list: str | None = None
    record_key: str | None = Field(default=None, sa_type=Text)
    text: str = Field(sa_type=Text)
    language: str
    state: str
    received_at: datetime = Field(sa_type=UtcDateTime)
    disputed_on: date | None = None
    reply: str | None = Field(default=None, sa_type=Text)
    replied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
