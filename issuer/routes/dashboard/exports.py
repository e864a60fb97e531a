"""Pages for operators: exports in, and what became of them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse

from issuer import batch
from issuer.access.roles import Permission
from issuer.audit import Action
from issuer.batch import profiles, uploads
from issuer.errors import ReasonMissingError
from issuer.imports.guessing import take_sample
from issuer.jobs import imports, reading
from issuer.routes.dashboard.logged_in_first import LoggedInFirst
from issuer.routes.dependencies import (
    AuditDep,
    ManagedOrganisation,
    OperatorDep,
    ReadDep,
    ServiceDep,
    WriteDep,
    allowed,
    locale,
    page,
    see,
)
from issuer.views import imports as views
from issuer.views.refused import refused_lines

router = APIRouter(route_class=LoggedInFirst)


@router.get("/exports")
def imports_page(
    request: Request, session: ReadDep, service: ServiceDep, organisation: ManagedOrganisation
) -> HTMLResponse:
    """The place to put an export down, and the exports of before."""
    return page(
        request, "imports.html", organisation=organisation,
        imports=views.recent_imports(session, organisation),
        profiles=profiles.available(session, organisation),
        own_profiles=profiles.own(session, organisation),
        limit_bytes=service.settings.upload_limit_bytes,
    )  # fmt: skip


@router.post(
    "/exports",
    dependencies=[allowed(Permission.IMPORT)],
    form_limits={"max_files": 1, "max_fields": 1, "max_part_size": 1_000},
)
def upload(
    service: ServiceDep,
    operator: OperatorDep,
    organisation: ManagedOrganisation,
    export: UploadFile,
    profile: Annotated[str, Form()] = "",
) -> RedirectResponse:
    """Read an export; nothing is stated yet. Without a profile, the operator names its columns first."""
    name = export.filename or ""
    if not profile:
        kept = uploads.keep(
            service.database, organisation, export.file,
            file_name=name, look=take_sample, now=service.clock(),
        )  # fmt: skip
        return see(f"/beheer/{organisation.slug}/uploads/{kept.id}/kolommen")
    with service.database.reading() as session:
        chosen = profiles.find(session, organisation, profile)
    order = batch.Order(name, chosen, service.today(), operator.actor)
    made = reading.receive(service, organisation, export.file, order, size_bytes=export.size or 0)
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
    service: ServiceDep,
    operator: OperatorDep,
    organisation: ManagedOrganisation,
    import_id: UUID,
    as_correction: Annotated[bool, Form()] = False,
    reason: Annotated[str, Form(max_length=300)] = "",
) -> RedirectResponse:
    """State what an export says; the operator says whether it corrects what was stated before."""
    if as_correction and not reason.strip():
        raise ReasonMissingError("a correction withdraws statements, which needs a reason")
    said = reason if as_correction else None
    job = imports.start_if_large(service, organisation, import_id, correction=said, actor=operator.actor)
    if job is not None:
        return see(f"/beheer/{organisation.slug}/taken/{job.id}")
    batch.commit(
        service.database, organisation, import_id, as_of=None,
        correction=said, actor=operator.actor, now=service.clock(),
    )  # fmt: skip
    return see(f"/beheer/{organisation.slug}/exports/{import_id}")


@router.get("/exports/{import_id}/fouten.csv")
def refused(
    request: Request, service: ServiceDep, organisation: ManagedOrganisation, import_id: UUID
) -> StreamingResponse:
    """Every bad row, for a spreadsheet."""
    lines = refused_lines(service.database, organisation, import_id, language=locale(request))
    name = f'attachment; filename="fouten-{import_id}.csv"'
    return StreamingResponse(lines, media_type="text/csv", headers={"Content-Disposition": name})


@router.post("/exports/{import_id}/weggooien", dependencies=[allowed(Permission.IMPORT)])
def discard(
    session: WriteDep, organisation: ManagedOrganisation, note: AuditDep, import_id: UUID
) -> RedirectResponse:
    """Forget an export."""
    batch.discard(session, organisation, import_id)
    note(Action.IMPORT_DISCARDED, str(import_id))
    return see(f"/beheer/{organisation.slug}/exports")
