"""Streams rows out of JSON: an array of objects, or JSON Lines with one object a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Final

import ijson

from issuer.imports.bounded import BoundedStream, Limits, Readable
from issuer.imports.errors import FileFault, ImportFileError
from issuer.imports.lines import Lines, RowTooLongError
from issuer.imports.records import Reason
from issuer.imports.table import BadRow, Row, Table, check_header
from standard import strict_json
from standard.errors import JsonError

_CHUNK_BYTES: Final = 64 * 1024
_DEPTH: Final = 8
_OTHERS: Final = "…"

_Numbered = tuple[int, object]


def open_json(stream: Readable, columns: tuple[str, ...], required: tuple[str, ...], limits: Limits) -> Table:
    """Look at the first object, and give every object as a row under the columns that are asked for.

    Members of an object inside an object are called `outer.inner`; an absent member is an empty cell.
    What else stands in an object goes into one last column, in which a citizen number is looked for.

    Args:
        stream: the file.
        columns: the members that a profile reads.
        required: those of them that the first object must have.
        limits: how much is read at most; a row is an object.

    Raises:
        ImportFileError: the file is no JSON, too large, or its first object lacks what is required.
    """
    objects = _objects(BoundedStream(stream, limits.file_bytes), limits)
    first = next(objects, None)
    if first is None:
        raise ImportFileError(FileFault.EMPTY, "the file holds no object")
    named = _flat(first[1])
    check_header(tuple(named or ()), required)
    return Table((*columns, _OTHERS), _rows(chain((first,), objects), columns))


def objects_as_cells(stream: BoundedStream, limits: Limits) -> Iterator[dict[str, str]]:
    """Give the members of each object as cells; what is no object is passed over.

    Raises:
        ImportFileError: the file is no JSON, or breaks off.
    """
    for _, found in _objects(stream, limits):
        if cells := _flat(found):
            yield cells


def _objects(stream: BoundedStream, limits: Limits) -> Iterator[_Numbered]:
    return _array(stream, limits) if _is_array(stream) else _json_lines(stream, limits)


def _rows(objects: Iterator[_Numbered], columns: tuple[str, ...]) -> Iterator[Row | BadRow]:
    for number, found in objects:
        if isinstance(found, BadRow):
            yield found
            continue
        members = _flat(found)
        if members is None:
            yield BadRow(number, Reason.MALFORMED, "no JSON object, or one that is nested too deep")
            continue
        cells = [members.pop(column, "") for column in columns]
        cells.append("|".join(members.values()))
        yield Row(number, cells)


def _is_array(stream: BoundedStream) -> bool:
    start = stream.read(_CHUNK_BYTES)
    stream.give_back(start)
    return start.lstrip().startswith(b"[")


def _array(stream: BoundedStream, limits: Limits) -> Iterator[_Numbered]:
    budget = _Budget(stream, limits.row_bytes + _CHUNK_BYTES)
    try:
        for number, found in enumerate(ijson.items(budget, "item", buf_size=_CHUNK_BYTES), start=1):
            budget.renew()
            yield number, found
    except (ijson.JSONError, UnicodeError, ArithmeticError, ValueError) as error:
        raise ImportFileError(FileFault.MALFORMED, "the file is no JSON, or breaks off") from error


def _json_lines(stream: BoundedStream, limits: Limits) -> Iterator[_Numbered]:
    lines = Lines(stream, "utf-8", limits.row_bytes)
    number = 0
    while True:
        number += 1
        lines.start_row()
        try:
            line = next(lines)
            if line.strip():
                yield number, strict_json.loads(line, limit_bytes=4 * limits.row_bytes, floats=True)
        except StopIteration:
            return
        except RowTooLongError:
            yield number, BadRow(number, Reason.TOO_LONG, f"longer than {limits.row_bytes} bytes")
        except JsonError as error:
            if number == 1:
                raise ImportFileError(FileFault.MALFORMED, "the file is no JSON") from error
            yield number, BadRow(number, Reason.MALFORMED, "no JSON object")


class _Budget:
    """Refuses an entry that goes on and on, before it is built."""

    def __init__(self, stream: BoundedStream, entry_bytes: int) -> None:
        self._stream = stream
        self._entry_bytes = entry_bytes
        self._left = entry_bytes

    def renew(self) -> None:
        self._left = self._entry_bytes

    def read(self, size: int) -> bytes:
        chunk = self._stream.read(size)
        self._left -= len(chunk)
        if self._left < 0:
            raise ImportFileError(FileFault.MALFORMED, "an entry is longer than an export's entries are")
        return chunk


def _flat(found: object) -> dict[str, str] | None:
    """Write an object's members as cells; None for what is no object, or nested too deep."""
    if not isinstance(found, Mapping):
        return None
    cells: dict[str, str] = {}
    waiting: list[tuple[str, object, int]] = [(str(name), value, 1) for name, value in found.items()]
    while waiting:
        name, value, depth = waiting.pop()
        if depth > _DEPTH:
            return None
        if isinstance(value, Mapping):
            waiting.extend((f"{name}.{inner}", each, depth + 1) for inner, each in value.items())
        elif isinstance(value, list):
            waiting.extend((f"{name}.{place}", each, depth + 1) for place, each in enumerate(value))
        else:
            cells[name] = _text(value)
    return cells


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
