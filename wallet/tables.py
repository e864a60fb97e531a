"""The wallet's tables, on their own registry. Whatever describes a worker is sealed (`wallet/sealing.py`)."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import DateTime, Dialect, LargeBinary, UniqueConstraint
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC that comes back aware from SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse naive moments: whose clock was that?"""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the zone back that SQLite forgets."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WalletTable(SQLModel, registry=registry()):
    """Base of every table of the wallet; its metadata holds nothing of another service."""


class Worker(WalletTable, table=True):
    """One account. The name is chosen by the worker, folded to one spelling, and says nothing by itself."""

    __tablename__ = "worker"

    id: str = Field(primary_key=True)
    account_name: str = Field(unique=True, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class KeySlot(WalletTable, table=True):
    """The worker's vault key, wrapped under one secret. Without slots the vault never opens again."""

    __tablename__ = "key_slot"
    __table_args__ = (UniqueConstraint("worker_id", "kind"),)

    id: str = Field(primary_key=True)
    worker_id: str = Field(foreign_key="worker.id", index=True, ondelete="CASCADE")
    kind: str
    salt: bytes = Field(sa_type=LargeBinary)
    memory_kib: int
    passes: int
    wrapped_key: bytes = Field(sa_type=LargeBinary)


class LoginSession(WalletTable, table=True):
    """One login. `id` and `sealed_key` are both derived from a cookie that the server does not keep."""

    __tablename__ = "login_session"

    id: str = Field(primary_key=True)
    worker_id: str = Field(foreign_key="worker.id", index=True, ondelete="CASCADE")
    sealed_key: bytes = Field(sa_type=LargeBinary)
    idle_until: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime, index=True)


class FailedLogin(WalletTable, table=True):
    """How often one account name, or one address, failed lately; the key is a digest."""

    __tablename__ = "failed_login"

    key: str = Field(primary_key=True)
    failures: int
    counting_until: datetime = Field(sa_type=UtcDateTime, index=True)


class Inbox(WalletTable, table=True):
    """Where platforms may leave offers for one worker. The address lets in, and opens nothing."""

    __tablename__ = "inbox"

    worker_id: str = Field(primary_key=True, foreign_key="worker.id", ondelete="CASCADE")
    address: str = Field(unique=True)


class InboxOffer(WalletTable, table=True):
    """An offer that a platform left. It says nothing about the worker: that comes with her code."""

    __tablename__ = "inbox_offer"
    __table_args__ = (UniqueConstraint("worker_id", "offer_uri"),)

    id: str = Field(default_factory=lambda: str(uuid4()), primary_key=True)
    worker_id: str = Field(foreign_key="worker.id", index=True, ondelete="CASCADE")
    offer_uri: str
    received_at: datetime = Field(sa_type=UtcDateTime)


class SealedRow(WalletTable):
    """The shape that every sealed table has: bytes that open at this place and version only."""

    id: str = Field(primary_key=True)
    worker_id: str = Field(foreign_key="worker.id", index=True, ondelete="CASCADE")
    version: int
    sealed: bytes = Field(sa_type=LargeBinary)


class HolderKeyRow(SealedRow, table=True):
    """The worker's P-256 key, which statements are bound to and which signs a KlusCV."""

    __tablename__ = "holder_key"


class RecoverySheetRow(SealedRow, table=True):
    """A recovery code that the worker has not yet said to have kept on paper."""

    __tablename__ = "recovery_sheet"


class ReceivedRow(SealedRow, table=True):
    """Fetched and verified, waiting for the worker to keep or refuse it."""

    __tablename__ = "received"


class ClaimRow(SealedRow, table=True):
    """A claim of which a part is still to come, or whose issuer is to hear that its copies were kept."""

    __tablename__ = "claim"


class LeaveRow(SealedRow, table=True):
    """A question to an issuer whose answer comes back through the browser."""

    __tablename__ = "asked_leave"


class HeldCredentialRow(SealedRow, table=True):
    """Kept: all copies of one organisation's statements."""

    __tablename__ = "held_credential"


class SelectionRow(SealedRow, table=True):
    """A named choice of what to show."""

    __tablename__ = "selection"


SEALED_TABLES: tuple[type[SealedRow], ...] = (
    HolderKeyRow,
    RecoverySheetRow,
    ReceivedRow,
    ClaimRow,
    LeaveRow,
    HeldCredentialRow,
    SelectionRow,
)
