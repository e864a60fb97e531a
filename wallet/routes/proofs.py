"""What the worker keeps: the list, one credential, checking it again, and letting it go."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from wallet import accounts, held, inspection, under_way
from wallet.routes.dependencies import PageDep, ServicesDep, VaultDep
from wallet.view import view

router = APIRouter()


@router.get("/")
def list_held(page: PageDep, vault: VaultDep, services: ServicesDep) -> Response:
    """List what the worker keeps, what waits to be looked at, and what is on its way."""
    under_way.ask_due(vault, services=services)
    everything = held.all_held(vault)
    return page.html(
        "list",
        proofs=[view(each, page.locale) for each in held.current(everything)],
        waiting=held.all_received(vault),
        under_way=under_way.all_under_way(vault),
        sheet_waits=accounts.unsaved_recovery_code(vault) is not None,
    )


@router.get("/bewijs/{held_id}")
def show_held(page: PageDep, vault: VaultDep, held_id: str) -> Response:
    """Show everything that one organisation says."""
    kept = held.one_held(vault, held_id)
    return page.html("proof", proof=view(kept, page.locale), copies=kept.copies)


@router.post("/bewijs/{held_id}/controleer")
def check_held(page: PageDep, vault: VaultDep, services: ServicesDep, held_id: str) -> Response:
    """Verify it anew: the organisation may have withdrawn it."""
    kept = held.one_held(vault, held_id)
    checked = inspection.check_again(kept, policy=services.policy, resolver=services.resolver)
    held.put_checked(vault, kept, checked)
    return page.to(f"/bewijs/{held_id}?gedaan=gecontroleerd")


@router.get("/bewijs/{held_id}/kopie/{number}")
def download_copy(vault: VaultDep, held_id: str, number: int) -> Response:
    """Hand one copy out as it was received."""
    name, media_type, content = held.copy_file(held.one_held(vault, held_id), number)
    return Response(content, media_type=media_type, headers=_attachment(name))


@router.get("/bewijs/{held_id}/verwijderen")
def ask_to_forget(page: PageDep, vault: VaultDep, held_id: str) -> Response:
    """Ask whether it may really go."""
    return page.html("forget", proof=view(held.one_held(vault, held_id), page.locale))


@router.post("/bewijs/{held_id}/verwijderen")
def forget(page: PageDep, vault: VaultDep, held_id: str) -> Response:
    """Delete it from the wallet."""
    held.forget(vault, held_id)
    return page.to("/?gedaan=verwijderd")


def _attachment(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
