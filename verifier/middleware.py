"""What holds for every request: a limit on its body, and the headers of every answer."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from templates.web import SECURITY_HEADERS
from verifier.intake import IntakeError, IntakeReason

_FRAME_BYTES: Final = 100_000
"""Room for the boundaries and names of a form around the file itself."""


class BodyLimit:
    """Ends a request as soon as its body is too long: at once when it says so, else while it streams."""

    def __init__(self, app: ASGIApp, *, limit_bytes: int) -> None:
        """Wrap an application."""
        self._app = app
        self._limit_bytes = limit_bytes + _FRAME_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on with a counted body.

        The `IntakeError` is raised where the body is read, so that the usual handler answers it.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        received_bytes = int(declared) if declared.isdecimal() else 0
        refused = received_bytes > self._limit_bytes
        received_bytes = 0

        async def counted() -> Message:
            nonlocal received_bytes
            if refused:
                raise IntakeError(IntakeReason.TOO_LARGE)
            message = await receive()
            received_bytes += len(message.get("body", b""))
            if received_bytes > self._limit_bytes:
                raise IntakeError(IntakeReason.TOO_LARGE)
            return message

        await self._app(scope, counted, send)


class AnswerHeaders:
    """Adds the security headers, and keeps what is personal out of every cache."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        """Wrap an application; `secure` says that it is reached over https."""
        self._app = app
        self._headers = dict(SECURITY_HEADERS)
        if secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on; the headers join the start of the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        lasting = scope["path"].startswith("/static/") and b"v=" in scope["query_string"]

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                kept = "public, max-age=31536000, immutable" if lasting else "no-store"
                headers["Cache-Control"] = kept
            await send(message)

        await self._app(scope, receive, with_headers)
