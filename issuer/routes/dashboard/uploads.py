"""Pages that help an operator to name the columns of an export for which there is no profile."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from issuer import batch
from issuer.access.roles import Permission
from issuer.batch import mapping, profiles, uploads
from issuer.batch.mapping import Columns
from issuer.imports import UnnamedColumnsError, profile_of_toml
from issuer.imports.guessing import Role, profile_document
from issuer.jobs import reading
from issuer.jobs import words as counting
from issuer.routes.dependencies import (
    ManagedOrganisation,
    OperatorDep,
    ReadDep,
    ServiceDep,
    allowed,
    locale,
    page,
    see,
)
from issuer.views import mapping as views
from standard.model import NameCheck

router = APIRouter(dependencies=[allowed(Permission.IMPORT)])

Encoding = Literal["utf-8", "windows-1252", "iso-8859-1", "iso-8859-15"]
Delimiter = Literal[";", ",", "\t", "|"]
Words = Annotated[list[str], Form()]


@router.get("/uploads/{upload_id}/kolommen")
def columns(
    request: Request,
    session: ReadDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    upload_id: UUID,
) -> HTMLResponse:
    """What each column seems to hold."""
    upload = uploads.find(session, organisation, upload_id)
    head = uploads.head(service.database, upload.id)
    draft = (
        mapping.draft_with(head, Columns.from_json(upload.draft))
        if upload.draft
        else mapping.first_guess(head)
    )
    return page(request, "columns.html", organisation=organisation, upload=upload, draft=draft, missing=())


@router.post("/uploads/{upload_id}/kolommen", response_model=None)
def name_columns(
    request: Request,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    upload_id: UUID,
    encoding: Annotated[Encoding, Form()],
    delimiter: Annotated[Delimiter, Form()],
    decimal: Annotated[Literal[",", "."], Form()],
    date_format: Annotated[str, Form(max_length=40)],
    unit: Annotated[Literal["hours", "minutes", "seconds", "h:mm"], Form()],
    role: Annotated[list[Role], Form()],
) -> HTMLResponse | RedirectResponse:
    """What each column holds, as the operator says; on to the words in them when that is enough."""
    with service.database.reading() as session:
        upload = uploads.find(session, organisation, upload_id)
    said = Columns(encoding, delimiter, decimal, date_format, unit, tuple(role))
    draft = mapping.draft_with(uploads.head(service.database, upload.id), said)
    try:
        mapping.check(draft)
    except UnnamedColumnsError as error:
        return page(
            request, "columns.html", status_code=422, organisation=organisation, upload=upload, draft=draft,
            missing=error.missing,
        )  # fmt: skip
    counting.name_columns(service, organisation, upload_id, said)
    return see(f"/beheer/{organisation.slug}/uploads/{upload_id}/woorden")


@router.get("/uploads/{upload_id}/woorden", response_model=None)
def words(
    request: Request,
    session: ReadDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    upload_id: UUID,
) -> HTMLResponse | RedirectResponse:
    """Which kinds of work there are, what the statuses mean, from where to where marks go."""
    upload = uploads.find(session, organisation, upload_id)
    if upload.draft is None:
        return see(f"/beheer/{organisation.slug}/uploads/{upload_id}/kolommen")
    shown = views.words_page(session, service.database, upload, language=locale(request))
    return page(request, "words.html", organisation=organisation, upload=upload, shown=shown)


@router.post("/uploads/{upload_id}/woorden")
def read(
    service: ServiceDep,
    operator: OperatorDep,
    organisation: ManagedOrganisation,
    upload_id: UUID,
    title: Annotated[str, Form(min_length=1, max_length=60)],
    name_check: Annotated[NameCheck, Form()],
    kind: Words,
    occupation: Words,
    status: Annotated[list[str] | None, Form()] = None,
    meaning: Annotated[list[Literal["done", "cancelled"]] | None, Form()] = None,
    rating: Annotated[list[str] | None, Form()] = None,
    worst: Annotated[list[str] | None, Form()] = None,
    best: Annotated[list[str] | None, Form()] = None,
) -> RedirectResponse:
    """Keep the profile, and read the export by it; nothing is stated yet."""
    with service.database.reading() as session:
        upload = uploads.find(session, organisation, upload_id)
    draft = mapping.draft_with(
        uploads.head(service.database, upload_id), Columns.from_json(upload.draft or "[]")
    )
    scales = dict(zip(rating or [], zip(worst or [], best or [], strict=False), strict=False))
    document = profile_document(
        mapping.with_scales(draft, scales), title=title, name_check=name_check,
        statuses=dict(zip(status or [], meaning or [], strict=False)),
        categories=dict(zip(kind, occupation, strict=False)),
    )  # fmt: skip
    with service.database.writing() as session:
        kept = profiles.save(session, organisation, document, now=service.clock())
        profiles.note_saved(session, organisation, kept, actor=operator.actor, now=service.clock())
    chosen = profile_of_toml(kept.content, kept.name)
    order = batch.Order(upload.file_name, chosen, service.today(), operator.actor)
    made = reading.read_kept(service, organisation, upload, order)
    return see(f"/beheer/{organisation.slug}/exports/{made.id}")


@router.get("/profielen/{name}.toml")
def profile(session: ReadDep, organisation: ManagedOrganisation, name: str) -> PlainTextResponse:
    """An organisation's own profile, as the file that the command line takes."""
    content = profiles.toml(session, organisation, name)
    headers = {"Content-Disposition": f'attachment; filename="{name}.toml"'}
    return PlainTextResponse(content, headers=headers)
