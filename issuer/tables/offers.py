"""Offers, what wallets get for them, and what may be used once only."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlmodel import Field

from issuer.tables.base import IssuerTable, UtcDateTime


class Offer(IssuerTable, table=True):
    """An invitation to one worker. `state` is open, redeemed, locked or cancelled."""

    __table_args__ = (Index(None, "worker_id", "state"), Index(None, "created_at"))
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
    """The right to fetch what an offer covers, for a while.

    `configurations` limits it to what was asked for, and `identified` are those of them that go by a
    credential identifier; both are lists with spaces between, and without the first all that is offered
    may be fetched. `dpop_thumbprint` names the key that has to be shown with the token. `code_hash` is the
    authorization code that gave it: if that comes back, the token goes.
    """

    __tablename__ = "access_token"
    token_hash: str = Field(primary_key=True)
    offer_id: str = Field(foreign_key="offer.id", index=True)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    configurations: str | None = Field(default=None, sa_type=Text)
    identified: str | None = Field(default=None, sa_type=Text)
    dpop_thumbprint: str | None = None
    code_hash: str | None = Field(default=None, index=True)


class AuthorizationRequest(IssuerTable, table=True):
    """What a wallet pushed, and the code that the worker's consent gave for it.

    `expires_at` is of the request until there is a code, and of the code from then on. A redeemed request
    stays until the tokens of its code are gone, so that a code which comes back is recognised.
    """

    __tablename__ = "authorization_request"
    request_hash: str = Field(primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    offer_id: str = Field(foreign_key="offer.id", index=True)
    client_id: str
    redirect_uri: str
    state: str | None = None
    code_challenge: str
    configurations: str = Field(sa_type=Text)
    identified: str = Field(default="", sa_type=Text)
    dpop_thumbprint: str | None = None
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    code_hash: str | None = Field(default=None, unique=True)
    redeemed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SeenProof(IssuerTable, table=True):
    """A DPoP proof that was used, for as long as it could be used again."""

    __tablename__ = "seen_proof"
    proof_hash: str = Field(primary_key=True)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class DeferredIssuance(IssuerTable, table=True):
    """Copies that were promised because nothing could be signed; `holders` are their keys, as Multikeys."""

    __tablename__ = "deferred_issuance"
    transaction_hash: str = Field(primary_key=True)
    offer_id: str = Field(foreign_key="offer.id", index=True)
    configuration: str
    holders: str = Field(sa_type=Text)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Nonce(IssuerTable, table=True):
    """A nonce that was given out and not used yet."""

    nonce_hash: str = Field(primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
