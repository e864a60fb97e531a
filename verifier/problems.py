"""Errors as programs read them: RFC 9457 problem details with a stable code and no personal data."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from fastapi.responses import JSONResponse

from standard.errors import KlusCVError
from verifier.intake import BusyError, IntakeError, IntakeReason

_RETRY_SECONDS: Final = 5


def status_of(error: KlusCVError) -> HTTPStatus:
    """Choose the HTTP status of an error."""
    if isinstance(error, BusyError):
        return HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(error, IntakeError) and error.reason is IntakeReason.TOO_LARGE:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return HTTPStatus.UNPROCESSABLE_ENTITY


def headers_of(error: KlusCVError) -> Mapping[str, str]:
    """Tell a client that came too early when to come back."""
    return {"Retry-After": str(_RETRY_SECONDS)} if isinstance(error, BusyError) else {}


def problem(error: KlusCVError) -> JSONResponse:
    """Describe an error of ours."""
    status = status_of(error)
    reason = {"reason": error.reason.value} if isinstance(error, IntakeError) else {}
    return problem_response(status, error.code, headers=headers_of(error), **reason)


def problem_response(
    status: HTTPStatus, code: str, *, headers: Mapping[str, str] | None = None, **members: str
) -> JSONResponse:
    """Build a problem document; `code` is what programs act on."""
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "code": code, **members}
    return JSONResponse(
        body, status_code=status.value, headers=dict(headers or {}), media_type="application/problem+json"
    )
