"""The first rows of an export, and how it is written."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from issuer.imports.bounded import BoundedStream, Limits
from issuer.imports.errors import FileFault, ImportFileError
from issuer.imports.json_rows import objects_as_cells
from issuer.imports.table import MOST_COLUMNS

HEAD_BYTES: Final = 256 * 1024
SAMPLE_ROWS: Final = 500
NOTHING: Final = ("\\N", "NULL", "null")
"""What databases write where nothing is."""
DELIMITERS: Final = (";", ",", "\t", "|")


@dataclass(frozen=True, slots=True)
class Sample:
    """What the beginning of an export shows; `rows` are as long as `header`."""

    format: Literal["csv", "json"]
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, index: int) -> list[str]:
        """What the cells of one column hold, empty ones left out."""
        return [cell for row in self.rows if (cell := row[index].strip()) and cell not in NOTHING]

    @property
    def empty(self) -> list[str]:
        """What stands in cells that hold nothing."""
        cells = {cell.strip() for row in self.rows for cell in row}
        return [word for word in NOTHING if word in cells]


def take_sample(head: bytes, *, encoding: str = "", delimiter: str = "") -> Sample:
    """Read the first rows of an export.

    Args:
        head: its first bytes; a last line that is cut off is left out.
        encoding: as the operator knows it; guessed when empty.
        delimiter: as the operator knows it; guessed when empty.

    Raises:
        ImportFileError: the bytes are no text, hold no rows, or are Open Platforms JSON.
    """
    stream = BoundedStream(io.BytesIO(head), len(head))
    start = b"".join(iter(lambda: stream.read(HEAD_BYTES), b"")).lstrip()
    if start.startswith((b"[", b"{")):
        return _json_sample(start)
    whole = start[: start.rfind(b"\n") + 1] if len(head) >= HEAD_BYTES else start
    encoding = encoding or ("utf-8" if stream.marked else _encoding(whole))
    text = whole.decode(encoding, "replace").replace("\0", "")
    delimiter = delimiter or max(DELIMITERS, key=lambda sign: _fit(text, sign))
    rows = _csv_rows(text, delimiter)
    if not rows and start.strip():
        raise ImportFileError(FileFault.MALFORMED, f"no row ends within the first {HEAD_BYTES} bytes")
    if not rows:
        raise ImportFileError(FileFault.EMPTY, "the file is empty")
    header = tuple(name.strip() for name in rows[0])
    if len(header) > MOST_COLUMNS:
        message = f"{len(header)} columns; {MOST_COLUMNS} is the most"
        raise ImportFileError(FileFault.TOO_MANY_COLUMNS, message)
    return Sample("csv", encoding, delimiter, header, _even(rows[1:], len(header)))


def _json_sample(start: bytes) -> Sample:
    """Read as many objects as are whole."""
    stream = BoundedStream(io.BytesIO(start), len(start))
    objects: list[dict[str, str]] = []
    try:
        for cells in islice(objects_as_cells(stream, Limits()), SAMPLE_ROWS):
            objects.append(cells)
    except ImportFileError:
        if not objects:
            raise
    if not objects:
        raise ImportFileError(FileFault.MALFORMED, "no flat objects in an array, or one on each line")
    names = tuple(dict.fromkeys(name for cells in objects for name in cells))
    if any(name.startswith("interactions.") for name in names):
        raise ImportFileError(FileFault.OPEN_PLATFORMS, "Open Platforms JSON needs a profile of its own")
    rows = tuple(tuple(cells.get(name, "") for name in names) for cells in objects)
    return Sample("json", "utf-8", ";", names, rows)


def _encoding(head: bytes) -> str:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError:
        # What Windows writes; the other encodings of one byte differ in characters that are rare in names.
        return "windows-1252"
    return "utf-8"


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    """Tell how many rows have as many cells as the header, and how many cells that is."""
    rows = _csv_rows(text, delimiter)
    width = len(rows[0]) if rows else 0
    return (sum(len(row) == width for row in rows) if width > 1 else 0, width)


def _csv_rows(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(row):
                rows.append(row)
            if len(rows) > SAMPLE_ROWS:
                break
    except csv.Error:
        return rows
    return rows


def _even(rows: list[list[str]], width: int) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row) for row in rows if len(row) == width)
