"""Pages for operators: the people, their claim links, statements withdrawn."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from issuer.access.roles import Permission
from issuer.audit import Action
from issuer.claiming import offers
from issuer.life import status
from issuer.qr import svg
from issuer.routes.dependencies import (
    AuditDep,
    ManagedOrganisation,
    ReadDep,
    ServiceDep,
    WriteDep,
    allowed,
    page,
    see,
)
from issuer.views import workers as views

router = APIRouter()
ENDING: Final = "verloopt"


@router.get("/mensen")
def workers(
    request: Request,
    session: ReadDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    q: Annotated[str, Query(max_length=200)] = "",
    link: Annotated[str, Query(max_length=20)] = "",
    bladzijde: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """The workers of an organisation, searched by name or key; or those whose link ends soon."""
    only_ending = link == ENDING
    rows = views.worker_rows(
        session, organisation, words=q, only_ending=only_ending, page=bladzijde, now=service.clock()
    )
    return page(
        request, "workers.html", organisation=organisation, words=q, number=bladzijde,
        only_ending=only_ending, rows=rows[: views.PAGE_SIZE], has_next=len(rows) > views.PAGE_SIZE,
    )  # fmt: skip


@router.get("/mensen/{worker_id}")
def worker(
    request: Request,
    session: ReadDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    worker_id: UUID,
) -> HTMLResponse:
    """One worker: statements, claim link, transaction code."""
    shown = views.worker_page(session, service, organisation, worker_id)
    return page(request, "worker.html", organisation=organisation, shown=shown, draw_qr=svg)


@router.post("/mensen/{worker_id}/claimlink", dependencies=[allowed(Permission.ISSUE)])
def offer_worker(
    session: WriteDep, service: ServiceDep, organisation: ManagedOrganisation, note: AuditDep, worker_id: UUID
) -> RedirectResponse:
    """Make a new claim link; the old one stops working."""
    known = views.worker_page(session, service, organisation, worker_id).worker
    lifetime = service.settings.offer_lifetime
    offers.offer_worker(session, known.id, now=service.clock(), lifetime=lifetime)
    note(Action.OFFERS_MADE, str(known.id))
    return see(f"/beheer/{organisation.slug}/mensen/{worker_id}")


@router.post("/verklaringen/{statement_id}/intrekken", dependencies=[allowed(Permission.REVOKE)])
def revoke(
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    statement_id: UUID,
    reason: Annotated[str, Form(max_length=300)] = "",
) -> RedirectResponse:
    """Withdraw a statement and every copy of it."""
    withdrawn = status.revoke(session, organisation, statement_id, reason=reason, now=service.clock())
    note(Action.STATEMENT_REVOKED, str(statement_id))
    return see(f"/beheer/{organisation.slug}/mensen/{withdrawn.worker_id}")
