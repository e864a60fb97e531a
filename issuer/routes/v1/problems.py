"""How errors of the platform API are described; `issuer/routes/problems.py` writes them."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from issuer.routes.v1.models import Problem

Described: TypeAlias = dict[int | str, dict[str, Any]]
_WORDS: Final = {
    401: "no living API key or access token",
    403: "the program lacks a scope",
    404: "not there, or not yours",
    409: "not in this state (any more)",
    413: "larger than this service reads",
    415: "the body is not JSON",
    422: "a field or the content is wrong",
    429: "too fast; see Retry-After",
    507: "the service has no room left; nothing was kept",
}
CONFLICT: Final = 409
JSON_BODY: Final = 415
TOO_LARGE: Final = 413
NO_ROOM: Final = 507


def documented(*more: int) -> Described:
    """Describe the errors that every route has, and those that this one adds."""
    statuses = sorted({401, 403, 404, 413, 422, 429, *more})
    return {
        status: {
            "description": _WORDS[status],
            "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
        }
        for status in statuses
    }
