"""When something is wrong: tell the organisation, ask how it stands, or reach it otherwise."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from wallet import contact, dispute, held
from wallet.errors import DisputeError, DisputeRefusedError
from wallet.held import HeldCredential
from wallet.routes.dependencies import PageDep, ServicesDep, VaultDep
from wallet.routes.page import Page
from wallet.services import Services
from wallet.view import view

router = APIRouter()
Text = Annotated[str, Form()]
_RECEIVED = "/ontvangen/"


def get_disputed(request: Request, vault: VaultDep, held_id: str) -> HeldCredential:
    """What the address is about: kept, or still waiting to be kept."""
    is_received = request.url.path.startswith(_RECEIVED)
    return held.one_received(vault, held_id) if is_received else held.one_held(vault, held_id)


DisputedDep = Annotated[HeldCredential, Depends(get_disputed)]


@router.get("/bewijs/{held_id}/klopt-niet")
@router.get("/ontvangen/{held_id}/klopt-niet")
def ask_what_is_wrong(
    request: Request, page: PageDep, services: ServicesDep, disputed: DisputedDep
) -> Response:
    """Ask what is wrong, and show what was told before."""
    return _page(request, page, services, disputed)


@router.post("/bewijs/{held_id}/klopt-niet")
@router.post("/ontvangen/{held_id}/klopt-niet")
def tell(
    request: Request, page: PageDep, vault: VaultDep, services: ServicesDep, disputed: DisputedDep,
    record: Text = "", text: Text = "",
) -> Response:  # fmt: skip
    """Tell the organisation."""
    try:
        message = dispute.compose(disputed, record, text, language=page.locale)
        dispute.tell(vault, disputed, message, services=services)
    except DisputeError as error:
        return _page(request, page, services, disputed, error=error, record=record, text=text)
    return page.to(f"{request.url.path}?gedaan=verteld")


@router.post("/bewijs/{held_id}/klopt-niet/{number}")
@router.post("/ontvangen/{held_id}/klopt-niet/{number}")
def ask_again(
    request: Request, page: PageDep, vault: VaultDep, services: ServicesDep, disputed: DisputedDep,
    number: int,
) -> Response:  # fmt: skip
    """Ask how one message stands now."""
    try:
        dispute.tell(vault, disputed, dispute.repeated(disputed, number), services=services)
    except DisputeError as error:
        return _page(request, page, services, disputed, error=error)
    return page.to(f"{request.url.path.rpartition('/')[0]}?gedaan=nagevraagd")


def _page(
    request: Request, page: Page, services: Services, disputed: HeldCredential, *,
    error: DisputeError | None = None, **typed: Any,
) -> Response:  # fmt: skip
    return page.html(
        "dispute",
        status=422 if error else 200,
        error=error.code if error else None,
        reason=error.reason if isinstance(error, DisputeRefusedError) else "",
        proof=view(disputed, page.locale),
        contact=contact.contact_of(services.organisation(disputed.issuer)),
        is_kept=not request.url.path.startswith(_RECEIVED),
        credential_issuer=disputed.credential_issuer,
        told=disputed.told,
        **{"record": "", "text": "", **typed},
    )
