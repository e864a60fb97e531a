"""Pages for operators: what workers say is wrong."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from issuer.access.roles import Permission
from issuer.audit import Action
from issuer.life import disputes
from issuer.life.disputes import Decision
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
from issuer.views import disputes as views

router = APIRouter(prefix="/bezwaren")
MAY = [allowed(Permission.REVOKE)]


@router.get("")
def list_disputes(request: Request, session: ReadDep, organisation: ManagedOrganisation) -> HTMLResponse:
    """What waits first."""
    return page(
        request, "disputes.html", organisation=organisation, rows=views.dispute_rows(session, organisation)
    )


@router.get("/{dispute_id}")
def dispute(
    request: Request, session: ReadDep, organisation: ManagedOrganisation, dispute_id: UUID
) -> HTMLResponse:
    """One dispute: the worker's words, the record, the answer and the decision."""
    shown = views.dispute_page(session, organisation, dispute_id)
    return page(request, "dispute.html", organisation=organisation, shown=shown)


@router.post("/{dispute_id}/noteren", dependencies=MAY)
def take_note(
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    dispute_id: UUID,
    record: Annotated[str, Form(max_length=5_000)],
) -> RedirectResponse:
    """Mark the record, and state it anew."""
    disputes.take_note(session, organisation, dispute_id, record=record, now=service.clock())
    note(Action.DISPUTE_NOTED, str(dispute_id))
    return see(f"/beheer/{organisation.slug}/bezwaren/{dispute_id}")


@router.post("/{dispute_id}/antwoorden", dependencies=MAY)
def reply(
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    dispute_id: UUID,
    tekst: Annotated[str, Form(max_length=5_000)] = "",
) -> RedirectResponse:
    """Answer the worker."""
    disputes.reply(session, organisation, dispute_id, tekst, now=service.clock())
    note(Action.DISPUTE_ANSWERED, str(dispute_id))
    return see(f"/beheer/{organisation.slug}/bezwaren/{dispute_id}")


@router.post("/{dispute_id}/beslissen", dependencies=MAY)
def decide(
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    dispute_id: UUID,
    besluit: Annotated[Decision, Form()],
    reason: Annotated[str, Form(max_length=300)] = "",
) -> RedirectResponse:
    """Stand by the record, promise a correction, or withdraw."""
    disputes.decide(session, organisation, dispute_id, besluit, reason=reason, now=service.clock())
    note(Action.DISPUTE_DECIDED, str(dispute_id))
    return see(f"/beheer/{organisation.slug}/bezwaren/{dispute_id}")
