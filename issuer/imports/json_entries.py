"""Streams the entries out of an Open Platforms JSON file, one entry in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import ijson

from issuer.imports.bounded import BoundedStream, Limits, Readable
from issuer.imports.errors import FileFault, ImportFileError

_DEPTH = 32
_CHUNK_BYTES = 16 * 1024

_Event = tuple[str, str, Any]


class Kind(Enum):
    """What an entry is about."""

    WORKER = "worker"
    INTERACTION = "interactions.item"
    ACHIEVEMENT = "achievements.item"


@dataclass(frozen=True, slots=True)
class Entry:
    """One object of the file; `document` is None when it exceeds the limit or is no object at all.

    `user` counts the worker documents of the file, so that entries are not taken for another's.
    """

    kind: Kind
    user: int
    document: Mapping[str, Any] | None


def entries(stream: Readable, limits: Limits) -> Iterator[Entry]:
    """Give workers, interactions and achievements in the order of the file.

    The file is one Open Platforms document, or an array of them, one per worker.

    Raises:
        ImportFileError: the file is no JSON, is cut off, too large or too deep, or has no interactions.
    """
    bounded = BoundedStream(stream, limits.file_bytes)
    try:
        yield from _entries(ijson.parse(shallow(ijson.basic_parse(bounded, buf_size=_CHUNK_BYTES))), limits)
    except (ijson.JSONError, UnicodeError, ArithmeticError, ValueError) as error:
        raise ImportFileError(FileFault.MALFORMED, "the file is no JSON, or breaks off") from error


def _entries(events: Iterator[_Event], limits: Limits) -> Iterator[Entry]:
    _, first, _ = next(events, ("", "end_array", None))
    if first not in {"start_map", "start_array"}:
        raise ImportFileError(FileFault.EMPTY, "the file holds no Open Platforms document")
    root = "item." if first == "start_array" else ""
    paths = {root + kind.value: kind for kind in Kind}
    user, interactions_seen = 0, first == "start_array"
    for prefix, event, _ in events:
        if (prefix, event) == ("item", "start_map"):
            user, interactions_seen = user + 1, False
        elif (prefix, event) == (f"{root}interactions", "start_array"):
            interactions_seen = True
        elif prefix in paths and not event.startswith("end_"):
            document = _document(events, prefix, limits.row_bytes) if event == "start_map" else None
            if event == "start_array":
                _skip(events, prefix)
            yield Entry(paths[prefix], user, document)
        elif (prefix, event) == (root.rstrip("."), "end_map") and not interactions_seen:
            message = "an Open Platforms document has an array of interactions"
            raise ImportFileError(FileFault.MISSING_COLUMNS, message, missing=("interactions",))


def _document(events: Iterator[_Event], prefix: str, limit: int) -> Mapping[str, Any] | None:
    """Build one object up to its end; past the limit it is read on, but not kept."""
    builder = ijson.ObjectBuilder()
    builder.event("start_map", None)
    size = 0
    for at, event, value in events:
        size += len(value) + 1 if isinstance(value, str) else 1
        if size <= limit:
            builder.event(event, value)
        if (at, event) == (prefix, "end_map"):
            break
    document: Mapping[str, Any] | None = builder.value if size <= limit else None
    return document


def _skip(events: Iterator[_Event], prefix: str) -> None:
    for at, event, _ in events:
        if (at, event) == (prefix, "end_array"):
            return


def shallow(events: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Refuse nesting that no export needs, before paths are built for it."""
    depth = 0
    for event, value in events:
        if event.startswith("start_"):
            depth += 1
            if depth > _DEPTH:
                raise ImportFileError(FileFault.MALFORMED, f"nested more than {_DEPTH} deep")
        elif event.startswith("end_"):
            depth -= 1
        yield event, value
