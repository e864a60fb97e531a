"""A claim link: how far it is, and what stands on the page that it opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from issuer.branding.brands import Brand, brand_of
from issuer.claiming import offers
from issuer.errors import NotFoundError
from issuer.organisations import contact_address
from issuer.service import Service
from issuer.store import offers as offers_store
from issuer.tables import Offer, Organisation
from standard.openid4vci import offer_reference_link


@dataclass(frozen=True, slots=True)
class OfferState:
    """How far a claim link is: none, open, expired, redeemed or locked."""

    name: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class ClaimView:
    """Everything that brings a worker to her proofs."""

    address: str
    wallet_link: str
    other_wallet_link: str
    transaction_code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """What a worker sees before she has shown who she is."""

    offer_id: str
    organisation: Organisation
    contact: str | None
    brand: Brand
    state: OfferState
    types: Sequence[str]
    claim: ClaimView


def claim_view(service: Service, offer: Offer) -> ClaimView:
    """Gather the links and the code of an offer."""
    uri = service.offer_address(offer.id)
    return ClaimView(
        address=service.claim_address(offer.id),
        wallet_link=offer_reference_link(uri, endpoint=f"{service.settings.wallet_url}/ontvangen"),
        other_wallet_link=offer_reference_link(uri),
        transaction_code=offers.codes(offer.id, service.keys.claim_code_key()).transaction,
        expires_at=offer.expires_at,
    )


def claim_page(session: Session, service: Service, offer_id: str) -> ClaimPage:
    """Show an offer to whoever has its link; raises `NotFoundError`."""
    offer = offers_store.offer_by_id(session, offer_id)
    if offer is None:
        raise NotFoundError("no such offer")
    organisation = offers.organisation_of(session, offer)
    return ClaimPage(
        offer_id=offer.id,
        organisation=organisation,
        contact=contact_address(organisation.contact),
        brand=brand_of(session, organisation),
        state=offer_state(offer, service.clock()),
        types=[
            statement.type
            for statement in offers_store.offered_statements(session, offer.id)
            if statement.counts(service.clock())
        ],
        claim=claim_view(service, offer),
    )


def offer_state(offer: Offer | None, now: datetime) -> OfferState:
    """Tell how far an offer is."""
    if offer is None:
        return OfferState("none", None)
    if offer.state == "open" and offer.expires_at <= now:
        return OfferState("expired", offer.expires_at)
    return OfferState(offer.state, offer.redeemed_at or offer.created_at)
