"""The W3C VC-API's selective disclosure: a pure function of the request, apart from every vault."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from standard.vc_api import derive

router = APIRouter()


async def whole_body(request: Request) -> bytes:
    """The bytes of the request, whose announced length was looked at."""
    return await request.body()


@router.post("/vc/{cryptosuite}/credentials/derive", status_code=201)
def derive_credential(body: Annotated[bytes, Depends(whole_body)], cryptosuite: str) -> JSONResponse:
    """Derive a credential that shows a part of another; nothing is kept."""
    answer = derive(body, cryptosuite=cryptosuite)
    return JSONResponse(dict(answer.document), status_code=answer.status, media_type=answer.media_type)
