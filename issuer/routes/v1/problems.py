"""How errors of the platform API are described; `issuer/routes/problems.py` writes them."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from issuer.routes.v1.models import Problem

Described: TypeAlias = dict[int | str, dict[str, Any]]
_WORDS: Final = {
    401: ("not-authenticated", "no living API key or access token"),
    403: ("scope-missing", "the program lacks a scope"),
    404: ("not-found", "not there, or not yours"),
    409: ("statement-state", "not in this state (any more), or the same request is under way"),
    413: ("too-large", "larger than this service reads"),
    415: ("media-type", "the body is not JSON"),
    422: ("fields", "a field or the content is wrong"),
    429: ("too-many-requests", "too fast; see Retry-After"),
    507: ("storage-full", "the service has no room left; nothing was kept"),
}
_HEADERS: Final = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "example": "Bearer", "required": True}},
    409: {"Retry-After": {"schema": {"type": "string", "pattern": "^[0-9]+$"}, "example": "120"}},
    429: {
        "Retry-After": {
            "schema": {"type": "string", "pattern": "^[0-9]+$"}, "example": "3", "required": True,
            "description": "seconds",
        }
    },
}  # fmt: skip
_OAUTH_ERROR: Final = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
}
CONFLICT: Final = 409
JSON_BODY: Final = 415
TOO_LARGE: Final = 413
NO_ROOM: Final = 507


def documented(*more: int) -> Described:
    """Describe the errors that every route has, and those that this one adds."""
    return {status: problem_answer(status) for status in sorted({401, 403, 404, 413, 422, 429, *more})}


def problem_answer(status: int) -> dict[str, Any]:
    """Describe one error, with an example and the headers that go with it."""
    code, words = _WORDS[status]
    example = Problem(
        type=f"https://w3id.org/kluscv/problems/{code}", title=code.replace("-", " "),
        status=status, code=code, detail="what was found",
    )  # fmt: skip
    content = {"schema": Problem.model_json_schema(), "example": example.model_dump(exclude_none=True)}
    said = {"description": words, "content": {"application/problem+json": content}}
    return {**said, "headers": _HEADERS[status]} if status in _HEADERS else said


def oauth_error(description: str, error: str) -> dict[str, Any]:
    """Describe an error as OAuth writes them (RFC 6749, "Error Response")."""
    example = {"error": error, "error_description": "what was found"}
    content = {"application/json": {"schema": _OAUTH_ERROR, "example": example}}
    return {"description": description, "content": content}
