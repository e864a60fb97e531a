"""The numbers of one organisation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from issuer.organisations import identity
from issuer.store import copies as copies_store
from issuer.store import offers as offers_store
from issuer.store import workers as workers_store
from issuer.tables import Organisation


@dataclass(frozen=True, slots=True)
class Overview:
    """How much an organisation has."""

    workers: int
    statements: int
    open_offers: int
    claimed_offers: int
    copies: int


def overview(session: Session, organisation: Organisation) -> Overview:
    """Count what an organisation has."""
    organisation_id = identity(organisation)
    by_state = offers_store.count_offers(session, organisation_id)
    return Overview(
        workers=workers_store.count_workers(session, organisation_id),
        statements=workers_store.count_statements(session, organisation_id),
        open_offers=by_state.get("open", 0),
        claimed_offers=by_state.get("redeemed", 0),
        copies=copies_store.count_copies(session, organisation_id),
    )
