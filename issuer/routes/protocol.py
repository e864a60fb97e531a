"""OpenID4VCI 1.0: every organisation is a credential issuer with its own endpoints.

Source: OpenID4VCI 1.0, "Token Endpoint", "Nonce Endpoint", "Credential Endpoint", "Deferred Credential
Endpoint", "Notification Endpoint", "Credential Issuer Metadata"; RFC 9126 for the pushed request.
"""

from __future__ import annotations

from asyncio import wrap_future
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from issuer.branding.brands import brand_of
from issuer.claiming import afterwards, authorization, metadata, offers, redeeming, tokens
from issuer.claiming.answers import Answer
from issuer.claiming.claim import Asked
from issuer.claiming.counter import Counter
from issuer.claiming.tokens import ShownToken
from issuer.errors import NotFoundError
from issuer.routes.dependencies import OfferId, PublicOrganisation, ReadDep, ServiceDep, WriteDep, locale
from standard.errors import ProtocolError
from standard.openid4vci import NO_STORE

router = APIRouter(tags=["OpenID4VCI"])
METADATA_HEADERS = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
MAX_FORM_FIELDS = 20


async def raw_body(request: Request) -> bytes:
    """The bytes of the request, parsed by the standard rather than by the framework."""
    return await request.body()


async def dpop_proofs(request: Request) -> Sequence[str]:
    """Every `DPoP` header; more than one is an error, and not for the framework to join."""
    return request.headers.getlist("dpop")


BodyDep = Annotated[bytes, Depends(raw_body)]
ProofsDep = Annotated[Sequence[str], Depends(dpop_proofs)]


async def shown_token(request: Request, service: ServiceDep, proofs: ProofsDep) -> ShownToken:
    """The access token of the request, with the proof of its key."""
    return tokens.shown_token(
        request.headers.get("authorization"),
        proofs,
        method=request.method,
        url=f"{service.settings.base_url}{request.url.path}",
        now=service.clock(),
    )


ShownDep = Annotated[ShownToken, Depends(shown_token)]


async def counter(request: Request) -> Counter:
    """Where wallets queue in this process."""
    running: Counter = request.app.state.counter
    return running


CounterDep = Annotated[Counter, Depends(counter)]


@router.get("/.well-known/openid-credential-issuer/org/{slug}")
def credential_issuer_metadata(
    session: ReadDep, service: ServiceDep, organisation: PublicOrganisation
) -> JSONResponse:
    """Credential Issuer Metadata."""
    look = brand_of(session, organisation)
    return JSONResponse(metadata.credential_issuer(service, organisation, look), headers=METADATA_HEADERS)


@router.get("/.well-known/oauth-authorization-server/org/{slug}")
def authorization_server_metadata(service: ServiceDep, organisation: PublicOrganisation) -> JSONResponse:
    """Authorization Server Metadata (RFC 8414)."""
    return JSONResponse(metadata.authorization_server(service, organisation), headers=METADATA_HEADERS)


@router.get("/offers/{offer_id}")
def credential_offer(
    request: Request, session: ReadDep, service: ServiceDep, offer_id: OfferId
) -> JSONResponse:
    """The Credential Offer behind a `credential_offer_uri`."""
    offer = offers.find_open(session, offer_id, now=service.clock())
    if offer is None:
        raise NotFoundError("no such offer, or not any more")
    organisation = offers.organisation_of(session, offer)
    document = metadata.offer_document(session, service, organisation, offer, locale=locale(request))
    return JSONResponse(document, headers=NO_STORE)


@router.post("/org/{slug}/par", status_code=201)
def pushed_authorization_request(
    session: WriteDep,
    service: ServiceDep,
    organisation: PublicOrganisation,
    request: Request,
    body: BodyDep,
    proofs: ProofsDep,
) -> JSONResponse:
    """Pushed Authorization Request Endpoint (RFC 9126)."""
    form = read_form(request.headers.get("content-type", ""), body)
    answer = authorization.pushed(session, service, organisation, form, proofs)
    return JSONResponse(answer, status_code=201, headers=NO_STORE)


@router.post("/org/{slug}/token")
def token(
    session: WriteDep,
    service: ServiceDep,
    organisation: PublicOrganisation,
    request: Request,
    body: BodyDep,
    proofs: ProofsDep,
) -> JSONResponse:
    """Token Endpoint: the codes of an offer, or an authorization code, for an access token."""
    form = read_form(request.headers.get("content-type", ""), body)
    return JSONResponse(redeeming.token(session, service, organisation, form, proofs), headers=NO_STORE)


@router.post("/org/{slug}/nonce")
async def nonce(counter: CounterDep, slug: str) -> JSONResponse:
    """Nonce Endpoint."""
    return JSONResponse(await wrap_future(counter.nonces.ask(slug)), headers=NO_STORE)


@router.post("/org/{slug}/credential")
async def credential(counter: CounterDep, slug: str, shown: ShownDep, body: BodyDep) -> Response:
    """Credential Endpoint: one configuration, once for each key proof."""
    return _answer(await wrap_future(counter.credentials.ask(Asked(slug, shown, body))))


@router.post("/org/{slug}/deferred_credential")
def deferred_credential(service: ServiceDep, slug: str, shown: ShownDep, body: BodyDep) -> Response:
    """Deferred Credential Endpoint: what could not be signed at once."""
    return _answer(afterwards.deferred_credential(service, slug, shown=shown, body=body))


@router.post("/org/{slug}/notification", status_code=204)
def notification(service: ServiceDep, slug: str, shown: ShownDep, body: BodyDep) -> Response:
    """Notification Endpoint: what the wallet did with a credential."""
    afterwards.notification(service, slug, shown=shown, body=body)
    return Response(status_code=204, headers=NO_STORE)


def _answer(answer: Answer) -> Response:
    return Response(answer.body, answer.status, media_type="application/json", headers=NO_STORE)


def read_form(content_type: str, body: bytes) -> dict[str, str]:
    """Read a form in which no parameter comes twice.

    Source: RFC 6749, "Token Endpoint".
    """
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise ProtocolError("invalid_request", "the request is not a form")
    try:
        pairs: list[tuple[str, Any]] = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, strict_parsing=True, max_num_fields=MAX_FORM_FIELDS
        )
    except ValueError as error:
        raise ProtocolError("invalid_request", "the form cannot be read") from error
    if len({name for name, _ in pairs}) != len(pairs):
        raise ProtocolError("invalid_request", "a parameter comes twice")
    return dict(pairs)
