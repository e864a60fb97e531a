"""The page on which a worker lets a wallet fetch her statements.

Source: RFC 6749, "Authorization Endpoint"; RFC 9126; RFC 9207.
"""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from issuer.branding.brands import Brand, brand_of
from issuer.claiming import authorization
from issuer.claiming.authorization import Consent
from issuer.errors import AuthorizationRequestError
from issuer.organisations import contact_address
from issuer.routes.dependencies import (
    PublicOrganisation,
    ReadDep,
    ServiceDep,
    WriteDep,
    page,
    same_origin,
    see,
)
from issuer.tables import Organisation
from standard.errors import ProtocolError
from standard.openid4vci import authorization_response
from templates.web import CONTENT_SECURITY_POLICY

router = APIRouter(include_in_schema=False)
Parameter = Annotated[str, Query(max_length=2000)]


@router.get("/org/{slug}/authorize")
def ask(
    request: Request,
    session: ReadDep,
    service: ServiceDep,
    organisation: PublicOrganisation,
    client_id: Parameter = "",
    request_uri: Parameter = "",
) -> HTMLResponse:
    """Ask the worker for her code and her consent."""
    look = brand_of(session, organisation)
    try:
        asked = authorization.consent(
            session, organisation, request_uri=request_uri, client_id=client_id, now=service.clock()
        )
    except AuthorizationRequestError:
        return _over(request, organisation, look)
    return _page(request, organisation, look, asked, request_uri)


@router.post("/org/{slug}/authorize", dependencies=[Depends(same_origin)])
def answer(
    request: Request,
    session: WriteDep,
    service: ServiceDep,
    organisation: PublicOrganisation,
    client_id: Annotated[str, Form(max_length=2000)],
    request_uri: Annotated[str, Form(max_length=2000)],
    decision: Annotated[Literal["allow", "deny"], Form()],
    code: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Take her answer, and send her back to the wallet with it."""
    look = brand_of(session, organisation)
    issuer = service.credential_issuer(organisation.slug)
    try:
        asked = authorization.consent(
            session, organisation, request_uri=request_uri, client_id=client_id, now=service.clock()
        )
        back_to, state = asked.request.redirect_uri, asked.request.state
        if decision == "deny":
            authorization.refuse(session, asked)
            return see(authorization_response(back_to, issuer=issuer, state=state, error="access_denied"))
        given = authorization.agree(session, service, organisation, asked, transaction_code=code)
    except AuthorizationRequestError:
        return _over(request, organisation, look)
    except ProtocolError:
        return _page(request, organisation, look, asked, request_uri, status_code=422)
    return see(authorization_response(back_to, issuer=issuer, state=state, code=given))


def _over(request: Request, organisation: Organisation, look: Brand) -> HTMLResponse:
    contact = contact_address(organisation.contact)
    return page(
        request, "authorize_over.html", status_code=410, organisation=organisation, look=look, contact=contact
    )


def _page(
    request: Request,
    organisation: Organisation,
    look: Brand,
    asked: Consent,
    request_uri: str,
    *,
    status_code: int = 200,
) -> HTMLResponse:
    shown = page(
        request,
        "authorize.html",
        status_code=status_code,
        organisation=organisation,
        look=look,
        contact=contact_address(organisation.contact),
        asked=asked,
        request_uri=request_uri,
        kept_query=urlencode({"client_id": asked.request.client_id, "request_uri": request_uri}) + "&",
        is_wrong=status_code != 200,
    )
    # Browsers hold the redirect after a form to the same rule as the form.
    shown.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
        "form-action 'self'", f"form-action 'self' {asked.form_target}"
    )
    return shown
