"""The workers of an organisation, and one of them with statements and claim link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from issuer.content import read_statement
from issuer.errors import NotFoundError
from issuer.organisations import identity
from issuer.service import Service
from issuer.store import copies as copies_store
from issuer.store import offers as offers_store
from issuer.store import workers as workers_store
from issuer.tables import Organisation, Statement, Worker
from issuer.views.attention import OFFERS_AHEAD
from issuer.views.claims import ClaimView, OfferState, claim_view, offer_state
from issuer.views.letters import Letter, letters
from standard.model import RatingHistory, WorkHistory

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A worker in the list."""

    worker: Worker
    gig_count: int | None
    as_of: date | None
    offer: OfferState


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement with its copies, and the versions that it corrects and is corrected by."""

    row: Statement
    content: WorkHistory | RatingHistory
    is_latest: bool
    corrects: int | None
    corrected_by: int | None
    copies_by_form: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class WorkerPage:
    """One worker with statements and claim link."""

    worker: Worker
    statements: Sequence[StatementView]
    offer: OfferState
    claim: ClaimView | None
    letters: Sequence[Letter]


def worker_rows(
    session: Session, organisation: Organisation, *, words: str, only_ending: bool, page: int, now: datetime
) -> list[WorkerRow]:
    """List one page of workers, or of those whose claim link ends soon.

    One row more than fits tells that there is a next page.
    """
    found = workers_store.search_workers(
        session, identity(organisation), words, limit=PAGE_SIZE + 1, offset=(page - 1) * PAGE_SIZE,
        link_ends=(now, now + OFFERS_AHEAD) if only_ending else None,
    )  # fmt: skip
    return [_worker_row(session, worker, now) for worker in found]


def worker_page(
    session: Session, service: Service, organisation: Organisation, worker_id: UUID
) -> WorkerPage:
    """Show one worker; raises `NotFoundError`."""
    worker = workers_store.worker_by_id(session, identity(organisation), worker_id)
    if worker is None:
        raise NotFoundError("no such worker")
    offer = offers_store.latest_offer(session, worker.id)
    state = offer_state(offer, service.clock())
    claim = claim_view(service, offer) if offer is not None and state.name == "open" else None
    return WorkerPage(
        worker=worker,
        statements=_statement_views(session, worker),
        offer=state,
        claim=claim,
        letters=[] if claim is None else letters(
            organisation=organisation.name, name=worker.name, contact=worker.contact,
            address=claim.address, expires=service.local(claim.expires_at),
        ),
    )  # fmt: skip


def _worker_row(session: Session, worker: Worker, now: datetime) -> WorkerRow:
    latest = workers_store.latest_statements(session, worker.id)
    contents = [read_statement(item.type, item.content) for item in latest]
    gig_counts = [content.totals.gig_count for content in contents if isinstance(content, WorkHistory)]
    return WorkerRow(
        worker=worker,
        gig_count=gig_counts[0] if gig_counts else None,
        as_of=max((item.as_of for item in latest), default=None),
        offer=offer_state(offers_store.latest_offer(session, worker.id), now),
    )


def _statement_views(session: Session, worker: Worker) -> list[StatementView]:
    rows = workers_store.statements_of(session, worker.id)
    latest = {item.id for item in workers_store.latest_statements(session, worker.id)}
    version = {row.id: row.version for row in rows}
    corrected_by = {row.corrects: row.version for row in rows if row.corrects}
    return [
        StatementView(
            row=row,
            content=read_statement(row.type, row.content),
            is_latest=row.id in latest,
            corrects=version.get(row.corrects) if row.corrects else None,
            corrected_by=corrected_by.get(row.id),
            copies_by_form=_copies_by_form(session, row),
        )
        for row in rows
    ]


def _copies_by_form(session: Session, row: Statement) -> list[tuple[str, int]]:
    copies = copies_store.copies_of_statement(session, row.id)
    return sorted(Counter(copy.form for copy in copies).items())
