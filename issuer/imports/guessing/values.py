"""What the cells of a column look like: days, clocks, moments, numbers, scales."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

DATE_FORMATS: Final = (
    "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "iso", "%Y/%m/%d", "%m/%d/%Y", "%m-%d-%Y", "%d-%m-%y", "%d/%m/%y",
    "%Y%m%d",
)  # fmt: skip
CLOCK_FORMATS: Final = ("%H:%M", "%H:%M:%S", "%H.%M")
MOMENT_FORMATS: Final = (
    "iso", "%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d.%m.%Y %H:%M",
    "%m/%d/%Y %H:%M",
)  # fmt: skip
_OLDEST: Final = 1900
_MOST_A_DAY: Final = {"hours": 24, "minutes": 24 * 60, "seconds": 24 * 60 * 60}
_HOURS: Final = re.compile("[0-9]{1,4}:[0-5][0-9]")
_NUMBER: Final = re.compile(r"-?[0-9]+([.,][0-9]+)?")
_MOST_WRONG: Final = 20
"""One cell in so many may be a slip of the platform's, and then becomes a row error."""


def date_format(cells: Sequence[str], usual: str = "") -> str:
    """Find the format that fits the days of a column; empty when none does.

    Args:
        cells: what stands in the column.
        usual: the format to prefer; otherwise it is day before month where both fit.
    """
    formats = (usual, *DATE_FORMATS) if usual else DATE_FORMATS
    return _fitting([cell for cell in cells if len(cell) <= 10], formats)


def is_ambiguous(cells: Sequence[str], chosen: str) -> bool:
    """Tell whether another format with day and month the other way round fits as well."""
    turned = {"%d": "%m", "%m": "%d"}
    other = re.sub("%[dm]", lambda found: turned[found.group()], chosen)
    return other != chosen and chosen in DATE_FORMATS and _fits(cells, other)


def clock_format(cells: Sequence[str]) -> str:
    """Find the format of a column of clock times; empty when there is none."""
    return _fitting(cells, CLOCK_FORMATS)


def moment_format(cells: Sequence[str]) -> str:
    """Find the format of a column of days with a time; empty when there is none."""
    return _fitting([cell for cell in cells if len(cell) > 10], MOMENT_FORMATS)


def is_number(cells: Sequence[str]) -> bool:
    """Tell whether a column holds numbers."""
    right = sum(_NUMBER.fullmatch(cell) is not None for cell in cells)
    return bool(cells) and _enough(right, len(cells))


def is_length(cells: Sequence[str]) -> bool:
    """Tell whether a column holds lengths of time: numbers, or hours and minutes."""
    return is_number(cells) or (bool(cells) and all(_HOURS.fullmatch(cell) for cell in cells))


def decimal_sign(columns: Sequence[Sequence[str]], usual: str = "") -> str:
    """Tell what separates whole and part in the numbers of some columns; `usual` unless they contradict."""
    text = " ".join(cell for cells in columns for cell in cells if _NUMBER.fullmatch(cell))
    if usual and (usual in text or not {",", "."} & set(text)):
        return usual
    return "." if text.count(".") > text.count(",") else ","


def duration_unit(name: str, cells: Sequence[str], sign: str, usual: str = "") -> str:
    """Tell what a column of durations counts, by its name or by how long people can work in a day.

    Args:
        name: what the column is called.
        cells: what stands in it.
        sign: what separates whole and part.
        usual: the unit to prefer, unless nobody can work for so long.
    """
    if cells and all(_HOURS.fullmatch(cell) for cell in cells):
        return "h:mm"
    longest = max(_usual(numbers_of(cells, sign)), default=Decimal(0))
    if longest <= _MOST_A_DAY.get(usual, -1):
        return usual
    if "min" in name.casefold():
        return "minutes"
    return next((unit for unit, most in _MOST_A_DAY.items() if longest <= most), "seconds")


def scale(cells: Sequence[str], sign: str) -> tuple[str, str]:
    """Guess the worst and the best mark of a column's scale: a usual one that holds all of them."""
    numbers = numbers_of(cells, sign)
    usual = _usual(numbers)
    highest, lowest = max(usual, default=Decimal(5)), min(usual, default=Decimal(1))
    best = next((best for best in (1, 5, 10, 100) if highest <= best), int(highest) + 1)
    return ("1" if lowest >= 1 and best in (5, 10) else "0", str(best))


def numbers_of(cells: Sequence[str], sign: str) -> list[Decimal]:
    """Read the numbers of a column; what is written with another sign is left out."""
    other = "," if sign == "." else "."
    return [
        Decimal(cell.replace(sign, ".")) for cell in cells if _NUMBER.fullmatch(cell) and other not in cell
    ]


def _usual(numbers: Sequence[Decimal]) -> list[Decimal]:
    """Leave out the few highest numbers, which may be slips."""
    return sorted(numbers)[: len(numbers) - len(numbers) // _MOST_WRONG]


def _fitting(cells: Sequence[str], formats: Sequence[str]) -> str:
    return next((pattern for pattern in formats if _fits(cells, pattern)), "")


def _fits(cells: Sequence[str], pattern: str) -> bool:
    return bool(cells) and _enough(sum(_reads(cell, pattern) for cell in cells), len(cells))


def _enough(right: int, of: int) -> bool:
    return (of - right) * _MOST_WRONG <= of


def _reads(cell: str, pattern: str) -> bool:
    try:
        found = datetime.fromisoformat(cell) if pattern == "iso" else datetime.strptime(cell, pattern)  # noqa: DTZ007
    except ValueError:
        return False
    return "%Y" not in pattern or found.year > _OLDEST
