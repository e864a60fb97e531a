"""Access tokens for programs with a key of their own.

Source: RFC 6749, "Client Credentials Grant"; RFC 7523, "Using JWTs for Client Authentication".
"""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from issuer.api import assertions
from issuer.routes.dependencies import ServiceDep, WriteDep
from issuer.routes.protocol import BodyDep, read_form
from issuer.routes.v1 import models
from standard.openid4vci import NO_STORE

router = APIRouter(tags=["token"])
FIELDS = ("grant_type", "client_assertion_type", "client_assertion", "scope")
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": list(FIELDS[:3]),
                    "properties": {name: {"type": "string"} for name in FIELDS},
                }
            }
        },
    }
}
OAUTH_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
}


@router.post(
    "/token",
    response_model=models.TokenAnswer,
    openapi_extra=FORM,
    responses={
        400: {"description": "an OAuth error", "content": {"application/json": {"schema": OAUTH_ERROR}}},
        401: {"description": "invalid_client", "content": {"application/json": {"schema": OAUTH_ERROR}}},
    },
)
def token(session: WriteDep, service: ServiceDep, request: Request, body: BodyDep) -> JSONResponse:
    """Exchange a signed assertion (`private_key_jwt`) for an access token."""
    address = f"{service.settings.base_url}/v1/token"
    granted = assertions.grant(
        session,
        read_form(request.headers.get("content-type", ""), body),
        audiences=frozenset({address, service.settings.base_url}),
        now=service.clock(),
        lifetime=timedelta(minutes=service.settings.api_token_minutes),
    )
    answer = models.TokenAnswer(
        access_token=granted.text, expires_in=int(granted.lifetime.total_seconds()), scope=granted.scopes
    )
    return JSONResponse(answer.model_dump(), headers=NO_STORE)
