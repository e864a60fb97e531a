"""Pages for operators: who works for an organisation, and what each may do."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from issuer.access import credentials, operators
from issuer.access.roles import Permission, Role
from issuer.errors import OperatorChangeError
from issuer.routes.dependencies import (
    CONFIRMED,
    ManagedOrganisation,
    OperatorDep,
    ReadDep,
    ServiceDep,
    WriteDep,
    allowed,
    page,
    see,
)
from issuer.service import Service

router = APIRouter(dependencies=[allowed(Permission.OPERATORS)])


@router.get("/medewerkers")
def listed(
    request: Request,
    session: ReadDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    me: OperatorDep,
) -> HTMLResponse:
    """Everyone who works for the organisation."""
    rows = [
        (each, credentials.of(session, each, service)) for each in operators.colleagues(session, organisation)
    ]
    return page(
        request, "operators.html", organisation=organisation, operator=me, rows=rows, roles=list(Role)
    )


@router.post("/medewerkers", dependencies=[CONFIRMED])
def invite(
    request: Request,
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    me: OperatorDep,
    name: Annotated[str, Form(max_length=500)],
    role: Annotated[Role, Form()],
) -> HTMLResponse:
    """Make a colleague, and show the invitation, this once."""
    code = operators.invite(
        session, name=name, role=role, organisation=organisation, actor=me.actor, now=service.clock(),
        lifetime=_link_lifetime(service),
    )  # fmt: skip
    return _invitation(request, service, organisation, name, code)


@router.post("/medewerkers/{operator_id}/rol", dependencies=[CONFIRMED])
def change_role(
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    me: OperatorDep,
    operator_id: int,
    role: Annotated[Role, Form()],
) -> RedirectResponse:
    """Give a colleague another role."""
    found = operators.colleague(session, organisation, operator_id)
    operators.change_role(session, found, role, actor=me.actor, now=service.clock())
    return see(f"/beheer/{organisation.slug}/medewerkers")


@router.post("/medewerkers/{operator_id}/nieuwe-link", dependencies=[CONFIRMED])
def reset(
    request: Request,
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    me: OperatorDep,
    operator_id: int,
) -> HTMLResponse:
    """Let a colleague who cannot come in any more start anew."""
    found = operators.colleague(session, organisation, operator_id)
    code = operators.reset(
        session, found, actor=me.actor, now=service.clock(), lifetime=_link_lifetime(service)
    )
    return _invitation(request, service, organisation, found.name, code)


@router.post("/medewerkers/{operator_id}/verwijderen", dependencies=[CONFIRMED])
def remove(
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    me: OperatorDep,
    operator_id: int,
) -> RedirectResponse:
    """Shut a colleague out."""
    if operator_id == me.id:
        raise OperatorChangeError("oneself")
    found = operators.colleague(session, organisation, operator_id)
    operators.remove(session, found, actor=me.actor, now=service.clock())
    return see(f"/beheer/{organisation.slug}/medewerkers")


def _link_lifetime(service: Service) -> timedelta:
    return timedelta(minutes=service.settings.login_link_minutes)


def _invitation(
    request: Request, service: Service, organisation: ManagedOrganisation, name: str, code: str
) -> HTMLResponse:
    link = f"{service.settings.base_url}/inloggen/{code}"
    until = service.clock() + _link_lifetime(service)
    return page(request, "invited.html", organisation=organisation, name=name, link=link, until=until)
