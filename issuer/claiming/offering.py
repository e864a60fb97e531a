"""Claim links for many workers at once: a few queries for hundreds of them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from issuer.claiming.offers import OFFER_ID_BYTES
from issuer.organisations import identity
from issuer.store import offers as store
from issuer.store.imports import add_in_batches
from issuer.store.workers import lock_workers, newest_statement_ids, worker_ids
from issuer.tables import Offer, OfferStatement, Organisation

WORKERS_AT_ONCE = 500


def offer_all(session: Session, organisation: Organisation, *, now: datetime, lifetime: timedelta) -> int:
    """Make sure that every worker has a claim link for the newest statements; count the new links."""
    everyone = worker_ids(session, identity(organisation))
    return sum(
        offer_workers(session, everyone[first : first + WORKERS_AT_ONCE], now=now, lifetime=lifetime)
        for first in range(0, len(everyone), WORKERS_AT_ONCE)
    )


def offer_workers(session: Session, worker_ids: Sequence[UUID], *, now: datetime, lifetime: timedelta) -> int:
    """Make sure that these workers have a claim link for their newest statements; count the new links.

    A link that is still open is kept and brought up to date, because it may be on its way already. A
    worker who has claimed the newest statements gets none. So repeating this changes nothing.
    """
    lock_workers(session, worker_ids)
    wanted = newest_statement_ids(session, worker_ids, now=now)
    latest = store.latest_offers(session, worker_ids)
    covered = store.covered_statement_ids(session, [offer.id for offer in latest.values()])
    without_link: list[UUID] = []
    for worker_id, statement_ids in wanted.items():
        offer = latest.get(worker_id)
        known = covered.get(offer.id, frozenset()) if offer else frozenset()
        if offer and offer.state == "redeemed" and statement_ids <= known:
            continue
        if offer and offer.state == "open" and offer.expires_at > now:
            if statement_ids != known:
                store.set_offered_statements(session, offer.id, statement_ids)
            continue
        without_link.append(worker_id)
    _make(session, {worker_id: wanted[worker_id] for worker_id in without_link}, now, now + lifetime)
    return len(without_link)


def _make(session: Session, wanted: dict[UUID, frozenset[UUID]], now: datetime, expires_at: datetime) -> None:
    store.cancel_open_offers(session, list(wanted))
    offers, covers = [], []
    for worker_id, statement_ids in wanted.items():
        offer_id = secrets.token_urlsafe(OFFER_ID_BYTES)
        offers.append({
            "id": offer_id, "worker_id": worker_id, "state": "open", "wrong_tx_codes": 0,
            "created_at": now, "expires_at": expires_at,
        })  # fmt: skip
        covers += [{"offer_id": offer_id, "statement_id": identity} for identity in statement_ids]
    add_in_batches(session, ((Offer, values) for values in offers))
    add_in_batches(session, ((OfferStatement, values) for values in covers))
