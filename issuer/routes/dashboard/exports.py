"""Pages for operators: an organisation at a glance, and exports in."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from issuer import batch
from issuer.audit import Action
from issuer.imports import available_profiles, load_profile, shipped_profile
from issuer.roles import Permission
from issuer.routes.dependencies import (
    AuditDep,
    ManagedOrganisation,
    ReadDep,
    ServiceDep,
    WriteDep,
    allowed,
    locale,
    page,
    see,
)
from issuer.views import overview as views

router = APIRouter()


@router.get("")
def overview(request: Request, session: ReadDep, organisation: ManagedOrganisation) -> HTMLResponse:
    """One organisation at a glance, and the place to put an export down."""
    numbers = views.overview(session, organisation)
    return page(
        request, "organisation.html", organisation=organisation, overview=numbers,
        profiles=[load_profile(name) for name in available_profiles()],
    )  # fmt: skip


@router.post("/exports", dependencies=[allowed(Permission.IMPORT)])
def upload(
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    export: UploadFile,
    profile: Annotated[str, Form()],
) -> RedirectResponse:
    """Read an export; nothing is stated yet."""
    made = batch.preview(
        session, organisation, export.file, shipped_profile(profile),
        file_name=export.filename or "", strict=False, now=service.clock(),
    )  # fmt: skip
    note(Action.IMPORT_READ, str(made.id))
    return see(f"/beheer/{organisation.slug}/exports/{made.id}")


@router.get("/exports/{import_id}")
def import_page(
    request: Request, session: ReadDep, organisation: ManagedOrganisation, import_id: UUID
) -> HTMLResponse:
    """What an export says, and which rows it could not say it with."""
    shown = views.import_page(session, organisation, import_id, language=locale(request))
    return page(request, "import.html", organisation=organisation, shown=shown)


@router.post("/exports/{import_id}/vastleggen", dependencies=[allowed(Permission.IMPORT)])
def commit(
    session: WriteDep, service: ServiceDep, organisation: ManagedOrganisation, note: AuditDep, import_id: UUID
) -> RedirectResponse:
    """State what an export says."""
    batch.commit(session, organisation, import_id, as_of=None, now=service.clock())
    note(Action.IMPORT_COMMITTED, str(import_id))
    return see(f"/beheer/{organisation.slug}/exports/{import_id}")


@router.post("/exports/{import_id}/weggooien", dependencies=[allowed(Permission.IMPORT)])
def discard(
    session: WriteDep, organisation: ManagedOrganisation, note: AuditDep, import_id: UUID
) -> RedirectResponse:
    """Forget an export."""
    batch.discard(session, organisation, import_id)
    note(Action.IMPORT_DISCARDED, str(import_id))
    return see(f"/beheer/{organisation.slug}")
