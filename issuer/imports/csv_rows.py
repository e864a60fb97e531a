"""Splits CSV bytes into rows of cells, one row in memory at a time."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from issuer.imports.bounded import BoundedStream, Limits
from issuer.imports.errors import FileFault, ImportFileError
from issuer.imports.profile import Layout
from issuer.imports.records import Reason

_UNDECODED = re.compile("[\udc80-\udcff]")
_COLUMNS_SHOWN = 40
_NAME_SHOWN = 60


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is not even cells."""

    number: int
    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of cells; the header is row 1, as in a spreadsheet."""

    number: int
    cells: tuple[str, ...]


def rows(
    stream: BinaryIO, layout: Layout, required: tuple[str, ...], limits: Limits
) -> Iterator[tuple[str, ...] | Row | BadRow]:
    """Give the header first, then every row that is not blank.

    Bytes that the encoding does not know are kept as lone surrogates for `undecodable` to find.

    Raises:
        ImportFileError: the file is empty, too large, or has not the columns that are required.
    """
    lines = _Lines(BoundedStream(stream, limits.file_bytes), layout.encoding, limits.row_bytes)
    reader = csv.reader(lines, delimiter=layout.delimiter, strict=True)
    header = _header(reader, required)
    yield header
    number = 1
    while True:
        number += 1
        lines.start_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _RowTooLongError:
            yield BadRow(number, Reason.TOO_LONG, f"longer than {limits.row_bytes} bytes")
            continue
        except csv.Error:
            yield BadRow(number, Reason.MALFORMED, "a quotation mark is open, or stands in a wrong place")
            continue
        if any(cell.strip() for cell in cells):
            yield Row(number, tuple(cells))


def undecodable(cell: str) -> bool:
    """Tell whether a cell holds bytes that its encoding does not know."""
    return _UNDECODED.search(cell) is not None


def _header(reader: Iterator[list[str]], required: tuple[str, ...]) -> tuple[str, ...]:
    try:
        header = tuple(name.strip() for name in next(reader))
    except StopIteration:
        raise ImportFileError(FileFault.EMPTY, "the file is empty") from None
    except (csv.Error, _RowTooLongError) as error:
        raise ImportFileError(FileFault.MALFORMED, "the first row holds no column names") from error
    missing = tuple(name for name in required if name not in header)
    if missing:
        found = tuple(_shown(name) for name in header[:_COLUMNS_SHOWN])
        message = f"missing columns: {', '.join(missing)}; found: {', '.join(found)}"
        raise ImportFileError(FileFault.MISSING_COLUMNS, message, missing=missing, found=found)
    if repeated := tuple(name for name in required if header.count(name) > 1):
        message = f"columns that occur twice: {', '.join(repeated)}"
        raise ImportFileError(FileFault.REPEATED_COLUMNS, message, found=repeated)
    return header


def _shown(name: str) -> str:
    return name[:_NAME_SHOWN].encode("utf-8", "replace").decode("utf-8")


class _RowTooLongError(Exception):
    """A row that does not fit the limit; the rest of its line has been skipped."""


class _Lines(Iterator[str]):
    """Decoded lines for the CSV reader, which may join several into one row."""

    def __init__(self, stream: BoundedStream, encoding: str, limit: int) -> None:
        self._stream = stream
        self._encoding = "utf-8" if stream.marked else encoding
        self._limit = limit
        self._row_bytes = 0

    def start_row(self) -> None:
        self._row_bytes = 0

    def __next__(self) -> str:
        line = self._stream.readline(self._limit + 1)
        if not line:
            raise StopIteration
        self._row_bytes += len(line)
        if self._row_bytes > self._limit:
            while line and not line.endswith(b"\n"):
                line = self._stream.readline(self._limit)
            raise _RowTooLongError
        return line.decode(self._encoding, "surrogateescape")
