"""Pages for what goes wrong anywhere; forms show their own errors themselves."""

from __future__ import annotations

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException as StarletteHTTPException

from standard.errors import KlusCVError
from wallet.errors import NotFoundError
from wallet.routes.dependencies import NotLoggedInError, get_page, get_services

_STATUS = {NotFoundError.code: 404}


def add_failure_pages(app: FastAPI) -> None:
    """Register the pages for errors."""

    @app.exception_handler(NotLoggedInError)
    def ask_to_log_in(_request: Request, error: NotLoggedInError) -> Response:
        return RedirectResponse(error.way_in, status_code=303)

    @app.exception_handler(KlusCVError)
    def say_what_went_wrong(request: Request, error: KlusCVError) -> Response:
        return _page(request, error.code, _STATUS.get(error.code, 422))

    @app.exception_handler(RequestValidationError)
    def say_that_the_form_is_odd(request: Request, _error: RequestValidationError) -> Response:
        return _page(request, "form", 422)

    @app.exception_handler(StarletteHTTPException)
    def say_that_nothing_is_here(request: Request, error: HTTPException) -> Response:
        code = NotFoundError.code if error.status_code == 404 else "form"
        return _page(request, code, error.status_code)


def _page(request: Request, code: str, status: int) -> Response:
    return get_page(request, get_services(request)).html("failure", status=status, error=code)
