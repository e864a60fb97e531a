"""Those who work with this service, and how they come in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field

from issuer.tables.base import IssuerTable, UtcDateTime


class Operator(IssuerTable, table=True):
    """Someone who works with this service: for one organisation, or for all when that is empty.

    Who is removed stays as a number without a name, so that the audit log never speaks of two people
    under one id.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str
    role: str = Field(default="owner", sa_column_kwargs={"server_default": "owner"})
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    login_name: str | None = Field(default=None, index=True, unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

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
    """A browser in which an operator is logged in; with `is_set_up` false only to choose how to log in.

    `confirmed_at` is when the operator last showed a passkey, or password and code.
    """

    __tablename__ = "operator_session"
    token_hash: str = Field(primary_key=True)
    operator_id: int = Field(foreign_key="operator.id", index=True)
    is_set_up: bool
    browser: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Passkey(IssuerTable, table=True):
    """A public key whose private half is in an operator's device. `id` is the credential id, base64url."""

    id: str = Field(primary_key=True)
    operator_id: int = Field(foreign_key="operator.id", index=True)
    name: str
    public_key: bytes = Field(sa_type=LargeBinary)
    sign_count: int = Field(sa_type=BigInteger)
    created_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PasskeyChallenge(IssuerTable, table=True):
    """What a passkey was asked to sign, until it has; for one operator, or for whoever logs in."""

    __tablename__ = "passkey_challenge"
    challenge_hash: str = Field(primary_key=True)
    operator_id: int | None = Field(default=None, foreign_key="operator.id", index=True)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class OperatorPassword(IssuerTable, table=True):
    """A password as Argon2id writes it, and the sealed secret of its one-time codes.

    `used_counter` is the time step of the last code that was taken: no earlier one is.
    """

    __tablename__ = "operator_password"
    operator_id: int = Field(primary_key=True, foreign_key="operator.id")
    password_hash: str
    sealed_secret: bytes = Field(sa_type=LargeBinary)
    used_counter: int


class RecoveryCode(IssuerTable, table=True):
    """A code that stands in for a one-time code, once."""

    __tablename__ = "recovery_code"
    code_hash: str = Field(primary_key=True)
    operator_id: int = Field(foreign_key="operator.id", index=True)


class StrangerHour(IssuerTable, table=True):
    """How often in one hour somebody came with a name, link or passkey that nobody has; not with which."""

    __tablename__ = "stranger_hour"
    hour: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    attempt_count: int
    expires_at: datetime = Field(sa_type=UtcDateTime)
