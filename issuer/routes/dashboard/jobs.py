"""Pages for operators: bulk work, how far it is, and the claim links that come of it."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse

from issuer.access.roles import Permission
from issuer.audit import Action
from issuer.claiming.links import Table, table_lines
from issuer.jobs import offers
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
from issuer.views import jobs as views

router = APIRouter()


@router.post("/claimlinks", dependencies=[allowed(Permission.ISSUE)])
def offer_all(
    session: WriteDep, service: ServiceDep, organisation: ManagedOrganisation, note: AuditDep
) -> RedirectResponse:
    """Make sure, in the background, that everyone has a claim link for the newest statements."""
    job = offers.start(session, organisation, now=service.clock())
    note(Action.OFFERS_MADE, str(job.id))
    return see(f"/beheer/{organisation.slug}/taken/{job.id}")


@router.post("/claimlinks/{table}.csv", dependencies=[allowed(Permission.ISSUE)])
def download_offers(
    service: ServiceDep, organisation: ManagedOrganisation, note: AuditDep, table: Table
) -> StreamingResponse:
    """Everyone's claim link, or everyone's code, for whoever sends them; noted, so it is no GET."""
    note(Action.OFFERS_DOWNLOADED, table)
    headers = {"Content-Disposition": f'attachment; filename="{table}.csv"', "Cache-Control": "no-store"}
    lines = table_lines(service, organisation, table)
    return StreamingResponse(lines, media_type="text/csv", headers=headers)


@router.get("/taken/{job_id}")
def job(request: Request, session: ReadDep, organisation: ManagedOrganisation, job_id: UUID) -> HTMLResponse:
    """How far a job is."""
    shown = views.job_page(session, organisation, job_id)
    return page(request, "job.html", organisation=organisation, shown=shown)
