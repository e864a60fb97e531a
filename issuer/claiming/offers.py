"""Claim links: one per worker, for all statements in all forms.

The codes of an offer are not stored: they are derived from its random id with a secret that lives beside
the signing keys. Whoever reads the database can claim nothing, and the same offer sent again has the same
link and the same codes.
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
from issuer.signing.drafts import Stated
from issuer.store import offers as store
from issuer.store.organisations import organisation_by_id
from issuer.store.workers import latest_statements
from issuer.tables import Offer, Organisation, Statement, Worker
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
    """What opens an offer: the first two travel with the link, the transaction code by another way.

    `issuer_state` is what the authorization code flow begins with, in place of the pre-authorized code.
    """

    pre_authorized: str
    issuer_state: str
    transaction: str


def codes(offer_id: str, secret: bytes) -> Codes:
    """Derive an offer's codes."""
    code = base64url.encode(_derive(secret, "pre-authorized_code", offer_id))
    state = base64url.encode(_derive(secret, "issuer_state", offer_id))
    number = int.from_bytes(_derive(secret, "tx_code", offer_id), "big") % 10**CODE_DIGITS
    return Codes(f"{offer_id}.{code}", f"{offer_id}.{state}", f"{number:0{CODE_DIGITS}d}")


def offerable(session: Session, worker_id: UUID, *, now: datetime) -> list[Statement]:
    """Read the newest statement of each type that was neither withdrawn nor suspended, nor has expired."""
    return [item for item in latest_statements(session, worker_id) if item.counts(now)]


def offer_worker(session: Session, worker_id: UUID, *, now: datetime, lifetime: timedelta) -> Offer:
    """Make a new claim link for a worker; older open ones stop working.

    Raises:
        NothingToOfferError: there is no statement, or all were withdrawn or have expired.
    """
    statements = offerable(session, worker_id, now=now)
    if not statements:
        raise NothingToOfferError("this worker has no statement that counts: none, withdrawn, or expired")
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
    statements: Sequence[Stated], forms: Sequence[Form] = tuple(Form)
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
    statements: Sequence[Stated], forms: Sequence[Form] = tuple(Form)
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
) -> Offer:
    """Take an offer up with its two codes, once.

    Raises:
        ProtocolError: `invalid_grant`, or `invalid_request` when the transaction code is missing.
    """
    offer_id = pre_authorized_code.partition(".")[0]
    known = _is_same(pre_authorized_code, codes(offer_id, secret).pre_authorized)
    offer = lock_open(session, organisation, offer_id, now=now) if known else None
    if offer is None:
        raise ProtocolError("invalid_grant", "the code is unknown, was used before, or is too old")
    if transaction_code is None:
        raise ProtocolError("invalid_request", "tx_code is missing")
    check_transaction_code(offer, transaction_code, secret=secret, max_attempts=max_attempts)
    close(offer, now=now)
    return offer


def find_by_issuer_state(
    session: Session, organisation: Organisation, issuer_state: str, *, secret: bytes, now: datetime
) -> Offer | None:
    """Find the open offer that an authorization request begins with."""
    offer_id = issuer_state.partition(".")[0]
    if not _is_same(issuer_state, codes(offer_id, secret).issuer_state):
        return None
    offer = find_open(session, offer_id, now=now)
    return offer if offer is not None and belongs_to(session, offer, organisation) else None


def lock_open(session: Session, organisation: Organisation, offer_id: str, *, now: datetime) -> Offer | None:
    """Read an open offer that this transaction is going to change."""
    offer = store.lock_offer(session, offer_id)
    if offer is None or not belongs_to(session, offer, organisation):
        return None
    return offer if offer.state == "open" and offer.expires_at > now else None


def check_transaction_code(offer: Offer, given: str, *, secret: bytes, max_attempts: int) -> None:
    """Compare the code that came by another way; wrong ones are counted, and too many lock the offer.

    Raises:
        ProtocolError: `invalid_grant`.
    """
    if not _is_same(given, codes(offer.id, secret).transaction):
        offer.wrong_tx_codes += 1
        offer.state = "locked" if offer.wrong_tx_codes >= max_attempts else "open"
        raise ProtocolError("invalid_grant", "the transaction code is wrong")


def close(offer: Offer, *, now: datetime) -> None:
    """Note that an offer was taken up."""
    offer.state = "redeemed"
    offer.redeemed_at = now


def belongs_to(session: Session, offer: Offer, organisation: Organisation) -> bool:
    """Whether this organisation made the offer."""
    return session.get_one(Worker, offer.worker_id).organisation_id == identity(organisation)


def _is_same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def _derive(secret: bytes, purpose: str, offer_id: str) -> bytes:
    return hmac.digest(secret, f"{purpose}\0{offer_id}".encode(), hashlib.sha256)
