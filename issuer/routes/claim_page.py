"""The page that a worker opens from a claim link."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse

from issuer import portability
from issuer.api import allowances
from issuer.api.allowances import Rate
from issuer.errors import PushError, WebhookError
from issuer.life import disputes
from issuer.qr import svg
from issuer.routes.dependencies import (
    OfferId,
    ReadDep,
    ServiceDep,
    WriteDep,
    locale,
    page,
    same_origin,
)
from issuer.views import claims
from issuer.webhooks.courier import fetcher

router = APIRouter(include_in_schema=False)
PUSHES = Rate(calls=2, burst=5)


@router.get("/claim/{offer_id}")
def claim_page(request: Request, session: ReadDep, service: ServiceDep, offer_id: OfferId) -> HTMLResponse:
    """Who offers what, and how to take it. Nothing personal: a link may go astray."""
    shown = claims.claim_page(session, service, offer_id)
    return page(request, "claim.html", shown=shown, draw_qr=svg, outcome=None, inbox="")


@router.post("/claim/{offer_id}/sturen", dependencies=[Depends(same_origin)])
def push(
    request: Request,
    service: ServiceDep,
    offer_id: OfferId,
    inbox: Annotated[str, Form(max_length=2_000)] = "",
) -> HTMLResponse:
    """Leave the offer in the wallet that the worker names."""
    with service.database.writing() as session:
        allowances.spend(session, f"push:{offer_id}", rate=PUSHES, now=service.clock())
    outcome = "pushed"
    try:
        portability.push(service, fetcher(service), offer_id, inbox=inbox.strip(), now=service.clock())
    except (PushError, WebhookError) as error:
        outcome = error.code
    with service.database.reading() as session:
        shown = claims.claim_page(session, service, offer_id)
        status = 200 if outcome == "pushed" else 422
        return page(
            request, "claim.html", status_code=status, shown=shown, draw_qr=svg, outcome=outcome, inbox=inbox
        )


@router.post("/claim/{offer_id}/bezwaar", dependencies=[Depends(same_origin)])
def dispute(
    request: Request,
    session: WriteDep,
    service: ServiceDep,
    offer_id: OfferId,
    code: Annotated[str, Form(max_length=40)] = "",
    tekst: Annotated[str, Form(max_length=5_000)] = "",
) -> HTMLResponse:
    """Say that something is wrong, and read the answers; the code shows that it is the worker who speaks."""
    said = disputes.receive_at_claim(
        session, offer_id, transaction_code=code, text=tekst, language=locale(request),
        secret=service.keys.claim_code_key(), max_attempts=service.settings.tx_code_attempts,
        now=service.clock(),
    )  # fmt: skip
    shown = claims.claim_page(session, service, offer_id)
    return page(request, "claim_dispute.html", shown=shown, said=said)
