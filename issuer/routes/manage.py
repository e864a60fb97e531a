"""Pages for operators: exports in, claim links out, statements withdrawn."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from issuer import batch, offers, status, views
from issuer.imports import available_profiles, load_profile
from issuer.qr import svg
from issuer.routes.dependencies import (
    ManagedOrganisation,
    ReadDep,
    ServiceDep,
    WriteDep,
    locale,
    page,
    same_origin,
    see,
)

router = APIRouter(prefix="/beheer/{slug}", dependencies=[Depends(same_origin)], include_in_schema=False)


@router.get("")
def overview(request: Request, session: ReadDep, organisation: ManagedOrganisation) -> HTMLResponse:
    """One organisation at a glance, and the place to put an export down."""
    numbers = views.overview(session, organisation)
    return page(
        request, "organisation.html", organisation=organisation, overview=numbers,
        profiles=[load_profile(name) for name in available_profiles()],
    )  # fmt: skip


@router.post("/exports")
def upload(
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    export: UploadFile,
    profile: Annotated[str, Form()],
) -> RedirectResponse:
    """Read an export; nothing is stated yet."""
    made = batch.preview(
        session, organisation, export.file, views.shipped_profile(profile),
        file_name=export.filename or "", strict=False, now=service.clock(),
    )  # fmt: skip
    return see(f"/beheer/{organisation.slug}/exports/{made.id}")


@router.get("/exports/{import_id}")
def import_page(
    request: Request, session: ReadDep, organisation: ManagedOrganisation, import_id: UUID
) -> HTMLResponse:
    """What an export says, and which rows it could not say it with."""
    shown = views.import_page(session, organisation, import_id, language=locale(request))
    return page(request, "import.html", organisation=organisation, shown=shown)


@router.post("/exports/{import_id}/vastleggen")
def commit(
    session: WriteDep, service: ServiceDep, organisation: ManagedOrganisation, import_id: UUID
) -> RedirectResponse:
    """State what an export says."""
    batch.commit(session, organisation, import_id, as_of=None, now=service.clock())
    return see(f"/beheer/{organisation.slug}/exports/{import_id}")


@router.post("/exports/{import_id}/weggooien")
def discard(session: WriteDep, organisation: ManagedOrganisation, import_id: UUID) -> RedirectResponse:
    """Forget an export."""
    batch.discard(session, organisation, import_id)
    return see(f"/beheer/{organisation.slug}")


@router.get("/mensen")
def workers(
    request: Request,
    session: ReadDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    q: Annotated[str, Query(max_length=200)] = "",
    bladzijde: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """The workers of an organisation, searched by name or key."""
    rows = views.worker_rows(session, organisation, words=q, page=bladzijde, now=service.clock())
    return page(
        request, "workers.html", organisation=organisation, words=q, number=bladzijde,
        rows=rows[: views.PAGE_SIZE], has_next=len(rows) > views.PAGE_SIZE,
    )  # fmt: skip


@router.post("/claimlinks")
def offer_all(session: WriteDep, service: ServiceDep, organisation: ManagedOrganisation) -> RedirectResponse:
    """Make sure that everyone has a claim link for the newest statements."""
    lifetime = service.settings.offer_lifetime
    offers.offer_all(session, organisation, now=service.clock(), lifetime=lifetime)
    return see(f"/beheer/{organisation.slug}/mensen")


@router.get("/mensen/{worker_id}")
def worker(
    request: Request,
    session: ReadDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    worker_id: UUID,
) -> HTMLResponse:
    """One worker: statements, claim link, transaction code."""
    shown = views.worker_page(session, service, organisation, worker_id)
    return page(request, "worker.html", organisation=organisation, shown=shown, draw_qr=svg)


@router.post("/mensen/{worker_id}/claimlink")
def offer_worker(
    session: WriteDep, service: ServiceDep, organisation: ManagedOrganisation, worker_id: UUID
) -> RedirectResponse:
    """Make a new claim link; the old one stops working."""
    known = views.worker_page(session, service, organisation, worker_id).worker
    lifetime = service.settings.offer_lifetime
    offers.offer_worker(session, known.id, now=service.clock(), lifetime=lifetime)
    return see(f"/beheer/{organisation.slug}/mensen/{worker_id}")


@router.post("/verklaringen/{statement_id}/intrekken")
def revoke(
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    statement_id: UUID,
    reason: Annotated[str, Form(max_length=300)] = "",
) -> RedirectResponse:
    """Withdraw a statement and every copy of it."""
    withdrawn = status.revoke(session, organisation, statement_id, reason=reason, now=service.clock())
    return see(f"/beheer/{organisation.slug}/mensen/{withdrawn.worker_id}")
