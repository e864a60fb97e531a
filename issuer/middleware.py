"""Around every request: a limit on what is read, and the headers that pages travel with."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from issuer.errors import TooLargeError
from templates.web import SECURITY_HEADERS

FORM_LIMIT_BYTES = 1 << 20
CACHE_STATIC = "public, max-age=31536000, immutable"
"""The address of a static file changes with its content."""


class BodyLimit:
    """Stops reading a request that holds too much; uploads under one of `upload_paths` may be larger."""

    def __init__(self, app: ASGIApp, *, upload_limit_bytes: int, upload_paths: tuple[str, ...]) -> None:
        """Wrap an application."""
        self._app = app
        self._upload_limit_bytes = upload_limit_bytes
        self._upload_paths = upload_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the bytes of the body while they come in."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_upload = scope["path"].startswith(self._upload_paths)
        limit_bytes = self._upload_limit_bytes if is_upload else FORM_LIMIT_BYTES
        read_bytes = 0

        async def limited() -> Message:
            nonlocal read_bytes
            message = await receive()
            read_bytes += len(message.get("body", b""))
            if read_bytes > limit_bytes:
                raise TooLargeError("the request is too large")
            return message

        await self._app(scope, limited, send)


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
