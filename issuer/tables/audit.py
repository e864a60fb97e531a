"""The audit log: who did what to which record, each entry bound to the one before it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from issuer.tables.base import IssuerTable, UtcDateTime


class AuditChain(IssuerTable, table=True):
    """The end of one organisation's log, or of the host's own; whoever appends locks it."""

    __tablename__ = "audit_chain"
    name: str = Field(primary_key=True)
    length: int = 0
    head: str = ""


class AuditEntry(IssuerTable, table=True):
    """One thing that somebody did. Actor and subject are ids: the log outlives the people in it."""

    __tablename__ = "audit_entry"
    chain: str = Field(primary_key=True, foreign_key="audit_chain.name")
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    action: str
    subject: str
    hash: str
