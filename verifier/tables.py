"""The verifier's one table, on its own registry. Nothing that a reader hands in is ever stored."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, LargeBinary
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC that comes back aware from SQLite too."""

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
        """Give the zone back that SQLite forgets."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class VerifierTable(SQLModel, registry=registry()):
    """Base of the verifier's tables; its metadata holds nothing of another service."""


class FetchedDocument(VerifierTable, table=True):
    """A DID document, status list or trust list, exactly as it was fetched.

    Lists are public and fetched whole, so a row does not tell whose work was checked.
    """

    __tablename__ = "fetched_document"

    identifier: str = Field(primary_key=True)
    body: bytes = Field(sa_type=LargeBinary)
    fetched_at: datetime = Field(sa_type=UtcDateTime, index=True)
