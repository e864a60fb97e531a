"""Routes that take files: who sends one is known before it is read."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from issuer.routes.dependencies import login, operator, same_origin, service, session_token


class LoggedInFirst(APIRoute):
    """The framework writes a whole form to disk before it asks the first dependency; this asks earlier."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Put the question before what would otherwise come first."""
        handle = super().get_route_handler()

        async def ask_first(request: Request) -> Response:
            await run_in_threadpool(_let_in, request)
            return await handle(request)

        return ask_first


def _let_in(request: Request) -> None:
    """Raise `ForeignRequestError`, `NotLoggedInError` or `SetUpNeededError`."""
    running = service(request)
    same_origin(request, running)
    operator(request, running, login(running, session_token(request, running)))
