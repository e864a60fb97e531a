"""Fetching: open an offer, claim it, look at it, and only then keep it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from wallet import held, holder_key, inbox, receive
from wallet.errors import OfferError
from wallet.routes.dependencies import PageDep, ServicesDep, VaultDep
from wallet.routes.page import Page
from wallet.vault import Vault
from wallet.view import view

router = APIRouter()
Text = Annotated[str, Form()]


@router.get("/ophalen")
def ask_for_link(page: PageDep, vault: VaultDep) -> Response:
    """Ask for a link, and show what still waits."""
    return fetch_page(page, vault)


@router.post("/ophalen")
def take_link(page: PageDep, _vault: VaultDep, link: Text = "") -> Response:
    """Go on with a link that was pasted."""
    return page.to(f"/ontvangen?{urlencode({'link': link.strip()})}")


@router.get("/ontvangen")
def show_offer(request: Request, page: PageDep, vault: VaultDep, services: ServicesDep) -> Response:
    """Show who offers what, and ask for the code."""
    given = _given(request)
    try:
        known = _known(vault, given)
        if known is not None:
            return page.to(known)
        opened = receive.open_offer(given, fetcher=services.fetcher)
    except OfferError as error:
        return fetch_page(page, vault, status=422, error=error.code)
    return page.html("offer", opened=opened, given=given)


@router.post("/ontvangen")
def claim_offer(
    page: PageDep, vault: VaultDep, services: ServicesDep, given: Text = "", code: Text = ""
) -> Response:
    """Claim what is offered, verify it, and lay it ready to look at."""
    known = _known(vault, given)
    if known is not None:
        return page.to(known)
    opened = receive.open_offer(given, fetcher=services.fetcher)
    try:
        received = receive.accept(
            opened,
            code,
            fetcher=services.fetcher,
            signer=holder_key.signer(vault),
            policy=services.policy,
            resolver=services.resolver,
        )
    except OfferError as error:
        return page.html("offer", status=422, opened=opened, given=given, error=error.code)
    inbox.drop_claimed(vault.session, vault.worker_id, opened.source)
    return page.to(f"/ontvangen/{held.put_received(vault, received).id}")


@router.get("/ontvangen/{received_id}")
def show_received(page: PageDep, vault: VaultDep, received_id: str) -> Response:
    """Show what was received; it is not kept yet."""
    return page.html("received", proof=view(held.one_received(vault, received_id), page.locale))


@router.post("/ontvangen/{received_id}/bewaren")
def keep_received(page: PageDep, vault: VaultDep, received_id: str) -> Response:
    """Keep it."""
    held.keep(vault, received_id)
    return page.to(f"/bewijs/{received_id}?gedaan=bewaard")


@router.post("/ontvangen/{received_id}/weigeren")
def refuse_received(page: PageDep, vault: VaultDep, received_id: str) -> Response:
    """Do not keep it."""
    held.refuse(vault, received_id)
    return page.to("/?gedaan=geweigerd")


def fetch_page(page: Page, vault: Vault, *, status: int = 200, error: str | None = None) -> Response:
    """The page where proofs come in: by a link, or left in the inbox."""
    address = inbox.address_of(vault.session, vault.worker_id)
    return page.html(
        "fetch", status=status, error=error, waiting=held.all_received(vault),
        left=inbox.waiting(vault.session, vault.worker_id),
        inbox_address=page.absolute(f"/brievenbus/{address}"),
    )  # fmt: skip


def _known(vault: Vault, given: str) -> str | None:
    """Where to find what this offer brought before: an offer works once, a tap may come twice."""
    known = held.from_offer(vault, receive.source_of(given))
    if known is None:
        return None
    return f"/bewijs/{known.id}" if held.is_kept(vault, known.id) else f"/ontvangen/{known.id}"


def _given(request: Request) -> str:
    """Read the offer out of the address: a pasted link, or the parameters of the protocol itself."""
    link = request.query_params.get("link")
    return link if link is not None else f"openid-credential-offer://?{request.url.query}"
