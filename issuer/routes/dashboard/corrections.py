"""Pages for operators: the gigs of one worker, and one of them corrected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from issuer.access.roles import Permission
from issuer.batch import correcting
from issuer.batch.correcting import Entry
from issuer.imports import CancelledGig, RowError
from issuer.routes.dependencies import (
    ManagedOrganisation,
    OperatorDep,
    ReadDep,
    ServiceDep,
    allowed,
    page,
    see,
)
from issuer.views import gigs as views

router = APIRouter(prefix="/mensen/{worker_id}", dependencies=[allowed(Permission.REVOKE)])
Key = Annotated[str, Query(alias="nummer", max_length=1_000)]
Typed = Annotated[str, Form(max_length=100)]


@router.get("/klussen")
def gigs(
    request: Request,
    session: ReadDep,
    organisation: ManagedOrganisation,
    worker_id: UUID,
    q: Annotated[str, Query(max_length=200)] = "",
    soort: Annotated[str, Query(max_length=200)] = "",
    bladzijde: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """What the exports told about a worker, to find what is wrong."""
    shown = views.gigs_page(session, organisation, worker_id, words=q, category=soort, page=bladzijde)
    return page(
        request, "gigs.html", organisation=organisation, shown=shown, words=q, category=soort,
        number=bladzijde,
    )  # fmt: skip


@router.get("/klus")
def gig(
    request: Request, session: ReadDep, organisation: ManagedOrganisation, worker_id: UUID, key: Key
) -> HTMLResponse:
    """One gig as the exports told of it."""
    shown = views.gig_page(session, organisation, worker_id, key)
    told = shown.gig
    entry = Entry(
        day=told.first_date.isoformat(),
        worked=f"{told.worked_minutes // 60}:{told.worked_minutes % 60:02}",
        category=told.category,
        marks=tuple(f"{mark.value:f}".replace(".", ",") for mark in told.marks),
        review=told.review.text if told.review else "",
    )
    return _page(request, organisation, shown, entry)


@router.post("/klus", response_model=None)
def correct(
    request: Request,
    service: ServiceDep,
    operator: OperatorDep,
    organisation: ManagedOrganisation,
    worker_id: UUID,
    key: Key,
    day: Typed,
    worked: Typed,
    category: Annotated[str, Form(max_length=1_000)],
    reason: Annotated[str, Form(max_length=300)],
    mark: Annotated[list[str] | None, Form()] = None,
    review: Annotated[str, Form(max_length=10_000)] = "",
) -> HTMLResponse | RedirectResponse:
    """Say what a gig was after all; what was stated about it is withdrawn and stated anew."""
    entry = Entry(day, worked, category, tuple(mark or []), review)
    with service.database.reading() as session:
        shown = views.gig_page(session, organisation, worker_id, key)
    said = correcting.read_entry(shown.gig, entry, occupations=shown.occupations, today=service.today())
    if isinstance(said, list) or said == shown.gig:
        faults = said if isinstance(said, list) else []
        return _page(request, organisation, shown, entry, reason=reason, faults=faults, status_code=422)
    correcting.correct(
        service.database, organisation, worker_id, said,
        reason=reason, actor=operator.actor, now=service.clock(),
    )  # fmt: skip
    return see(f"/beheer/{organisation.slug}/mensen/{worker_id}")


@router.post("/klus/weg")
def take_away(
    service: ServiceDep,
    operator: OperatorDep,
    organisation: ManagedOrganisation,
    worker_id: UUID,
    key: Key,
    reason: Annotated[str, Form(max_length=300)],
) -> RedirectResponse:
    """Say that a gig was none; it counts for nothing from now on."""
    with service.database.reading() as session:
        told = views.gig_page(session, organisation, worker_id, key).gig
    correcting.correct(
        service.database, organisation, worker_id, CancelledGig(told.row, told.worker, told.key),
        reason=reason, actor=operator.actor, now=service.clock(),
    )  # fmt: skip
    return see(f"/beheer/{organisation.slug}/mensen/{worker_id}")


def _page(
    request: Request,
    organisation: ManagedOrganisation,
    shown: views.GigPage,
    entry: Entry,
    *,
    reason: str = "",
    faults: Sequence[RowError] = (),
    status_code: int = 200,
) -> HTMLResponse:
    return page(
        request, "gig.html", status_code=status_code, organisation=organisation, shown=shown, entry=entry,
        reason_given=reason, faults={fault.column: fault.reason for fault in faults},
        is_unchanged=status_code != 200 and not faults,
    )  # fmt: skip
