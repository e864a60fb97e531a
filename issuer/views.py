"""What the pages show, gathered from the store as plain values; words and formats are the templates'."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from issuer import offers
from issuer.content import read_statement
from issuer.errors import NotFoundError
from issuer.imports import Profile, ProfileError, available_profiles, load_profile
from issuer.organisations import identity
from issuer.service import Service
from issuer.store import copies as copies_store
from issuer.store import imports as imports_store
from issuer.store import offers as offers_store
from issuer.store import workers as workers_store
from issuer.tables import Import, Offer, Organisation, RefusedRow, Statement, Worker
from standard.model import RatingHistory, WorkHistory
from standard.openid4vci import offer_reference_link
from standard.taxonomy import label

PAGE_SIZE = 50
SHOWN_ERRORS = 200
SHOWN_IMPORTS = 20
CONTACT_SCHEMES = ("mailto:", "https://", "tel:")
EMAIL = re.compile(r"[^\s@:/]+@[^\s@:/]+")


@dataclass(frozen=True, slots=True)
class Overview:
    """The numbers of one organisation."""

    workers: int
    statements: int
    open_offers: int
    claimed_offers: int
    copies: int
    imports: Sequence[Import]


@dataclass(frozen=True, slots=True)
class Category:
    """One of the platform's own kinds of work, and the occupation that it stands for."""

    name: str
    occupation: str | None
    gig_count: int


@dataclass(frozen=True, slots=True)
class ImportPage:
    """An import as the operator judges it."""

    batch: Import
    categories: Sequence[Category]
    refused: Sequence[RefusedRow]


@dataclass(frozen=True, slots=True)
class OfferState:
    """How far a claim link is: none, open, expired, redeemed or locked."""

    name: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A worker in the list."""

    worker: Worker
    gig_count: int | None
    as_of: date | None
    offer: OfferState


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement with its copies."""

    row: Statement
    content: WorkHistory | RatingHistory
    is_latest: bool
    copies_by_form: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class ClaimView:
    """Everything that brings a worker to her proofs."""

    address: str
    wallet_link: str
    other_wallet_link: str
    transaction_code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WorkerPage:
    """One worker with statements and claim link."""

    worker: Worker
    statements: Sequence[StatementView]
    offer: OfferState
    claim: ClaimView | None


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """What a worker sees before she has shown who she is."""

    organisation: Organisation
    contact: str | None
    state: OfferState
    types: Sequence[str]
    claim: ClaimView


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
        imports=imports_store.recent_imports(session, organisation_id, limit=SHOWN_IMPORTS),
    )


def import_page(
    session: Session, organisation: Organisation, import_id: UUID, *, language: str
) -> ImportPage:
    """Show what an export says and what is wrong with it; raises `NotFoundError`."""
    batch = imports_store.import_by_id(session, identity(organisation), import_id)
    if batch is None:
        raise NotFoundError("no such import")
    return ImportPage(
        batch=batch,
        categories=[
            Category(name, label(occupation, language) if occupation else None, gigs)
            for name, occupation, gigs in imports_store.staged_categories(session, import_id)
        ],
        refused=imports_store.refused_rows(session, import_id, limit=SHOWN_ERRORS),
    )


def worker_rows(
    session: Session, organisation: Organisation, *, words: str, page: int, now: datetime
) -> list[WorkerRow]:
    """List one page of workers; one row more than fits tells that there is a next page."""
    found = workers_store.search_workers(
        session, identity(organisation), words, limit=PAGE_SIZE + 1, offset=(page - 1) * PAGE_SIZE
    )
    return [_worker_row(session, worker, now) for worker in found]


def worker_page(
    session: Session, service: Service, organisation: Organisation, worker_id: UUID
) -> WorkerPage:
    """Show one worker; raises `NotFoundError`."""
    worker = workers_store.worker_by_id(session, identity(organisation), worker_id)
    if worker is None:
        raise NotFoundError("no such worker")
    latest = {item.id for item in workers_store.latest_statements(session, worker.id)}
    offer = offers_store.latest_offer(session, worker.id)
    state = _offer_state(offer, service.clock())
    return WorkerPage(
        worker=worker,
        statements=[
            _statement_view(session, item, item.id in latest)
            for item in workers_store.statements_of(session, worker.id)
        ],
        offer=state,
        claim=claim_view(service, offer) if offer is not None and state.name == "open" else None,
    )


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
        organisation=organisation,
        contact=contact_address(organisation.contact),
        state=_offer_state(offer, service.clock()),
        types=[
            statement.type
            for statement in offers_store.offered_statements(session, offer.id)
            if statement.revoked_at is None
        ],
        claim=claim_view(service, offer),
    )


def contact_address(contact: str) -> str | None:
    """Turn what an organisation gave as its contact into something to follow, if it can be followed."""
    if contact.startswith(CONTACT_SCHEMES):
        return contact
    return f"mailto:{contact}" if EMAIL.fullmatch(contact) else None


def shipped_profile(name: str) -> Profile:
    """Load one of the profiles that come with the issuer: a browser may not name a file.

    Raises:
        ProfileError: there is no such profile.
    """
    if name not in available_profiles():
        raise ProfileError("there is no such profile")
    return load_profile(name)


def _worker_row(session: Session, worker: Worker, now: datetime) -> WorkerRow:
    latest = workers_store.latest_statements(session, worker.id)
    contents = [read_statement(item.type, item.content) for item in latest]
    gig_counts = [content.totals.gig_count for content in contents if isinstance(content, WorkHistory)]
    return WorkerRow(
        worker=worker,
        gig_count=gig_counts[0] if gig_counts else None,
        as_of=max((item.as_of for item in latest), default=None),
        offer=_offer_state(offers_store.latest_offer(session, worker.id), now),
    )


def _offer_state(offer: Offer | None, now: datetime) -> OfferState:
    if offer is None:
        return OfferState("none", None)
    if offer.state == "open" and offer.expires_at <= now:
        return OfferState("expired", offer.expires_at)
    return OfferState(offer.state, offer.redeemed_at or offer.created_at)


def _statement_view(session: Session, row: Statement, is_latest: bool) -> StatementView:
    copies = copies_store.copies_of_statement(session, row.id)
    return StatementView(
        row=row,
        content=read_statement(row.type, row.content),
        is_latest=is_latest,
        copies_by_form=sorted(Counter(copy.form for copy in copies).items()),
    )
