"""Bodies of the platform API: JSON that can be read in one way only, and said to be JSON."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute

from issuer.errors import MediaTypeError
from standard import strict_json

LIMIT_BYTES: Final = 1 << 20


class StrictJsonRoute(APIRoute):
    """Reads a body as strictly as the standard reads JSON: the framework keeps the last of two members."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Put our reading of a body in the place of the framework's."""
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        async def strictly(request: Request) -> Response:
            return await handle(_StrictRequest(request.scope, request.receive))

        return strictly


class _StrictRequest(Request):
    async def body(self) -> bytes:
        content = await super().body()
        if content and not _says_json(self.headers.get("content-type", "")):
            raise MediaTypeError("the body is to be application/json")
        return content

    async def json(self) -> strict_json.JsonValue:
        return strict_json.loads(await self.body(), limit_bytes=LIMIT_BYTES)


def _says_json(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )
