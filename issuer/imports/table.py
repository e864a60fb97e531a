"""What CSV and JSON have in common: a header, and rows of cells under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from issuer.imports.errors import FileFault, ImportFileError
from issuer.imports.records import Reason

MOST_COLUMNS = 1_000
_COLUMNS_SHOWN = 40
_NAME_SHOWN = 60


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is not even cells."""

    number: int
    reason: Reason
    message: str


@dataclass(slots=True)
class Row:
    """One row of cells; the header of a CSV file is row 1, as in a spreadsheet."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """The names of the columns, and the rows as they come in."""

    header: tuple[str, ...]
    rows: Iterator[Row | BadRow]


def check_header(header: tuple[str, ...], required: tuple[str, ...]) -> None:
    """Refuse a header that a profile cannot be applied to.

    Raises:
        ImportFileError: there are too many columns, or a required one is missing or comes twice.
    """
    if len(header) > MOST_COLUMNS:
        raise ImportFileError(
            FileFault.TOO_MANY_COLUMNS, f"{len(header)} columns; {MOST_COLUMNS} is the most"
        )
    if missing := tuple(name for name in required if name not in header):
        found = tuple(_shown(name) for name in header[:_COLUMNS_SHOWN])
        message = f"missing columns: {', '.join(missing)}; found: {', '.join(found)}"
        raise ImportFileError(FileFault.MISSING_COLUMNS, message, missing=missing, found=found)
    if repeated := tuple(name for name in required if header.count(name) > 1):
        message = f"columns that occur twice: {', '.join(repeated)}"
        raise ImportFileError(FileFault.REPEATED_COLUMNS, message, found=repeated)


def _shown(name: str) -> str:
    return name[:_NAME_SHOWN].encode("utf-8", "replace").decode("utf-8")
