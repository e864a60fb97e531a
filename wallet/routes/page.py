"""Answering with a page: the language, the frame, and the small print around it."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from templates.environment import environment
from templates.locales import LANGUAGES
from templates.web import LOCALE_COOKIE, choose_locale
from wallet.services import Services

_YEAR_SECONDS = 31_536_000


class Page:
    """Makes the answers to one request, in the visitor's language."""

    def __init__(self, request: Request, services: Services) -> None:
        self._request = request
        self._services = services
        self._asked = request.query_params.get("lang")
        self.locale = choose_locale(
            self._asked, request.cookies.get(LOCALE_COOKIE), request.headers.get("accept-language")
        )

    def html(self, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """Render one page of the wallet."""
        page = environment(self.locale).get_template(f"wallet/{template}.html")
        path = self._request.url.path
        content = page.render(
            path=path,
            section=_section(path),
            demonstration=self._services.demonstration,
            **{"error": None, "done": self._request.query_params.get("gedaan"), **context},
        )
        response = HTMLResponse(content, status_code=status)
        if self._asked in LANGUAGES:
            response.set_cookie(
                LOCALE_COOKIE,
                self.locale,
                max_age=_YEAR_SECONDS,
                secure=self._services.settings.secure,
                httponly=True,
                samesite="lax",
            )
        return response

    def absolute(self, path: str) -> str:
        """Write a path of ours as an address that others can reach."""
        return self._services.settings.base_url + path

    def to(self, path: str) -> RedirectResponse:
        """Send the browser on with a GET, so that going back repeats nothing."""
        return RedirectResponse(path, status_code=303)


def _section(path: str) -> str:
    """Name the tab that a page belongs to."""
    first = path.split("/")[1]
    return {"bewijs": "/", "ontvangen": "/ophalen", "onderweg": "/ophalen"}.get(first, f"/{first}")
