"""Offers: a claim link for one worker, with the code that must reach her by another way."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlmodel import Session

from issuer import audit, portability
from issuer.api.clients import Caller
from issuer.api.scopes import Scope
from issuer.audit import Action
from issuer.claiming import offers
from issuer.errors import NotFoundError
from issuer.organisations import identity
from issuer.routes.dependencies import OfferId, ReadDep, ServiceDep, WriteDep
from issuer.routes.v1 import models
from issuer.routes.v1.authentication import CallerDep, NoteDep, OwnOrganisation, needs
from issuer.routes.v1.credentials import WorkerFilter
from issuer.routes.v1.problems import CONFLICT, JSON_BODY, documented
from issuer.routes.v1.requests import Cursor, Limit, Produced, RepeatDep, RepeatLongDep
from issuer.routes.v1.strict_body import StrictJsonRoute
from issuer.service import Service
from issuer.store import listings
from issuer.store import offers as store
from issuer.store.pages import read_place
from issuer.store.workers import worker_by_id, worker_by_key
from issuer.tables import Offer, Organisation
from issuer.webhooks.courier import fetcher

router = APIRouter(prefix="/offers", tags=["offers"], route_class=StrictJsonRoute)


@router.post(
    "",
    status_code=201,
    response_model=models.Offer,
    dependencies=[needs(Scope.OFFERS)],
    responses=documented(CONFLICT, JSON_BODY),
)
def make_offer(
    session: WriteDep,
    service: ServiceDep,
    caller: CallerDep,
    organisation: OwnOrganisation,
    note: NoteDep,
    repeat: RepeatDep,
    wanted: models.OfferRequest,
) -> Response:
    """Make a claim link for a worker's newest statements; an older open one stops working."""

    def offer() -> models.Offer:
        worker = worker_by_key(session, identity(organisation), wanted.worker)
        if worker is None:
            raise NotFoundError("no such worker")
        lifetime = service.settings.offer_lifetime
        made = offers.offer_worker(session, worker.id, now=service.clock(), lifetime=lifetime)
        note(Action.OFFERS_MADE, str(worker.id))
        return _offer(made, worker.worker_key, service, caller)

    return repeat(offer, status=201)


@router.post(
    "/{offer_id}/push",
    status_code=202,
    response_model=models.Pushed,
    dependencies=[needs(Scope.OFFERS)],
    responses=documented(CONFLICT, JSON_BODY),
)
def push_offer(
    service: ServiceDep,
    caller: CallerDep,
    organisation: OwnOrganisation,
    repeat: RepeatLongDep,
    offer_id: OfferId,
    wanted: models.PushRequest,
) -> Response:
    """Leave an offer in the wallet of the worker's choice, when she asks for it."""
    with service.database.reading() as session:
        worker_id = _found(session, organisation, offer_id)[0].worker_id

    def send() -> Produced:
        now = service.clock()
        portability.push(service, fetcher(service), offer_id, inbox=wanted.inbox, now=now)
        with service.database.writing() as session:
            audit.record(
                session, organisation.id, actor=caller.actor, action=Action.OFFER_PUSHED,
                subject=str(worker_id), now=now,
            )  # fmt: skip
        return 202, models.Pushed(offer=offer_id)

    return repeat(send)


@router.get("", dependencies=[needs(Scope.READ)], responses=documented())
def list_offers(
    session: ReadDep,
    service: ServiceDep,
    caller: CallerDep,
    worker: WorkerFilter = None,
    limit: Limit = 50,
    after: Cursor = None,
) -> models.OfferPage:
    """Claim links, the latest first."""
    found = listings.offers_page(session, caller.organisation_id, worker, read_place(after), limit=limit)
    items = [_offer(offer, key, service, caller) for offer, key in found.rows]
    return models.OfferPage(items=items, next=found.next)


@router.get("/{offer_id}", dependencies=[needs(Scope.READ)], responses=documented())
def show_offer(
    session: ReadDep, service: ServiceDep, caller: CallerDep, organisation: OwnOrganisation, offer_id: OfferId
) -> models.Offer:
    """One claim link, and how far it is."""
    offer, worker_key = _found(session, organisation, offer_id)
    return _offer(offer, worker_key, service, caller)


def _found(session: Session, organisation: Organisation, offer_id: str) -> tuple[Offer, str]:
    offer = store.offer_by_id(session, offer_id)
    worker = worker_by_id(session, identity(organisation), offer.worker_id) if offer else None
    if offer is None or worker is None:
        raise NotFoundError("no such offer")
    return offer, worker.worker_key


def _offer(offer: Offer, worker_key: str, service: Service, caller: Caller) -> models.Offer:
    is_expired = offer.state == "open" and offer.expires_at <= service.clock()
    code = None
    if offer.state == "open" and not is_expired and Scope.OFFERS in caller.scopes:
        code = offers.codes(offer.id, service.keys.claim_code_key()).transaction
    return models.Offer(
        id=offer.id,
        worker=worker_key,
        state="expired" if is_expired else offer.state,
        created_at=offer.created_at,
        expires_at=offer.expires_at,
        redeemed_at=offer.redeemed_at,
        claim_link=service.claim_address(offer.id),
        credential_offer_uri=service.offer_address(offer.id),
        transaction_code=code,
    )
