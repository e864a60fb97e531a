"""OpenID4VCI 1.0: every organisation is a credential issuer with its own endpoints.

Source: OpenID4VCI 1.0, "Token Endpoint", "Nonce Endpoint", "Credential Endpoint",
"Notification Endpoint", "Credential Issuer Metadata".
"""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import JSONResponse

from issuer import claim, offers
from issuer.errors import NotFoundError
from issuer.routes.dependencies import OfferId, PublicOrganisation, ReadDep, ServiceDep, WriteDep
from standard.errors import ProtocolError
from standard.openid4vci import NO_STORE, parse_authorization

router = APIRouter(tags=["OpenID4VCI"])
METADATA_HEADERS = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
MAX_FORM_FIELDS = 20


async def raw_body(request: Request) -> bytes:
    """The bytes of the request, parsed by the standard rather than by the framework."""
    return await request.body()


BodyDep = Annotated[bytes, Depends(raw_body)]
AuthorizationDep = Annotated[str | None, Header()]


@router.get("/.well-known/openid-credential-issuer/org/{slug}")
def credential_issuer_metadata(service: ServiceDep, organisation: PublicOrganisation) -> JSONResponse:
    """Credential Issuer Metadata."""
    return JSONResponse(claim.metadata(service, organisation), headers=METADATA_HEADERS)


@router.get("/.well-known/oauth-authorization-server/org/{slug}")
def authorization_server_metadata(service: ServiceDep, organisation: PublicOrganisation) -> JSONResponse:
    """Authorization Server Metadata (RFC 8414)."""
    return JSONResponse(claim.authorization_server(service, organisation), headers=METADATA_HEADERS)


@router.get("/offers/{offer_id}")
def credential_offer(session: ReadDep, service: ServiceDep, offer_id: OfferId) -> JSONResponse:
    """The Credential Offer behind a `credential_offer_uri`."""
    offer = offers.find_open(session, offer_id, now=service.clock())
    if offer is None:
        raise NotFoundError("no such offer, or not any more")
    organisation = offers.organisation_of(session, offer)
    return JSONResponse(claim.offer_document(session, service, organisation, offer), headers=NO_STORE)


@router.post("/org/{slug}/token")
def token(
    session: WriteDep, service: ServiceDep, organisation: PublicOrganisation, request: Request, body: BodyDep
) -> JSONResponse:
    """Token Endpoint: the pre-authorized code and the transaction code for an access token."""
    form = read_form(request.headers.get("content-type", ""), body)
    return JSONResponse(claim.token(session, service, organisation, form), headers=NO_STORE)


@router.post("/org/{slug}/nonce")
def nonce(session: WriteDep, service: ServiceDep, organisation: PublicOrganisation) -> JSONResponse:
    """Nonce Endpoint."""
    return JSONResponse(claim.nonce(session, service, organisation), headers=NO_STORE)


@router.post("/org/{slug}/credential")
def credential(
    session: WriteDep,
    service: ServiceDep,
    organisation: PublicOrganisation,
    body: BodyDep,
    authorization: AuthorizationDep = None,
) -> JSONResponse:
    """Credential Endpoint: one configuration, once for each key proof."""
    access_token = parse_authorization(authorization)
    answer = claim.credential(session, service, organisation, access_token=access_token, body=body)
    return JSONResponse(answer, headers=NO_STORE)


@router.post("/org/{slug}/notification", status_code=204)
def notification(
    session: WriteDep,
    service: ServiceDep,
    organisation: PublicOrganisation,
    body: BodyDep,
    authorization: AuthorizationDep = None,
) -> Response:
    """Notification Endpoint: what the wallet did with a credential."""
    access_token = parse_authorization(authorization)
    claim.notification(session, service, organisation, access_token=access_token, body=body)
    return Response(status_code=204, headers=NO_STORE)


def read_form(content_type: str, body: bytes) -> dict[str, str]:
    """Read a form in which no parameter comes twice.

    Source: RFC 6749, "Token Endpoint".
    """
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise ProtocolError("invalid_request", "the token request is not a form")
    try:
        pairs: list[tuple[str, Any]] = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, strict_parsing=True, max_num_fields=MAX_FORM_FIELDS
        )
    except ValueError as error:
        raise ProtocolError("invalid_request", "the form cannot be read") from error
    if len({name for name, _ in pairs}) != len(pairs):
        raise ProtocolError("invalid_request", "a parameter comes twice")
    return dict(pairs)
