"""Profiles of an organisation's own, and exports that wait for one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import LargeBinary, Text
from sqlmodel import Field

from issuer.tables.base import IssuerTable, UtcDateTime


class StoredProfile(IssuerTable, table=True):
    """One version of a profile; the newest one of a name counts. `content` is its TOML."""

    __tablename__ = "stored_profile"
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    name: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    content: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Upload(IssuerTable, table=True):
    """An export that waits: for an operator who names its columns, or to be read as an import.

    `draft` is what was said of the columns and `words` what was counted in them, both as JSON.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    file_name: str
    size_bytes: int = 0
    import_id: UUID | None = Field(default=None, foreign_key="import.id", index=True)
    draft: str | None = Field(default=None, sa_type=Text)
    words: str | None = Field(default=None, sa_type=Text)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class UploadChunk(IssuerTable, table=True):
    """A compressed piece of an upload; it ends with it."""

    __tablename__ = "upload_chunk"
    upload_id: UUID = Field(foreign_key="upload.id", primary_key=True)
    number: int = Field(primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)
    expires_at: datetime = Field(sa_type=UtcDateTime)
