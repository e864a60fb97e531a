"""What anyone may fetch and keep: DID documents, status lists, contexts, schemas, type metadata."""

from __future__ import annotations

import hashlib
from email.utils import format_datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse

from issuer import organisations, publications
from issuer.errors import NotFoundError
from issuer.routes.dependencies import PublicOrganisation, ReadDep, ServiceDep
from issuer.routes.media_types import of_credential

router = APIRouter(tags=["documents"])
OPEN = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
ListNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]
STALE = "stale-if-error=86400"
"""For a day a cache may go on with what it has while this service does not answer."""

FIXED = {**OPEN, "Cache-Control": "public, max-age=86400"}


@router.get("/org/{slug}/did.json")
def did_document(session: ReadDep, organisation: PublicOrganisation) -> JSONResponse:
    """The DID document of an organisation."""
    return JSONResponse(
        organisations.document(session, organisation),
        media_type="application/did+json",
        headers={**OPEN, "Cache-Control": "public, max-age=300"},
    )


@router.get("/org/{slug}/status/{number}")
def status_list(
    request: Request, service: ServiceDep, organisation: PublicOrganisation, number: ListNumber
) -> Response:
    """A status list as a Bitstring Status List credential."""
    return _list(request, service, organisation, number, "credential")


@router.get("/org/{slug}/status/{number}/token")
def status_list_token(
    request: Request, service: ServiceDep, organisation: PublicOrganisation, number: ListNumber
) -> Response:
    """The same list as a Token Status List."""
    return _list(request, service, organisation, number, "token")


@router.get("/org/{slug}/status/{number}/suspension")
def status_list_suspension(
    request: Request, service: ServiceDep, organisation: PublicOrganisation, number: ListNumber
) -> Response:
    """What is suspended, as a Bitstring Status List credential."""
    return _list(request, service, organisation, number, "suspension")


@router.get("/contexts/v1")
def context() -> Response:
    """The JSON-LD context of the standard."""
    return Response(publications.context(), media_type="application/ld+json", headers=FIXED)


@router.get("/schemas/{name}")
def schema(name: str) -> Response:
    """A JSON Schema of the standard."""
    return Response(publications.schema(name), media_type="application/schema+json", headers=FIXED)


@router.get("/vct/{name}")
def type_metadata(name: str) -> Response:
    """The type metadata of an SD-JWT VC."""
    return Response(publications.type_metadata(name), media_type="application/json", headers=FIXED)


def _list(
    request: Request,
    service: ServiceDep,
    organisation: PublicOrganisation,
    number: int,
    shape: Literal["credential", "suspension", "token"],
) -> Response:
    published = publications.status_list(service, organisation, number)
    content: bytes | None = getattr(published, shape)
    if content is None:
        raise NotFoundError("nothing on this list can be suspended")
    headers = {
        **OPEN,
        "Cache-Control": f"public, max-age={service.settings.status_max_age_seconds}, {STALE}",
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "Last-Modified": format_datetime(published.published_at, usegmt=True),
    }
    if shape == "token":
        media_type = "application/statuslist+jwt"
    else:
        media_type = of_credential(request.headers.get("accept", ""))
        headers["Vary"] = "Accept"
    if _has_it(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


def _has_it(if_none_match: str, etag: str) -> bool:
    """Whether the reader has these bytes already.

    Source: RFC 9110, "If-None-Match".
    """
    known = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return etag in known or "*" in known
