"""Tables for people with a spreadsheet program, in which nothing is run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_PIECE_CHARACTERS: Final = 64 * 1024
_BYTE_ORDER_MARK: Final = "\ufeff"
"""Excel takes a CSV for UTF-8 only when it begins with one."""


def as_text(value: str) -> str:
    """Keep a spreadsheet from reading a cell as a formula: names come from somebody else's export.

    Source: OWASP, "CSV Injection".
    """
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


def csv_pieces(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Write rows of cells as CSV, in pieces of many lines: each is sent by itself."""
    piece = io.StringIO(newline="")
    writer = csv.writer(piece)
    piece.write(_BYTE_ORDER_MARK)
    for row in rows:
        writer.writerow([as_text(cell) for cell in row])
        if piece.tell() >= _PIECE_CHARACTERS:
            yield piece.getvalue()
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue()
