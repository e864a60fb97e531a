"""The W3C VC-API: verify credentials and presentations of any kind, by one of two profiles."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from standard.vc_api import Answer, Profile, verify_credential, verify_presentation
from verifier.service import ServiceDep

router = APIRouter(tags=["vc-api"])


async def whole_body(request: Request) -> bytes:
    """The bytes of the request, within the limit that the middleware set."""
    return await request.body()


BodyDep = Annotated[bytes, Depends(whole_body)]


@router.post("/credentials/verify")
@router.post("/vc/{profile}/credentials/verify")
def verify_one(body: BodyDep, service: ServiceDep, profile: str = Profile.STRICT) -> JSONResponse:
    """Verify a credential; nothing that was handed in is kept."""
    return _response(
        verify_credential(body, profile=profile, policy=service.policy, resolver=service.direct_resolver)
    )


@router.post("/presentations/verify")
@router.post("/vc/{profile}/presentations/verify")
def verify_several(body: BodyDep, service: ServiceDep, profile: str = Profile.STRICT) -> JSONResponse:
    """Verify a presentation and every credential in it."""
    return _response(
        verify_presentation(body, profile=profile, policy=service.policy, resolver=service.direct_resolver)
    )


def _response(answer: Answer) -> JSONResponse:
    return JSONResponse(dict(answer.document), status_code=answer.status, media_type=answer.media_type)
