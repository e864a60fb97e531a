"""Pages for operators: one organisation at a glance."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from issuer.access import roles
from issuer.routes.dependencies import ManagedOrganisation, OperatorDep, ReadDep, ServiceDep, page
from issuer.views import attention, statistics
from issuer.views import overview as views

router = APIRouter()


@router.get("")
def overview(
    request: Request,
    session: ReadDep,
    service: ServiceDep,
    operator: OperatorDep,
    organisation: ManagedOrganisation,
) -> HTMLResponse:
    """What needs attention, how much there is, and what happened week by week."""
    return page(
        request, "organisation.html", organisation=organisation,
        notices=attention.notices(
            session, organisation, roles.permissions(operator), now=service.clock()
        ),
        overview=views.overview(session, organisation),
        statistics=statistics.statistics(
            session, organisation, today=service.today(), zone=service.zone
        ),
    )  # fmt: skip
