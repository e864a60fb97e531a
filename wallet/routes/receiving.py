"""Fetching: open an offer, claim it, look at it, and only then keep it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.background import BackgroundTask

from standard.keys import PrivateKey
from templates.web import CONTENT_SECURITY_POLICY
from wallet import claims, held, holder_key, inbox, leave, offers, under_way
from wallet.claims import KEY_KIND, Claim
from wallet.errors import OfferError
from wallet.offers import OpenOffer
from wallet.routes.dependencies import PageDep, ServicesDep, VaultDep
from wallet.routes.page import Page
from wallet.services import Services
from wallet.under_way import UnderWay
from wallet.vault import Vault
from wallet.view import view

router = APIRouter()
Text = Annotated[str, Form()]


@router.get("/ophalen")
def ask_for_link(page: PageDep, vault: VaultDep, services: ServicesDep) -> Response:
    """Ask for a link, and show what still waits."""
    under_way.ask_due(vault, services=services)
    return fetch_page(page, vault)


@router.post("/ophalen")
def take_link(page: PageDep, _vault: VaultDep, link: Text = "") -> Response:
    """Go on with a link that was pasted."""
    return page.to(f"/ontvangen?{urlencode({'link': link.strip()})}")


@router.get("/ontvangen")
def show_offer(request: Request, page: PageDep, vault: VaultDep, services: ServicesDep) -> Response:
    """Show who offers what, and ask for the code or send her to the organisation's page."""
    given = _given(request)
    try:
        known = _known(vault, given)
        if known is not None:
            return page.to(known)
        opened = offers.open_offer(given, fetcher=services.fetcher)
    except OfferError as error:
        return fetch_page(page, vault, status=422, error=error.code)
    return _offer_page(page, opened, given)


@router.post("/ontvangen")
def claim_offer(
    page: PageDep, vault: VaultDep, services: ServicesDep, given: Text = "", code: Text = ""
) -> Response:
    """Claim what is offered, verify it, and lay it ready to look at."""
    known = _known(vault, given)
    if known is not None:
        return page.to(known)
    opened = offers.open_offer(given, fetcher=services.fetcher)
    signer, key = holder_key.signer(vault), PrivateKey.generate(KEY_KIND)
    try:
        claim = claims.begin(
            opened, code, fetcher=services.fetcher, signer=signer, key=key, now=services.clock()
        )
        return _taken_in(page, vault, services, claim)
    except OfferError as error:
        return _offer_page(page, opened, given, error=error.code)


@router.post("/ontvangen/toestemming")
def ask_leave(page: PageDep, vault: VaultDep, services: ServicesDep, given: Text = "") -> Response:
    """Ask the organisation for leave; the worker gives it on the organisation's own page."""
    known = _known(vault, given)
    if known is not None:
        return page.to(known)
    opened = offers.open_offer(given, fetcher=services.fetcher)
    base_url, now = services.settings.base_url, services.clock()
    try:
        return page.to(leave.ask(vault, opened, base_url=base_url, fetcher=services.fetcher, now=now))
    except OfferError as error:
        return _offer_page(page, opened, given, error=error.code)


@router.get(leave.RETURN_PATH)
def come_back(request: Request, page: PageDep, vault: VaultDep, services: ServicesDep) -> Response:
    """Take the worker back from the organisation's page, and claim with what she brings."""
    try:
        claim = leave.redeem(
            vault, str(request.url), base_url=services.settings.base_url, fetcher=services.fetcher,
            signer=holder_key.signer(vault), now=services.clock(),
        )  # fmt: skip
        return _taken_in(page, vault, services, claim)
    except OfferError as error:
        # A page of its own and no failure of the request: that the answer came is settled all the same.
        return fetch_page(page, vault, status=422, error=error.code)


@router.get("/ontvangen/{received_id}")
def show_received(page: PageDep, vault: VaultDep, received_id: str) -> Response:
    """Show what was received; it is not kept yet."""
    return page.html("received", proof=view(held.one_received(vault, received_id), page.locale))


@router.post("/ontvangen/{received_id}/bewaren")
def keep_received(page: PageDep, vault: VaultDep, services: ServicesDep, received_id: str) -> Response:
    """Keep it; the organisation hears that once the worker has her page."""
    held.keep(vault, received_id)
    claim = under_way.take_notice(vault, received_id)
    response = page.to(f"/bewijs/{received_id}?gedaan=bewaard")
    if claim is not None:
        response.background = BackgroundTask(
            claims.notify, claim, fetcher=services.fetcher, now=services.clock()
        )
    return response


@router.post("/ontvangen/{received_id}/weigeren")
def refuse_received(page: PageDep, vault: VaultDep, received_id: str) -> Response:
    """Do not keep it; the organisation hears nothing of that."""
    held.refuse(vault, received_id)
    under_way.take_notice(vault, received_id)
    return page.to("/?gedaan=geweigerd")


def fetch_page(page: Page, vault: Vault, *, status: int = 200, error: str | None = None) -> Response:
    """The page where proofs come in: by a link, left in the inbox, or later."""
    address = inbox.address_of(vault.session, vault.worker_id)
    return page.html(
        "fetch", status=status, error=error, waiting=held.all_received(vault),
        under_way=under_way.all_under_way(vault), left=inbox.waiting(vault.session, vault.worker_id),
        inbox_address=page.absolute(f"/brievenbus/{address}"),
    )  # fmt: skip


def _taken_in(page: Page, vault: Vault, services: Services, claim: Claim) -> Response:
    taken = under_way.take_in(vault, claim, services=services)
    inbox.drop_claimed(vault.session, vault.worker_id, claim.source)
    return page.to(f"/{'onderweg' if isinstance(taken, UnderWay) else 'ontvangen'}/{taken.id}")


def _offer_page(page: Page, opened: OpenOffer, given: str, *, error: str | None = None) -> Response:
    status = 422 if error else 200
    response = page.html("offer", status=status, opened=opened, given=given, error=error)
    if opened.leave_origin is not None:
        # Browsers hold the redirect after a form to the same rule as the form.
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
            "form-action 'self'", f"form-action 'self' {opened.leave_origin}"
        )
    return response


def _known(vault: Vault, given: str) -> str | None:
    """Where to find what this offer brought before: an offer works once, a tap may come twice."""
    source = offers.source_of(given)
    known = held.from_offer(vault, source)
    if known is not None:
        return f"/bewijs/{known.id}" if held.is_kept(vault, known.id) else f"/ontvangen/{known.id}"
    waiting = under_way.from_offer(vault, source)
    return f"/onderweg/{waiting.id}" if waiting is not None else None


def _given(request: Request) -> str:
    """Read the offer out of the address: a pasted link, or the parameters of the protocol itself."""
    link = request.query_params.get("link")
    return link if link is not None else f"openid-credential-offer://?{request.url.query}"
