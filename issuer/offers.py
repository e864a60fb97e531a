"""Claim links: one per worker, for all statements in all forms.

The pre-authorized code and the transaction code are not stored: both are derived from the offer's random
id with a secret that lives beside the signing keys. Whoever reads the database can claim nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from issuer.errors import NothingToOfferError
from issuer.organisations import identity
from issuer.secret_values import digest, new_secret
from issuer.store import offers as store
from issuer.store.organisations import organisation_by_id
from issuer.store.workers import latest_statements
from issuer.tables import AccessToken, Nonce, Offer, Organisation, Statement, Worker
from standard import base64url
from standard.errors import ProtocolError
from standard.model import Form, StatementType
from standard.openid4vci import configuration_id

OFFERED_FORMS: Final = (Form.EDDSA_RDFC, Form.ECDSA_RDFC, Form.SD_JWT, Form.COMPACT)
"""What an offer names; the other forms are for wallets that ask for them."""

OFFER_ID_BYTES: Final = 18
CODE_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Codes:
    """What opens an offer: the code travels with the link, the transaction code by another way."""

    pre_authorized: str
    transaction: str


@dataclass(frozen=True, slots=True)
class Grant:
    """An access token, shown once."""

    access_token: str
    lifetime: timedelta


def codes(offer_id: str, secret: bytes) -> Codes:
    """Derive an offer's codes."""
    code = base64url.encode(_derive(secret, "pre-authorized_code", offer_id))
    number = int.from_bytes(_derive(secret, "tx_code", offer_id), "big") % 10**CODE_DIGITS
    return Codes(f"{offer_id}.{code}", f"{number:0{CODE_DIGITS}d}")


def offerable(session: Session, worker_id: UUID) -> list[Statement]:
    """Read the newest statement of each type that was neither withdrawn nor suspended."""
    return [item for item in latest_statements(session, worker_id) if item.is_in_force]


def offer_worker(session: Session, worker_id: UUID, *, now: datetime, lifetime: timedelta) -> Offer:
    """Make a new claim link for a worker; older open ones stop working.

    Raises:
        NothingToOfferError: there is no statement, or all were withdrawn.
    """
    statements = offerable(session, worker_id)
    if not statements:
        raise NothingToOfferError("there is nothing to offer to this worker")
    for older in store.open_offers(session, worker_id):
        older.state = "cancelled"
    offer = Offer(
        id=secrets.token_urlsafe(OFFER_ID_BYTES), worker_id=worker_id, state="open",
        created_at=now, expires_at=now + lifetime,
    )  # fmt: skip
    session.add(offer)
    session.flush()
    store.set_offered_statements(session, offer.id, [statement.id for statement in statements])
    return offer


def find_open(session: Session, offer_id: str, *, now: datetime) -> Offer | None:
    """Find an offer that can still be claimed."""
    offer = store.offer_by_id(session, offer_id)
    return offer if offer is not None and offer.state == "open" and offer.expires_at > now else None


def organisation_of(session: Session, offer: Offer) -> Organisation:
    """Tell who makes an offer."""
    return organisation_by_id(session, session.get_one(Worker, offer.worker_id).organisation_id)


def configurations(
    statements: Sequence[Statement], forms: Sequence[Form] = tuple(Form)
) -> dict[str, tuple[Form, tuple[UUID, ...]]]:
    """Tell what statements can be asked for: a form and its statements, by configuration id."""
    offered: dict[str, tuple[Form, tuple[UUID, ...]]] = {}
    everything = tuple(statement.id for statement in statements)
    # Paper cannot say until when it counts.
    has_end = any(statement.valid_until for statement in statements)
    for statement in statements:
        for form in forms:
            if form is Form.COMPACT and has_end:
                continue
            sources = everything if form is Form.COMPACT else (statement.id,)
            offered[configuration_id(StatementType(statement.type), form)] = (form, sources)
    return offered


def claimable(
    statements: Sequence[Statement], forms: Sequence[Form] = tuple(Form)
) -> dict[str, tuple[Form, tuple[UUID, ...]]]:
    """Tell what can be asked for of statements, some of which may have been withdrawn since."""
    return configurations([statement for statement in statements if statement.is_in_force], forms)


def redeem(
    session: Session,
    organisation: Organisation,
    *,
    pre_authorized_code: str,
    transaction_code: str | None,
    secret: bytes,
    max_attempts: int,
    now: datetime,
    lifetime: timedelta,
) -> Grant:
    """Exchange the two codes for an access token, once.

    Wrong transaction codes are counted; after too many the offer is locked for good.

    Raises:
        ProtocolError: `invalid_grant`, or `invalid_request` when the transaction code is missing.
    """
    offer_id = pre_authorized_code.partition(".")[0]
    expected = codes(offer_id, secret)
    known = hmac.compare_digest(pre_authorized_code.encode(), expected.pre_authorized.encode())
    offer = store.lock_offer(session, offer_id) if known else None
    if offer is None or not _belongs_to(session, offer, organisation):
        raise ProtocolError("invalid_grant", "the code is not known here")
    if offer.state != "open" or offer.expires_at <= now:
        raise ProtocolError("invalid_grant", "the code was used before, or is too old")
    if transaction_code is None:
        raise ProtocolError("invalid_request", "tx_code is missing")
    if not hmac.compare_digest(transaction_code.encode(), expected.transaction.encode()):
        offer.wrong_tx_codes += 1
        offer.state = "locked" if offer.wrong_tx_codes >= max_attempts else "open"
        raise ProtocolError("invalid_grant", "the transaction code is wrong")
    offer.state = "redeemed"
    offer.redeemed_at = now
    token = new_secret()
    session.add(AccessToken(token_hash=digest(token), offer_id=offer.id, expires_at=now + lifetime))
    return Grant(token, lifetime)


def offer_of_token(session: Session, organisation: Organisation, token: str, *, now: datetime) -> Offer:
    """Find what an access token opens.

    Raises:
        ProtocolError: `invalid_token`.
    """
    offer = store.offer_of_token(session, digest(token), now)
    if offer is None or not _belongs_to(session, offer, organisation):
        raise ProtocolError("invalid_token", "the access token is not valid here")
    return offer


def new_nonce(session: Session, organisation: Organisation, *, now: datetime, lifetime: timedelta) -> str:
    """Give out a nonce, and forget those that are past their time."""
    store.drop_expired(session, now)
    nonce = new_secret()
    session.add(
        Nonce(nonce_hash=digest(nonce), organisation_id=identity(organisation), expires_at=now + lifetime)
    )
    return nonce


def spend_nonce(session: Session, organisation: Organisation, nonce: str, *, now: datetime) -> None:
    """Use a nonce up.

    Raises:
        ProtocolError: `invalid_nonce` when it is unknown, used or too old.
    """
    if not store.spend_nonce(session, identity(organisation), digest(nonce), now):
        raise ProtocolError("invalid_nonce", "the nonce is unknown, used or too old")


def _belongs_to(session: Session, offer: Offer, organisation: Organisation) -> bool:
    return session.get_one(Worker, offer.worker_id).organisation_id == identity(organisation)


def _derive(secret: bytes, purpose: str, offer_id: str) -> bytes:
    return hmac.digest(secret, f"{purpose}\0{offer_id}".encode(), hashlib.sha256)
