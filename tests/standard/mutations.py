"""Every small change to a JSON document, one at a time, for "no changed claim is ever valid"."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]


def mutations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Changed copies of a document, each with a description of its change.

    The order of a list is left alone: in RDF a list is a set, and the standard gives it no meaning.
    """
    for path, value in _places(document, ()):
        for what, changed in _changes(value):
            yield f"{path}: {what}", _with(document, path, changed)
        if path and isinstance(path[-1], str):
            yield f"{path}: removed", _without(document, path)


def _places(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _places(item, (*path, key))


def _changes(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield "an unknown member", {**value, "x": "y"}
        yield "a borrowed member", {**value, "category": "Directeur"}
    elif isinstance(value, list):
        yield "doubled", [*value, copy.deepcopy(value[0])]
        yield "shortened", value[1:]
        yield "wrapped", [value]
    elif isinstance(value, bool):
        yield "turned", not value
        yield "as text", "true" if value else "false"
    elif isinstance(value, int):
        yield "one more", value + 1
        yield "as text", str(value)
        yield "as fraction", float(value)
    else:
        yield "longer", value + "x"
        yield "shorter", value[:-1]
        yield "spaced", value + " "
        yield "as object", {"@value": value}
    if not isinstance(value, dict):
        yield "null", None


def _with(document: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    if not path:
        return dict(value)
    changed = copy.deepcopy(document)
    _parent(changed, path)[path[-1]] = value
    return changed


def _without(document: dict[str, Any], path: Path) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    del _parent(changed, path)[path[-1]]
    return changed


def _parent(document: Any, path: Path) -> Any:
    for key in path[:-1]:
        document = document[key]
    return document
