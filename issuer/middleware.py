"""Around every request: a limit on what is read, the headers that pages travel with, a line in the log."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from issuer.errors import TooLargeError
from issuer.metrics import RequestCounter
from templates.web import SECURITY_HEADERS

FORM_LIMIT_BYTES = 1 << 20
HEARD_OUT_BYTES = 16 << 20
OTHER = "other"
"""Static files, addresses that lead nowhere, and methods of somebody's own making."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
WALLET_ENDPOINT = re.compile(
    r"/offers/[^/]+|/org/[^/]+/(par|token|nonce|credential|deferred_credential|notification)"
    r"|/\.well-known/(openid-credential-issuer|oauth-authorization-server)/org/[^/]+"
)
CACHE_STATIC = "public, max-age=31536000, immutable"
"""The address of a static file changes with its content."""


log = structlog.get_logger()


class BodyLimit:
    """Stops reading a request that holds more than a form does, but for the few addresses that take files."""

    def __init__(self, app: ASGIApp, *, files: Mapping[str, int]) -> None:
        """Wrap an application; `files` tells how many bytes may go to addresses of some pattern."""
        self._app = app
        self._files = {re.compile(pattern): limit_bytes for pattern, limit_bytes in files.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the bytes of the body while they come in."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit_bytes, declared_bytes, read_bytes = self._limit_bytes(scope["path"]), _declared_bytes(scope), 0

        async def limited() -> Message:
            nonlocal read_bytes
            # Who waits for leave to send, or can listen while sending, hears it before the first byte. Others
            # hear nothing when the connection ends while they send, so a little too much is heard out.
            if declared_bytes > limit_bytes:
                if declared_bytes <= limit_bytes + HEARD_OUT_BYTES and "expect" not in Headers(scope=scope):
                    await _hear_out(receive)
                raise TooLargeError(limit_bytes)
            message = await receive()
            read_bytes += len(message.get("body", b""))
            if read_bytes > limit_bytes:
                raise TooLargeError(limit_bytes)
            return message

        await self._app(scope, limited, send)

    def _limit_bytes(self, path: str) -> int:
        found = (limit_bytes for pattern, limit_bytes in self._files.items() if pattern.fullmatch(path))
        return next(found, FORM_LIMIT_BYTES)


async def _hear_out(receive: Receive) -> None:
    """Read what is still being sent, and keep nothing of it."""
    while (message := await receive())["type"] == "http.request" and message.get("more_body", False):
        pass


class HeadRequests:
    """Answers HEAD as GET without its content; the framework knows GET only (RFC 9110, "HEAD")."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask for the whole, and pass its headers on."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_content(message: Message) -> None:
            is_content = message["type"] == "http.response.body"
            await send({**message, "body": b""} if is_content else message)

        await self._app({**scope, "method": "GET"}, receive, without_content)


class BrowserWallets:
    """Lets a wallet that lives in a browser speak the protocol from its own origin.

    Nothing there goes by a cookie, so any origin may ask. The page of consent is not among it.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app
        self._open = CORSMiddleware(
            app, allow_origins=["*"], allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "DPoP"], expose_headers=["WWW-Authenticate"],
        )  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with or without the answers that browsers ask for."""
        is_open = scope["type"] == "http" and WALLET_ENDPOINT.fullmatch(scope["path"])
        await (self._open if is_open else self._app)(scope, receive, send)


def _declared_bytes(scope: Scope) -> int:
    """The length that a request says its body has; 0 when it says none."""
    declared = Headers(scope=scope).get("content-length", "")
    return int(declared) if declared.isdecimal() and declared.isascii() else 0


class PageHeaders:
    """Adds the security headers to every answer that does not set its own."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        """Wrap an application; `https` tells whether browsers reach it that way."""
        self._app = app
        self._headers = dict(SECURITY_HEADERS)
        if https:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the answer on with headers."""
        is_static = scope["type"] == "http" and scope["path"].startswith("/static/")
        caching = CACHE_STATIC if is_static else "no-store"

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", caching)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class Observed:
    """Counts and logs every answer by its route: addresses hold ids and codes, templates do not."""

    def __init__(self, app: ASGIApp, *, requests: RequestCounter) -> None:
        """Wrap an application."""
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the answer on and look at its status."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route = _template(scope)
            method = scope["method"] if scope["method"] in METHODS else OTHER
            lasted_ms = round((time.perf_counter() - began) * 1000, 1)
            self._requests.count(method, route, status)
            log.info("request", method=method, route=route, status=status, lasted_ms=lasted_ms)


def _template(scope: Scope) -> str:
    """The address with the names of its variable parts in their place."""
    if scope.get("route") is None:
        return OTHER
    names = {str(value): f"{{{name}}}" for name, value in scope["path_params"].items()}
    return "/".join(names.get(step, step) for step in scope["path"].split("/"))
