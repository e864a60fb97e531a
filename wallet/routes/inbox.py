"""The inbox: programs leave an offer, the worker opens it or throws it away."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from standard.errors import KlusCVError
from wallet import inbox
from wallet.errors import InboxFullError, NotFoundError
from wallet.routes.dependencies import PageDep, ServicesDep, SessionDep, VaultDep

router = APIRouter()
_STATUS = {NotFoundError: 404, InboxFullError: 429}


async def raw_body(request: Request) -> bytes:
    """The bytes of the message; the edge has bounded them."""
    return await request.body()


@router.post("/brievenbus/{address}", status_code=202)
def leave_offer(
    session: SessionDep, services: ServicesDep, address: str, body: Annotated[bytes, Depends(raw_body)]
) -> Response:
    """Leave an offer for whoever gave this address out."""
    hosts = services.settings.loopback_hosts
    try:
        inbox.leave(session, address, body, loopback_hosts=hosts, now=services.clock())
    except KlusCVError as error:
        # RFC 9457: a program reads this, not a person.
        status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 422)
        problem = {"type": "about:blank", "status": status, "code": error.code, "detail": str(error)}
        return JSONResponse(problem, status_code=status, media_type="application/problem+json")
    return Response(status_code=202)


@router.post("/ophalen/weggooien/{offer_id}")
def drop_offer(page: PageDep, vault: VaultDep, offer_id: str) -> Response:
    """Throw an offer away."""
    inbox.drop(vault.session, vault.worker_id, offer_id)
    return page.to("/ophalen")


@router.post("/ophalen/nieuw-adres")
def new_address(page: PageDep, vault: VaultDep) -> Response:
    """Give the worker another address."""
    inbox.new_address(vault.session, vault.worker_id)
    return page.to("/ophalen#adres")
