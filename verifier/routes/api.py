"""The API: the same verification, the report as JSON."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from verifier.routes.submission import Submission
from verifier.service import ServiceDep

router = APIRouter(tags=["verify"])

_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "text": {"type": "string"},
                    },
                }
            },
            "application/json": {
                "schema": {
                    "type": "object",
                    "description": 'a presentation, a credential, or {"text": "SD-JWT, compact or QR text"}',
                }
            },
            "application/pdf": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.post("/v1/verify", openapi_extra=_BODY)
def verify_submission(submission: Submission, service: ServiceDep) -> dict[str, Any]:
    """Verify a KlusCV or a single credential; nothing that was handed in is kept.

    Answers 200 with `outcome` `valid`, `invalid` or `indeterminate`, or problem+json with the `reason`
    when it cannot be read.
    """
    return service.judge(submission).json()
