"""The page that a worker opens from a claim link."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from issuer.qr import svg
from issuer.routes.dependencies import OfferId, ReadDep, ServiceDep, page
from issuer.views import claims

router = APIRouter(include_in_schema=False)


@router.get("/claim/{offer_id}")
def claim_page(request: Request, session: ReadDep, service: ServiceDep, offer_id: OfferId) -> HTMLResponse:
    """Who offers what, and how to take it. Nothing personal: a link may go astray."""
    shown = claims.claim_page(session, service, offer_id)
    return page(request, "claim.html", shown=shown, draw_qr=svg)
