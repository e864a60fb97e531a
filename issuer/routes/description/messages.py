"""How messages are described that the framework does not parse: a schema and an example of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from issuer.routes.v1.problems import problem_answer

Said: TypeAlias = dict[str, Any]


def answer(
    description: str, example: Any, schema: Said | None = None, kind: str = "application/json"
) -> Said:
    """Describe an answer by an example, and by a schema where its members are known."""
    said = schema or ({"type": "object"} if isinstance(example, Mapping) else {"type": "string"})
    return {"description": description, "content": {kind: {"schema": said, "example": example}}}


def members(required: tuple[str, ...], **known: Said) -> Said:
    """Write the schema of an object."""
    return {"type": "object", "required": list(required), "properties": known}


def asked(kind: str, schema: Said, example: Any) -> Said:
    """Describe a body that must be there."""
    return {"required": True, "content": {kind: {"schema": schema, "example": example}}}


TEXT: Final[Said] = {"type": "string"}
NUMBER: Final[Said] = {"type": "integer"}
NOT_FOUND: Final[Mapping[str, Said]] = {"404": problem_answer(404)}
