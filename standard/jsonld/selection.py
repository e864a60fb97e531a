"""Choosing parts of a JSON-LD document by JSON Pointers: of the document, and of its quads.

Because every quad knows the places it came from, choosing quads is a filter. Both choices follow the
same rule: what a pointer names comes whole, and of every node on the way there its id and types.

Source: Data Integrity ECDSA Cryptosuites v1.0, "selectJsonLd" and "canonicalizeAndGroup".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from standard.errors import DataModelError
from standard.jsonld.nquads import Quad
from standard.jsonld.walker import RDF_TYPE, Places

MAX_POINTERS = 1_000

_POSITION = re.compile("0|[1-9][0-9]{0,8}")


def parse_pointer(pointer: str) -> tuple[str, ...]:
    """Split a JSON Pointer into its keys.

    Raises:
        DataModelError: not a JSON Pointer.

    Source: RFC 6901.
    """
    if pointer and not pointer.startswith("/"):
        raise DataModelError("a JSON Pointer begins with a slash")
    keys = pointer.split("/")[1:]
    for key in keys:
        rest = key.replace("~0", "").replace("~1", "")
        if "~" in rest:
            raise DataModelError("a JSON Pointer has a stray tilde")
    return tuple(key.replace("~1", "/").replace("~0", "~") for key in keys)


def select_quads(places: Places, pointers: Sequence[str]) -> frozenset[Quad]:
    """Choose the quads that the chosen part of the document gives."""
    return frozenset(
        quad
        for quad, own in places.items()
        if any(_covers(pointer, place, quad) for pointer in pointers for place in own)
    )


def _covers(pointer: str, place: str, quad: Quad) -> bool:
    if place == pointer or place.startswith(f"{pointer}/") or pointer.startswith(f"{place}/"):
        return True
    if quad[1] != RDF_TYPE:
        return False
    node = place.rpartition("/")[0]
    return pointer == node or pointer.startswith(f"{node}/")


def select_document(document: Mapping[str, Any], pointers: Sequence[str]) -> dict[str, Any]:
    """Choose parts of a document; the result keeps the document's contexts.

    Array positions close up, so pointers into the result can differ from pointers into the document.

    Raises:
        DataModelError: a pointer that names nothing, or too many pointers.
    """
    if len(pointers) > MAX_POINTERS:
        raise DataModelError(f"more than {MAX_POINTERS} JSON Pointers")
    chosen = _Chosen(document)
    for pointer in pointers:
        chosen.add(parse_pointer(pointer), pointer)
    return {"@context": document["@context"], **chosen.value()}


class _Chosen:
    """The chosen part of one value; arrays stay sparse until they are read out."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._whole = False
        self._parts: dict[str | int, _Chosen] = {}

    def add(self, keys: tuple[str, ...], pointer: str) -> None:
        if not keys:
            self._whole = True
            return
        key = self._key(keys[0], pointer)
        if key not in self._parts:
            self._parts[key] = _Chosen(self._source[key])
        self._parts[key].add(keys[1:], pointer)

    def _key(self, key: str, pointer: str) -> str | int:
        if isinstance(self._source, dict) and key in self._source:
            return key
        if isinstance(self._source, list) and _POSITION.fullmatch(key) and int(key) < len(self._source):
            return int(key)
        raise DataModelError(f"the JSON Pointer {pointer!r} names nothing in the document")

    def value(self) -> Any:
        if self._whole or not isinstance(self._source, dict | list):
            return self._source
        if isinstance(self._source, list):
            return [self._parts[position].value() for position in sorted(self._parts, key=int)]
        chosen = {
            key: value
            for key, value in self._source.items()
            if key in ("type", "@type") or (key in ("id", "@id") and not str(value).startswith("_:"))
        }
        return chosen | {str(key): part.value() for key, part in self._parts.items()}
