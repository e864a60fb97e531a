"""Choosing what to show, looking at it, and taking it along as PDF, QR code or file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from wallet import drafts, export, held
from wallet.drafts import Draft
from wallet.errors import EmptySelectionError, NotFoundError
from wallet.held import HeldCredential
from wallet.naming import telling_reviews
from wallet.other_formats import FORMATS
from wallet.routes.dependencies import PageDep, ServicesDep, VaultDep
from wallet.routes.page import Page
from wallet.routes.selection_form import SelectionForm
from wallet.selection import everything, fitted, moved
from wallet.services import Services
from wallet.vault import Vault
from wallet.view import view

router = APIRouter(prefix="/kluscv")
FormDep = Annotated[SelectionForm, Form()]
_STEPS = {"up": -1, "down": 1}


@router.get("")
def list_drafts(page: PageDep, vault: VaultDep) -> Response:
    """List the saved selections."""
    return page.html("kluscvs", drafts=drafts.all_drafts(vault), has_proofs=bool(held.all_held(vault)))


@router.post("")
def begin(page: PageDep, vault: VaultDep, title: Annotated[str, Form(max_length=60)] = "") -> Response:
    """Begin a selection with a sensible choice."""
    selection = everything(
        held.current(held.all_held(vault)), title=title.strip() or "KlusCV", language=page.locale
    )
    return page.to(f"/kluscv/{drafts.add(vault, selection).id}")


@router.get("/{draft_id}")
def choose(page: PageDep, vault: VaultDep, services: ServicesDep, draft_id: str) -> Response:
    """Show the choice beside the page that it makes."""
    draft, current = _fitted(vault, draft_id)
    return _compose_page(page, draft, current, services)


@router.post("/{draft_id}")
def save(page: PageDep, vault: VaultDep, draft_id: str, form: FormDep) -> Response:
    """Save the choice; `action` says what comes next: `up:<id>`, `down:<id>`, `done`, or nothing."""
    draft, current = _fitted(vault, draft_id)
    selection = form.selection(current, title=draft.selection.title)
    step, _, held_id = form.action.partition(":")
    if step in _STEPS:
        selection = moved(selection, held_id, _STEPS[step])
    drafts.put(vault, Draft(draft_id, selection))
    return page.to(f"/kluscv/{draft_id}" + {"done": "/delen", "save": "?gedaan=bewaard"}.get(step, ""))


@router.post("/{draft_id}/voorbeeld")
def show_preview(
    page: PageDep, vault: VaultDep, services: ServicesDep, draft_id: str, form: FormDep
) -> Response:
    """Show the page of a choice that is not saved yet."""
    draft, current = _fitted(vault, draft_id)
    selection = form.selection(current, title=draft.selection.title)
    sheet = export.preview(current, selection, services=services)
    return page.html("preview", sheet=sheet, telling=telling_reviews(current, selection))


@router.get("/{draft_id}/delen")
def share(page: PageDep, vault: VaultDep, services: ServicesDep, draft_id: str) -> Response:
    """Show what can be taken along."""
    draft, current = _fitted(vault, draft_id)
    try:
        made = export.make(vault, current, draft.selection, services=services)
    except EmptySelectionError as error:
        return _compose_page(page, draft, current, services, error=error.code)
    sheet = export.sheet(made, services=services)
    telling = telling_reviews(current, draft.selection)
    return page.html("share", draft=draft, codes=len(made.qr_texts), sheet=sheet, telling=telling)


@router.get("/{draft_id}/kluscv.pdf")
def download_pdf(vault: VaultDep, services: ServicesDep, draft_id: str) -> Response:
    """Hand the PDF out."""
    draft, current = _fitted(vault, draft_id)
    made = export.make(vault, current, draft.selection, services=services)
    return _file(export.pdf_bytes(made, services=services), "application/pdf", "KlusCV.pdf")


@router.get("/{draft_id}/kluscv.presentation.json")
def download_json(vault: VaultDep, services: ServicesDep, draft_id: str) -> Response:
    """Hand the presentation out."""
    draft, current = _fitted(vault, draft_id)
    made = export.make(vault, current, draft.selection, services=services)
    return _file(made.presentation_json, "application/vp", "kluscv.presentation.json")


@router.get("/{draft_id}/formaat/{name}")
def download_other(vault: VaultDep, services: ServicesDep, draft_id: str, name: str) -> Response:
    """Hand it out in a format of others."""
    if name not in FORMATS:
        raise NotFoundError("no such format")
    draft, current = _fitted(vault, draft_id)
    other = FORMATS[name]
    content = other.write(export.make(vault, current, draft.selection, services=services)).value
    return _file(content, other.media_type, other.file_name)


@router.get("/{draft_id}/kluscv-qr-{number}.png")
def download_qr(vault: VaultDep, draft_id: str, number: int, services: ServicesDep) -> Response:
    """Hand one QR code out; codes are counted from 1."""
    draft, current = _fitted(vault, draft_id)
    picture = export.qr_png(current, draft.selection, number, services=services)
    return _file(picture, "image/png", f"KlusCV-QR-{number}.png")


@router.post("/{draft_id}/verwijderen")
def remove(page: PageDep, vault: VaultDep, draft_id: str) -> Response:
    """Delete a selection."""
    drafts.remove(vault, draft_id)
    return page.to("/kluscv?gedaan=verwijderd")


def _compose_page(
    page: Page, draft: Draft, current: list[HeldCredential], services: Services, *, error: str | None = None
) -> Response:
    return page.html(
        "compose",
        status=422 if error else 200,
        error=error,
        draft=draft,
        proofs={each.id: view(each, page.locale) for each in current},
        sheet=export.preview(current, draft.selection, services=services),
        telling=telling_reviews(current, draft.selection),
    )


def _fitted(vault: Vault, draft_id: str) -> tuple[Draft, list[HeldCredential]]:
    current = held.current(held.all_held(vault))
    draft = drafts.one(vault, draft_id)
    return Draft(draft_id, fitted(draft.selection, current)), current


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
