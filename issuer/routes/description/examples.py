"""Examples of whole messages, put together from the examples of their members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

JSON: Final = "application/json"
BY_FORMAT: Final[Mapping[str, str]] = {
    "uuid": "0e2d5e6b-9836-4bdc-8815-1a5633ebcb77",
    "date": "2026-11-21",
    "date-time": "2026-11-22T16:28:17.529357Z",
}


def add_examples(document: dict[str, Any]) -> None:
    """Give every JSON message of a description an example, where it has none.

    Raises:
        LookupError: a member has no example; the message names its place.
    """
    schemas = document["components"]["schemas"]
    for place, content in _contents(document):
        if JSON in content and not {"example", "examples"} & content[JSON].keys():
            content[JSON]["example"] = example_of(content[JSON]["schema"], schemas, place)


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], place: str) -> Any:
    """Put an example of a schema together; `place` is for the message of a `LookupError`."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return example_of(schemas[name], schemas, f"{place} {name}")
    if schema.get("examples"):
        return schema["examples"][0]
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        kinds = [kind for kind in schema["anyOf"] if kind.get("type") != "null"]
        return example_of(kinds[0], schemas, place)
    if "properties" in schema:
        members = schema["properties"].items()
        return {name: example_of(member, schemas, f"{place}.{name}") for name, member in members}
    if schema.get("type") == "array":
        return [example_of(schema["items"], schemas, place)]
    if schema.get("format") in BY_FORMAT:
        return BY_FORMAT[schema["format"]]
    raise LookupError(f"no example of {place}")


def _contents(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            place = f"{method.upper()} {path}"
            yield place, operation.get("requestBody", {}).get("content", {})
            for status, answer in operation["responses"].items():
                yield f"{place} {status}", answer.get("content", {})
