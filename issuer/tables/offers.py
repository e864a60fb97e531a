"""Offers, the tokens they give, and nonces."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from issuer.tables.base import IssuerTable, UtcDateTime


class Offer(IssuerTable, table=True):
    """An invitation to one worker. `state` is open, redeemed, locked or cancelled."""

    __table_args__ = (Index(None, "worker_id", "state"),)
    id: str = Field(primary_key=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    state: str
    wrong_tx_codes: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    redeemed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class OfferStatement(IssuerTable, table=True):
    """Which statements an offer covers."""

    __tablename__ = "offer_statement"
    offer_id: str = Field(foreign_key="offer.id", primary_key=True)
    statement_id: UUID = Field(foreign_key="statement.id", primary_key=True, index=True)


class AccessToken(IssuerTable, table=True):
    """The right to fetch what an offer covers, for a while."""

    __tablename__ = "access_token"
    token_hash: str = Field(primary_key=True)
    offer_id: str = Field(foreign_key="offer.id", index=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class Nonce(IssuerTable, table=True):
    """A nonce that was given out and not used yet."""

    nonce_hash: str = Field(primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
