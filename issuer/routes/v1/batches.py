"""Batches: an export in, its refused rows out, and the decision to state what it says."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Query, Response

from issuer import batch, portability
from issuer.api.scopes import Scope
from issuer.audit import Action
from issuer.batch import profiles
from issuer.errors import NotFoundError
from issuer.jobs import imports, reading
from issuer.organisations import identity
from issuer.routes.dependencies import ReadDep, ServiceDep, WriteDep
from issuer.routes.v1 import models
from issuer.routes.v1.authentication import CallerDep, NoteDep, OwnOrganisation, needs
from issuer.routes.v1.problems import CONFLICT, JSON_BODY, NO_ROOM, TOO_LARGE, Described, documented
from issuer.routes.v1.requests import (
    Cursor,
    Limit,
    Produced,
    RepeatDep,
    RepeatLongDep,
    RepeatUploadDep,
    SpoolDep,
    UploadDep,
)
from issuer.routes.v1.strict_body import StrictJsonRoute
from issuer.store import imports as store
from issuer.store import listings
from issuer.store.pages import read_uuid_place
from issuer.tables import Import, Organisation
from issuer.webhooks.courier import fetcher

router = APIRouter(prefix="/batches", tags=["batches"], route_class=StrictJsonRoute)
BYTES: Final = {"type": "string", "format": "binary"}
UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {
                "schema": BYTES,
                "example": "opdracht;medewerker;datum;uren\nK-1;W-1041;2026-11-20;4,50\n",
            },
            "application/json": {
                "schema": {},
                "example": [{"opdracht": "K-1", "medewerker": "W-1041", "uren": 4.5}],
            },
            "application/octet-stream": {"schema": BYTES, "example": "opdracht;medewerker;datum;uren\n"},
        },
    }
}

LATER: Final[Described] = {
    202: {
        "model": models.Batch,
        "description": "goes on in the background; ask for the batch until it is done",
    }
}


@router.post(
    "",
    status_code=201,
    response_model=models.Batch,
    dependencies=[needs(Scope.BATCHES)],
    responses={**documented(TOO_LARGE, CONFLICT, NO_ROOM), **LATER},
    openapi_extra=UPLOAD,
)
def upload(
    service: ServiceDep,
    caller: CallerDep,
    organisation: OwnOrganisation,
    body: UploadDep,
    repeat: RepeatUploadDep,
    profile: Annotated[str, Query(max_length=60, description="how to read it", examples=["klusdag"])],
    file_name: Annotated[str, Query(max_length=200, description="row errors name it")] = "export",
) -> Response:
    """Read an export as the body of the request, a large one in the background.

    CSV, JSON or JSON Lines; the profile tells which, not the media type.

    Nothing is stated before the commit.
    """

    def read() -> Produced:
        with service.database.reading() as session:
            chosen = profiles.find(session, organisation, profile)
        order = batch.Order(file_name, chosen, service.today(), caller.actor)
        return _received(
            reading.receive(service, organisation, body.stream, order, size_bytes=body.size_bytes)
        )

    return repeat(read)


@router.post(
    "/pull",
    status_code=201,
    response_model=models.Batch,
    dependencies=[needs(Scope.BATCHES)],
    responses={**documented(CONFLICT, JSON_BODY, NO_ROOM), **LATER},
)
def pull(
    service: ServiceDep,
    caller: CallerDep,
    organisation: OwnOrganisation,
    repeat: RepeatLongDep,
    export: SpoolDep,
    wanted: models.PullRequest,
) -> Response:
    """Fetch an export from where you publish it, and read it. For platforms that send nothing themselves."""
    hosts, limit_bytes = service.settings.loopback_hosts, service.settings.upload_limit_bytes
    with service.database.reading() as session:
        profile = profiles.find(session, organisation, wanted.profile)

    def read() -> Produced:
        portability.pull(fetcher(service, limit_bytes), wanted.url, export, loopback_hosts=hosts)
        size_bytes = export.tell()
        export.seek(0)
        name = urlsplit(wanted.url).path.rpartition("/")[2]
        order = batch.Order(name, profile, service.today(), caller.actor)
        return _received(reading.receive(service, organisation, export, order, size_bytes=size_bytes))

    return repeat(read)


@router.get("", dependencies=[needs(Scope.READ)], responses=documented())
def list_batches(
    session: ReadDep, caller: CallerDep, limit: Limit = 50, after: Cursor = None
) -> models.BatchPage:
    """The exports that were read, the latest first."""
    found = listings.imports_page(session, caller.organisation_id, read_uuid_place(after), limit=limit)
    return models.BatchPage(items=[models.Batch.of(row) for row in found.rows], next=found.next)


@router.get("/{batch_id}", dependencies=[needs(Scope.READ)], responses=documented())
def show_batch(session: ReadDep, organisation: OwnOrganisation, batch_id: UUID) -> models.Batch:
    """One export: how many rows say something, and how far it is."""
    return models.Batch.of(_found(session, organisation, batch_id))


@router.get("/{batch_id}/errors", dependencies=[needs(Scope.READ)], responses=documented())
def list_errors(
    session: ReadDep,
    organisation: OwnOrganisation,
    batch_id: UUID,
    limit: Limit = 50,
    after: Annotated[int, Query(ge=0, le=2**53, description="`next` of the page before")] = 0,
) -> models.RefusedRowPage:
    """The rows that could not be used, in the order of the file."""
    _found(session, organisation, batch_id)
    found = listings.refused_page(session, batch_id, after_id=after, limit=limit)
    items = [
        models.RefusedRow(row=row.row, column=row.column, reason=row.reason, message=row.message)
        for row in found.rows
    ]
    return models.RefusedRowPage(items=items, next=found.next)


@router.post(
    "/{batch_id}/commit",
    response_model=models.Batch,
    dependencies=[needs(Scope.BATCHES)],
    responses={**documented(CONFLICT, NO_ROOM), **LATER},
)
def commit(
    service: ServiceDep,
    caller: CallerDep,
    organisation: OwnOrganisation,
    repeat: RepeatLongDep,
    batch_id: UUID,
    correction: Annotated[
        str | None,
        Query(
            max_length=300,
            description="why earlier statements about the same days were wrong; they are withdrawn",
        ),
    ] = None,
) -> Response:
    """State what an export says; a large one in the background.

    A commit that was broken off goes on when it is asked for again.
    """

    def state() -> Produced:
        actor = caller.actor
        job = imports.start_if_large(service, organisation, batch_id, correction=correction, actor=actor)
        if job is None:
            done = batch.commit(
                service.database, organisation, batch_id,
                as_of=None, correction=correction, actor=actor, now=service.clock(),
            )  # fmt: skip
            return 200, models.Batch.of(done)
        with service.database.reading() as session:
            return 202, models.Batch.of(_found(session, organisation, batch_id))

    return repeat(state)


@router.post(
    "/{batch_id}/discard",
    response_model=models.Batch,
    dependencies=[needs(Scope.BATCHES)],
    responses=documented(CONFLICT),
)
def discard(
    session: WriteDep,
    organisation: OwnOrganisation,
    note: NoteDep,
    repeat: RepeatDep,
    batch_id: UUID,
) -> Response:
    """Forget an export that was not committed."""

    def forget() -> models.Batch:
        done = batch.discard(session, organisation, batch_id)
        note(Action.IMPORT_DISCARDED, str(batch_id))
        return models.Batch.of(done)

    return repeat(forget, status=200)


def _found(session: ReadDep, organisation: Organisation, batch_id: UUID) -> Import:
    found = store.import_by_id(session, identity(organisation), batch_id)
    if found is None:
        raise NotFoundError("no such batch")
    return found


def _received(made: Import) -> Produced:
    return (202 if made.state == "reading" else 201), models.Batch.of(made)
