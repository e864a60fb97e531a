"""Errors as the reader understands them: the protocol's own, problem+json, or a page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from sqlalchemy.exc import DataError, DBAPIError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from issuer import full_storage
from issuer.errors import (
    ConfirmationNeededError,
    EntryError,
    ForeignRequestError,
    ImportStateError,
    IssuerError,
    LoginLinkError,
    LoginRefusedError,
    MediaTypeError,
    NotAllowedError,
    NotAuthenticatedError,
    NotFoundError,
    NothingToOfferError,
    NotLoggedInError,
    NotNowError,
    RequestUnderWayError,
    ScopeMissingError,
    SetUpNeededError,
    StatementStateError,
    TooLargeError,
    TooManyRequestsError,
)
from issuer.imports import RowError
from issuer.imports.errors import ImportFileError
from issuer.middleware import METHODS
from issuer.observability import fault
from issuer.routes.dependencies import page, page_above, see
from standard.errors import KlusCVError, ProtocolError
from standard.openid4vci import DPOP_ALGORITHMS, INVALID_DPOP_PROOF, NO_STORE, error_response

PAGES = ("/beheer", "/account", "/inloggen", "/uitloggen", "/claim")
AUTHORIZATION_PAGE = "/authorize"
AUTHORIZATION_ENDPOINTS = ("/token", "/par")
STATUS: dict[type[KlusCVError], int] = {
    NotFoundError: 404,
    NotLoggedInError: 401,
    NotAllowedError: 403,
    LoginLinkError: 410,
    LoginRefusedError: 403,
    SetUpNeededError: 403,
    ConfirmationNeededError: 403,
    NotAuthenticatedError: 401,
    ScopeMissingError: 403,
    TooManyRequestsError: 429,
    RequestUnderWayError: 409,
    ForeignRequestError: 403,
    TooLargeError: 413,
    MediaTypeError: 415,
    StatementStateError: 409,
    ImportStateError: 409,
    NothingToOfferError: 409,
    IssuerError: 422,
    ImportFileError: 422,
    KlusCVError: 422,
}
CODES_BY_STATUS = {404: "not-found", 405: "method-not-allowed"}

log = structlog.get_logger()


def install(app: FastAPI) -> None:
    """Map every error of ours to an answer."""
    app.add_exception_handler(ProtocolError, _protocol_error)
    app.add_exception_handler(KlusCVError, _own_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(OSError, _no_room)
    app.add_exception_handler(DBAPIError, _no_room)
    app.add_exception_handler(DataError, _unfit)
    app.add_exception_handler(Exception, _unexpected)


def _protocol_error(request: Request, error: Exception) -> Response:
    """OpenID4VCI, RFC 6750 and RFC 9449 name their errors themselves; on a claim page people read."""
    if not isinstance(error, ProtocolError):
        raise error
    if request.url.path.startswith("/claim/"):
        return _error_page(request, 400, error.error, error)
    headers = dict(NO_STORE)
    is_refused = error.error == "invalid_token" or (
        error.error == INVALID_DPOP_PROOF and not request.url.path.endswith(AUTHORIZATION_ENDPOINTS)
    )
    if is_refused:
        headers["WWW-Authenticate"] = _challenge(request.headers.get("authorization"), error.error)
    status = 401 if is_refused or error.error == "invalid_client" else 400
    return JSONResponse(error_response(error), status_code=status, headers=headers)


def _challenge(shown: str | None, error: str) -> str:
    """Say how a token is to be shown, and what is wrong with one that was (RFC 6750, RFC 9449)."""
    bound = f'DPoP algs="{" ".join(DPOP_ALGORITHMS)}"'
    if shown is None:
        return f"Bearer, {bound}"
    is_bound = shown.partition(" ")[0].lower() == "dpop"
    return f'{bound}, error="{error}"' if is_bound else f'Bearer error="{error}", {bound}'


def _own_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, KlusCVError):
        raise error
    if isinstance(error, SetUpNeededError) and _is_page(request):
        return see("/account")
    if isinstance(error, ConfirmationNeededError) and _is_page(request):
        return see(f"/account/bevestigen?terug={quote(error.back)}")
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return _answer(request, status, error.code, error)


def _validation_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    fields = ", ".join(".".join(str(step) for step in found["loc"]) for found in error.errors())
    # An address that does not parse leads nowhere; only a form has fields to correct.
    if any(found["loc"][0] == "path" for found in error.errors()):
        return _answer(request, 404, "not-found", NotFoundError("no such address"))
    return _answer(request, 422, "fields", KlusCVError(f"missing or malformed: {fields}"))


def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    # The framework wraps what goes wrong while it reads a form, such as a form that is too large.
    if isinstance(error.__cause__, KlusCVError):
        return _own_error(request, error.__cause__)
    if isinstance(error.__cause__, OSError):
        return _no_room(request, error.__cause__)
    if error.status_code == 405 and _changes_language(request):
        return see(f"{page_above(request.url.path)}?{request.url.query}")
    code = CODES_BY_STATUS.get(error.status_code, "http")
    answer = _answer(request, error.status_code, code, KlusCVError(str(error.detail)))
    if error.status_code == 405:
        answer.headers["Allow"] = ", ".join(_allowed_methods(request))
    return answer


def _changes_language(request: Request) -> bool:
    """Tell whether another language was chosen on a page that answered a form, where none can be read."""
    is_managed = request.url.path.startswith(("/beheer/", "/account/"))
    return request.method == "GET" and is_managed and "lang" in request.query_params


def _allowed_methods(request: Request) -> list[str]:
    """Find what may be done with an address (RFC 9110, "405 Method Not Allowed").

    The framework names the methods of the first route there only.
    """
    routes = request.app.routes
    return [
        method
        for method in sorted(METHODS)
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]


def _gone(_request: Request, _error: Exception) -> Response:
    """Nobody hears this; but who breaks off an upload is not counted as a fault of ours."""
    return Response(status_code=400)


def _no_room(request: Request, error: Exception) -> Response:
    """Nothing was kept, and nothing is wrong with what was sent: whoever runs the host has to make room."""
    if not full_storage.is_full(error):
        raise error
    log.error("no room left", **fault(error))
    return _answer(request, 507, full_storage.CODE, KlusCVError("the service has no room left"))


def _unfit(request: Request, error: Exception) -> Response:
    """A value that the database cannot hold, such as a text with a zero byte in it; on PostgreSQL only."""
    log.warning("unfit value", **fault(error))
    if "\0" in request.url.path or "%00" in request.url.path:
        return _answer(request, 404, "not-found", NotFoundError("no such address"))
    return _answer(request, 422, "fields", KlusCVError("a value holds a character that cannot be kept"))


def _unexpected(request: Request, _error: Exception) -> Response:
    """A fault of ours; the server logs it, the reader learns nothing about it."""
    return _answer(request, 500, "unexpected", KlusCVError("something went wrong here"))


def _answer(request: Request, status: int, code: str, error: KlusCVError) -> Response:
    path = request.url.path
    if path == "/" or path.startswith(PAGES) or path.endswith(AUTHORIZATION_PAGE):
        return _error_page(request, status, code, error)
    # RFC 9457, "Members of a Problem Details Object".
    problem: dict[str, Any] = {
        "type": f"https://w3id.org/kluscv/problems/{code}", "title": code.replace("-", " "),
        "status": status, "code": code, "detail": str(error),
    }  # fmt: skip
    if isinstance(error, EntryError):
        problem["errors"] = [_field_fault(fault) for fault in error.faults]
    headers = dict(NO_STORE)
    if isinstance(error, NotNowError):
        headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, NotAuthenticatedError):
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(problem, status_code=status, media_type="application/problem+json", headers=headers)


def _field_fault(fault: RowError) -> dict[str, str]:
    # RFC 6901, "Syntax": a name of a mark may hold what parts a pointer.
    names = (fault.column or "").split(".", 1)
    pointer = "".join(f"/{name.replace('~', '~0').replace('/', '~1')}" for name in names)
    return {"pointer": f"#{pointer}", "code": fault.reason, "detail": fault.message}


def _is_page(request: Request) -> bool:
    return request.url.path == "/" or request.url.path.startswith(PAGES)


def _error_page(request: Request, status: int, code: str, error: KlusCVError) -> HTMLResponse:
    return page(request, "error.html", status_code=status, code=code, error=error, tabs=[])
