"""Those who work with this service, and how they come in."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from issuer.tables.base import IssuerTable, UtcDateTime


class Operator(IssuerTable, table=True):
    """Someone who works with this service: for one organisation, or for all when that is empty."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    role: str = Field(default="owner", sa_column_kwargs={"server_default": "owner"})
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def actor(self) -> str:
        """How the audit log names this operator."""
        return f"operator:{self.id}"


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
