"""The registry of short codes: what stands for a name check, a rating scale, a day and a month.

A code is never reused and never changes its meaning. Occupations have theirs in `taxonomy/`.
`docs/compact-form.md` lists them all.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from standard.compact import cbor
from standard.errors import CompactError
from standard.model import NameCheck

NAME_CHECKS: Final = (NameCheck.NONE, NameCheck.BANK, NameCheck.IDENTITY_DOCUMENT)
"""A name check's code is its place here."""

SCALES: Final = (
    ("1", "5"),
    ("1", "10"),
    ("0", "1"),
    ("0", "5"),
    ("0", "10"),
    ("0", "100"),
    ("1", "3"),
    ("1", "4"),
    ("1", "6"),
    ("1", "7"),
)
"""Worst and best of the common scales; a scale's code is its place here."""

_DAY_ZERO: Final = date(1970, 1, 1)
_LAST_DAY: Final = (date(9999, 12, 31) - _DAY_ZERO).days
_MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
_DECIMAL: Final = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,2})?", re.ASCII)
_LIMIT_CHARACTERS: Final = 20


def encode_day(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _DAY_ZERO).days


def decode_day(value: object) -> date:
    """Read days since 1970-01-01."""
    return _DAY_ZERO + timedelta(days=cbor.number(value, most=_LAST_DAY))


def encode_month(month: str) -> int:
    """Months since January of the year 0, from `2021-03`."""
    match = _MONTH.fullmatch(month)
    if match is None:
        raise CompactError("not a month")
    return 12 * int(match[1]) + int(match[2]) - 1


def decode_month(months: int) -> str:
    """Read months since January of the year 0."""
    if not 0 <= months < 12 * 10_000:
        raise CompactError("a month out of range")
    return f"{months // 12:04}-{months % 12 + 1:02}"


def encode_hundredths(value: str) -> int:
    """A decimal with at most two digits after the point, in hundredths."""
    if not _DECIMAL.fullmatch(value):
        raise CompactError("not a decimal with at most two digits after the point")
    return int(Decimal(value) * 100)


def decode_hundredths(value: object) -> str:
    """Read hundredths; zeros after the point are left out."""
    whole = cbor.number(value, least=-(10**11), most=10**11)
    text = f"{abs(whole) // 100}.{abs(whole) % 100:02}".rstrip("0").rstrip(".")
    return f"-{text}" if whole < 0 else text


def encode_scale(worst: str, best: str) -> int | list[str]:
    """A scale's code, or worst and best themselves where it has none."""
    return SCALES.index((worst, best)) if (worst, best) in SCALES else [worst, best]


def decode_scale(value: Any) -> tuple[str, str]:
    """Read a scale as worst and best."""
    if isinstance(value, int):
        return SCALES[cbor.number(value, most=len(SCALES) - 1)]
    worst, best = cbor.items(value, 2)
    return cbor.text(worst, most=_LIMIT_CHARACTERS), cbor.text(best, most=_LIMIT_CHARACTERS)
