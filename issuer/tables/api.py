"""Programs of an organisation that use the platform API, and what they may still do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, Text
from sqlmodel import Field

from issuer.tables.base import IssuerTable, UtcDateTime


class ApiClient(IssuerTable, table=True):
    """A program that acts for an organisation. `scopes` are separated by spaces.

    `jwks` holds the public keys with which it signs its assertions, when it does not use API keys.
    """

    __tablename__ = "api_client"
    id: str = Field(primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    name: str
    scopes: str
    jwks: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def actor(self) -> str:
        """How the audit log names this program."""
        return f"client:{self.id}"


class ApiKey(IssuerTable, table=True):
    """A secret that a client shows; two may live at once, so that one can take over from the other."""

    __tablename__ = "api_key"
    id: str = Field(primary_key=True)
    client_id: str = Field(foreign_key="api_client.id", index=True)
    secret_hash: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ApiToken(IssuerTable, table=True):
    """An access token that a client got for a signed assertion."""

    __tablename__ = "api_token"
    token_hash: str = Field(primary_key=True)
    client_id: str = Field(foreign_key="api_client.id", index=True)
    scopes: str
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class ClientAssertion(IssuerTable, table=True):
    """The `jti` of an assertion that was used, until it would have expired anyway."""

    __tablename__ = "client_assertion"
    client_id: str = Field(primary_key=True, foreign_key="api_client.id")
    jti: str = Field(primary_key=True)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class RepeatableAnswer(IssuerTable, table=True):
    """What a request with an idempotency key was answered, so that its repeat is answered the same.

    `body` is sealed: an answer may hold a secret.
    """

    __tablename__ = "repeatable_answer"
    client_id: str = Field(primary_key=True, foreign_key="api_client.id")
    key: str = Field(primary_key=True)
    fingerprint: str
    status: int
    body: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Allowance(IssuerTable, table=True):
    """How far ahead of its steady rate a caller is; `paid_until` lies at most a burst in the future."""

    caller: str = Field(primary_key=True)
    paid_until: datetime = Field(sa_type=UtcDateTime)
