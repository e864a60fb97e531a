"""Turns a template and its values into an answer in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import HTMLResponse

from templates.environment import LOCALES, environment
from templates.web import LOCALE_COOKIE, choose_locale

_YEAR_SECONDS = 365 * 24 * 3600


def locale_of(request: Request) -> str:
    """Decide the language of the answer."""
    return choose_locale(
        request.query_params.get("lang"),
        request.cookies.get(LOCALE_COOKIE),
        request.headers.get("accept-language"),
    )


def page(
    request: Request,
    template: str,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> HTMLResponse:
    """Render a page; a language that was just chosen is remembered."""
    locale = locale_of(request)
    html = environment(locale).get_template(f"verifier/{template}").render(**values)
    answer = HTMLResponse(html, status_code=status.value, headers=dict(headers or {}))
    if request.query_params.get("lang") in LOCALES:
        secure = request.url.scheme == "https"
        answer.set_cookie(LOCALE_COOKIE, locale, max_age=_YEAR_SECONDS, samesite="lax", secure=secure)
    return answer
