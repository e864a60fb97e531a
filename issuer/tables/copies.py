"""Signed copies, and the lists that say whether they were withdrawn."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from issuer.tables.base import IssuerTable, UtcDateTime

ENTRY_BITS = 2
"""Valid, withdrawn or suspended."""


class StatusList(IssuerTable, table=True):
    """One list of an organisation: the bits, and the signed bytes as they were last published.

    `entry_bits` is 2; lists from before copies could be suspended have 1, and no `suspension`.
    `is_outdated` says that the bits, or the keys, changed since the bytes were signed.
    """

    __tablename__ = "status_list"
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    number: int = Field(primary_key=True)
    entry_bits: int = ENTRY_BITS
    bits: bytes = Field(sa_type=LargeBinary)
    allocated_count: int = 0
    is_outdated: bool = False
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    credential: bytes | None = Field(default=None, sa_type=LargeBinary)
    suspension: bytes | None = Field(default=None, sa_type=LargeBinary)
    token: bytes | None = Field(default=None, sa_type=LargeBinary)


class Copy(IssuerTable, table=True):
    """One signed form for one holder key. `source` names its statements: one, or two for paper.

    `copy_hash` is what an archive keeps of it. Of an erased copy only id, place, hash and date are left.
    """

    __table_args__ = (
        UniqueConstraint("source", "form", "holder_thumbprint"),
        UniqueConstraint("organisation_id", "status_number", "status_index"),
        ForeignKeyConstraint(
            ["organisation_id", "status_number"], ["status_list.organisation_id", "status_list.number"]
        ),
        Index(None, "organisation_id", "signed_at"),
    )
    id: UUID = Field(primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    source: str
    form: str
    holder_thumbprint: str
    status_number: int
    status_index: int
    secured: str = Field(sa_type=Text)
    copy_hash: bytes = Field(sa_type=LargeBinary)
    signed_at: datetime = Field(sa_type=UtcDateTime)
    wallet_event: str | None = None


class CopyStatement(IssuerTable, table=True):
    """Which statements a copy shows."""

    __tablename__ = "copy_statement"
    copy_id: UUID = Field(foreign_key="copy.id", primary_key=True)
    statement_id: UUID = Field(foreign_key="statement.id", primary_key=True, index=True)


class IssuedStatus(IssuerTable, table=True):
    """The status entry of a credential that a VC-API instance issued; no organisation's.

    `list_number` tells which of the instance's keys signs the list.
    """

    __tablename__ = "issued_status"
    list_number: int = Field(primary_key=True)
    list_index: int = Field(primary_key=True)
    credential_id: str = Field(index=True)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
