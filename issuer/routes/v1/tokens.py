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
from issuer.routes.v1.problems import oauth_error, problem_answer
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
                },
                "example": {
                    "grant_type": "client_credentials",
                    "client_assertion_type": assertions.ASSERTION_TYPE,
                    "client_assertion": "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiIuLi4ifQ.c2lnbmF0dXJl",
                    "scope": "batches read",
                },
            }
        },
    }
}


@router.post(
    "/token",
    response_model=models.TokenAnswer,
    openapi_extra=FORM,
    responses={
        400: oauth_error("the request is not as it should be", "invalid_request"),
        401: oauth_error("the assertion is not accepted", "invalid_client"),
        413: problem_answer(413),
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
