"""What holds for every request and answer: who may post, how much, what browsers may do with a page.

Plain ASGI, so that it also stands around errors and static files.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from templates.web import SECURITY_HEADERS

BODY_LIMIT_BYTES: Final = 1 << 20
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_STATIC: Final = "/static/"
# Addresses for programs: they read no cookie, so another site gains nothing by posting there.
_FOR_PROGRAMS: Final = ("/vc/", "/brievenbus/")
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_TRANSPORT: Final = "max-age=63072000"


class Edge:
    """Refuses posts from other sites and large bodies, and sends the security headers along."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(MutableHeaders(scope=message), scope["path"])
            await send(message)

        is_form = scope["method"] not in _SAFE and not scope["path"].startswith(_FOR_PROGRAMS)
        if is_form and not is_same_site(headers):
            refusal = PlainTextResponse("This form was sent from another site.", status_code=403)
            await refusal(scope, receive, send_with_headers)
        elif _is_too_large(headers):
            refusal = PlainTextResponse("The form is too large.", status_code=413)
            await refusal(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    def _add_headers(self, headers: MutableHeaders, path: str) -> None:
        for name, value in SECURITY_HEADERS.items():
            headers.setdefault(name, value)
        # Every page is somebody's own; only what is the same for everybody may be kept.
        headers.setdefault("Cache-Control", _FOR_EVER if path.startswith(_STATIC) else "no-store")
        if self._secure:
            headers.setdefault("Strict-Transport-Security", _TRANSPORT)


def is_same_site(headers: Headers) -> bool:
    """Whether a form comes from one of our own pages, by what the browser says and a page cannot forge."""
    fetch_site = headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site == "same-origin"
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("host")


def _is_too_large(headers: Headers) -> bool:
    # Browsers announce the length of a form; a body of unknown length is none of ours.
    if "transfer-encoding" in headers:
        return True
    length = headers.get("content-length", "0")
    return not length.isdecimal() or int(length) > BODY_LIMIT_BYTES
