"""Pages for operators: what was stated, found by own reference; suspended, restored, withdrawn."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from issuer.access.roles import Permission
from issuer.audit import Action
from issuer.life import bulk_status, erasure, status
from issuer.life.bulk_status import Named
from issuer.routes.dashboard.logged_in_first import LoggedInFirst
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
from issuer.views import credentials as views

router = APIRouter(route_class=LoggedInFirst)
Reason = Annotated[str, Form(max_length=300)]


@router.get("/bewijzen")
def credentials(
    request: Request,
    session: ReadDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    q: Annotated[str, Query(max_length=200)] = "",
    staat: Annotated[str, Query(max_length=20)] = "",
    bladzijde: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """Statements by own reference and state."""
    rows = views.credential_rows(
        session, organisation, reference=q, state=staat, page=bladzijde, now=service.clock()
    )
    return page(
        request, "credentials.html", organisation=organisation, reference=q, state=staat, number=bladzijde,
        rows=rows[: views.PAGE_SIZE], has_next=len(rows) > views.PAGE_SIZE,
    )  # fmt: skip


@router.post("/bewijzen/intrekken", dependencies=[allowed(Permission.REVOKE)])
def revoke_chosen(
    request: Request,
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    verklaring: Annotated[list[UUID] | None, Form()] = None,
    lijst: UploadFile | None = None,
    reason: Reason = "",
) -> HTMLResponse:
    """Withdraw what was ticked, or what a list names."""
    ticked = (Named(place, "id", str(each)) for place, each in enumerate(verklaring or [], start=1))
    named = bulk_status.read_list(lijst.file) if lijst is not None and lijst.filename else ticked
    done = bulk_status.revoke_list(session, organisation, named, reason=reason, now=service.clock())
    note(Action.STATEMENT_REVOKED, f"list of {done.withdrawn}")
    return page(request, "withdrawn.html", organisation=organisation, done=done)


@router.post("/verklaringen/{statement_id}/schorsen", dependencies=[allowed(Permission.REVOKE)])
def suspend(
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    statement_id: UUID,
    reason: Reason = "",
) -> RedirectResponse:
    """Make a statement's copies invalid for the time being."""
    found = status.suspend(session, organisation, statement_id, reason=reason, now=service.clock())
    note(Action.STATEMENT_SUSPENDED, str(statement_id))
    return see(f"/beheer/{organisation.slug}/mensen/{found.worker_id}")


@router.post("/verklaringen/{statement_id}/herstellen", dependencies=[allowed(Permission.REVOKE)])
def restore(
    session: WriteDep, organisation: ManagedOrganisation, note: AuditDep, statement_id: UUID
) -> RedirectResponse:
    """Lift a suspension."""
    found = status.restore(session, organisation, statement_id)
    note(Action.STATEMENT_RESTORED, str(statement_id))
    return see(f"/beheer/{organisation.slug}/mensen/{found.worker_id}")


@router.post("/mensen/{worker_id}/wissen", dependencies=[allowed(Permission.SETTINGS)])
def erase(
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    worker_id: UUID,
    kopieen: Annotated[str, Form(pattern="^(intrekken|houden)$")],
) -> RedirectResponse:
    """Delete everything about a worker."""
    withdraw = kopieen == "intrekken"
    erasure.erase(session, organisation, worker_id, withdraw=withdraw, now=service.clock())
    note(Action.WORKER_ERASED, str(worker_id))
    return see(f"/beheer/{organisation.slug}/mensen")
