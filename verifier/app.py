"""Composes the verifier service."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from standard.errors import KlusCVError
from templates import static_directory
from templates.web import SECURITY_HEADERS
from verifier.intake import IntakeError
from verifier.middleware import AnswerHeaders, BodyLimit
from verifier.problems import headers_of, problem, problem_response, status_of
from verifier.routes import api, pages, probes, vc_api
from verifier.routes.rendering import page
from verifier.service import service_from
from verifier.settings import VerifierSettings

_FOR_PROGRAMS: Final = ("/v1/", "/vc/", "/credentials/", "/presentations/", "/healthz", "/readyz")
_NOT_FOUND: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})


def create_app(settings: VerifierSettings) -> FastAPI:
    """Make the verifier from its settings; nothing is global."""
    app = FastAPI(title="KlusCV verifier", version="1", docs_url=None, redoc_url=None)
    app.state.service = service_from(settings)
    for router in (pages.router, api.router, vc_api.router, probes.router):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=static_directory), name="static")
    app.add_exception_handler(KlusCVError, _answer_error)
    app.add_exception_handler(HTTPException, _answer_http_error)
    app.add_exception_handler(Exception, _answer_fault)
    app.add_middleware(BodyLimit, limit_bytes=settings.upload_limit_bytes)
    app.add_middleware(AnswerHeaders, secure=settings.secure)
    return app


def _answer_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, KlusCVError):
        raise error
    if request.url.path.startswith(_FOR_PROGRAMS):
        return problem(error)
    reason = error.reason.value if isinstance(error, IntakeError) else error.code
    roots = request.app.state.service.trust_roots
    return page(
        request,
        "unreadable.html",
        status=status_of(error),
        headers=headers_of(error),
        reason=reason,
        roots=roots,
    )


def _answer_http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    if request.url.path.startswith(_FOR_PROGRAMS):
        return problem_response(status, "http", headers=error.headers)
    reason = "not-found" if status in _NOT_FOUND else "unreadable"
    roots = request.app.state.service.trust_roots
    return page(request, "unreadable.html", status=status, reason=reason, roots=roots)


def _answer_fault(request: Request, _fault: Exception) -> Response:
    """Say that the fault is ours; the server logs it. No middleware adds headers out here."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    if request.url.path.startswith(_FOR_PROGRAMS):
        return problem_response(status, "fault", headers=SECURITY_HEADERS)
    roots = request.app.state.service.trust_roots
    return page(
        request, "unreadable.html", status=status, headers=SECURITY_HEADERS, reason="fault", roots=roots
    )
