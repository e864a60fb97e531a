"""What is on its way: one page for each, a look whether it is there, and no longer waiting for it."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from wallet import under_way
from wallet.routes.dependencies import PageDep, ServicesDep, VaultDep
from wallet.under_way import UnderWay

router = APIRouter()


@router.get("/onderweg/{claim_id}")
def show_waiting(page: PageDep, vault: VaultDep, claim_id: str) -> Response:
    """Show what the worker waits for, or that it failed."""
    waiting = under_way.one(vault, claim_id)
    return page.html("under_way", waiting=waiting, error=waiting.claim.failure)


@router.post("/onderweg/{claim_id}")
def look_now(page: PageDep, vault: VaultDep, services: ServicesDep, claim_id: str) -> Response:
    """Look whether it is there; never sooner than the organisation wants to be asked."""
    waiting = under_way.one(vault, claim_id)
    taken = under_way.ask(vault, waiting, fetcher=services.fetcher, services=services)
    if not isinstance(taken, UnderWay):
        return page.to(f"/ontvangen/{taken.id}")
    return page.to(f"/onderweg/{claim_id}{'' if taken.claim.failure else '?gedaan=nog-niet'}")


@router.post("/onderweg/{claim_id}/stoppen")
def stop_waiting(page: PageDep, vault: VaultDep, claim_id: str) -> Response:
    """Wait no longer."""
    under_way.stop_waiting(vault, claim_id)
    return page.to("/ophalen")
