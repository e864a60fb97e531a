"""Turns the text of one cell into a value, or says what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from issuer.imports.records import Reason
from standard.citizen_number import holds_citizen_number

SHORT_TEXT = 200
LONG_TEXT = 4_000
MINUTES_A_DAY = 24 * 60
EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_HOURS_AND_MINUTES = re.compile(r"([0-9]{1,4}):([0-5][0-9])")


class CellError(Exception):
    """One cell that cannot be read; `reason` and the message become a `RowError`."""

    def __init__(self, reason: Reason, message: str) -> None:
        """Keep the reason beside the message."""
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Span:
    """When a gig was, and for how long somebody worked."""

    first_date: date
    last_date: date
    worked_minutes: int


def required(cell: str, limit: int = SHORT_TEXT) -> str:
    """Read a text that must be there."""
    plain = text(cell, limit)
    if not plain:
        raise CellError(Reason.MISSING, "this cell is empty")
    return plain


def text(cell: str, limit: int = SHORT_TEXT) -> str:
    """Read a text as it stands: a formula or HTML is only text.

    Spaces around it go and line ends become `\\n`; characters that no page can show are refused.
    """
    plain = cell.strip()
    if plain.isascii() and plain.isprintable() and len(plain) <= limit:
        return plain
    plain = unicodedata.normalize("NFC", plain.replace("\r\n", "\n").replace("\r", "\n"))
    if len(plain) > limit:
        raise CellError(Reason.TOO_LONG, f"longer than {limit} characters")
    if _UNPRINTABLE.search(plain):
        raise CellError(Reason.UNDECODABLE, "holds a control character")
    return plain


def free_text(cell: str, limit: int = SHORT_TEXT) -> str:
    """Read a text that may be signed or shown, and in which nobody's citizen number may stand."""
    plain = text(cell, limit)
    if holds_citizen_number(plain):
        raise CellError(Reason.CITIZEN_NUMBER, "holds a number that may be a citizen service number")
    return plain


def is_harmless(text: str) -> bool:
    """Tell at a glance that nothing in a text can be refused, however many cells it was joined from."""
    return text.isprintable() and not holds_citizen_number(text)


def number(cell: str, decimal_sign: str, reason: Reason) -> Decimal:
    """Read a decimal number without thousands separators."""
    if not re.fullmatch(rf"-?[0-9]{{1,9}}({re.escape(decimal_sign)}[0-9]{{1,6}})?", cell.strip()):
        raise CellError(reason, f"no number with {decimal_sign!r} as its decimal sign")
    return Decimal(cell.strip().replace(decimal_sign, "."))


def day(cell: str, pattern: str) -> date:
    """Read a date by a `strptime` pattern, or `iso`."""
    if not cell.strip():
        raise CellError(Reason.MISSING, "the date is missing")
    try:
        found = date.fromisoformat(cell.strip()) if pattern == "iso" else _strptime(cell, pattern).date()
    except (ValueError, OverflowError) as error:
        raise CellError(Reason.DATE, "no date of this format") from error
    return _plausible(found)


def clock(cell: str, pattern: str) -> time:
    """Read a time of the day by a `strptime` pattern."""
    if not cell.strip():
        raise CellError(Reason.MISSING, "the time is missing")
    try:
        return _strptime(cell, pattern).time()
    except (ValueError, OverflowError) as error:
        raise CellError(Reason.TIME, "no time of this format") from error


def moment(cell: str, pattern: str, zone: ZoneInfo) -> datetime:
    """Read a moment by a `strptime` pattern, or `iso`; `zone` counts where it names no offset."""
    if not cell.strip():
        raise CellError(Reason.MISSING, "the moment is missing")
    try:
        found = datetime.fromisoformat(cell.strip()) if pattern == "iso" else _strptime(cell, pattern)
        aware = found if found.tzinfo else found.replace(tzinfo=zone)
        _plausible(aware.date())
        return aware.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise CellError(Reason.DATE, "no moment of this format") from error


def duration_minutes(cell: str, unit: str, decimal_sign: str) -> int:
    """Read a length of time, rounded half-even to whole minutes."""
    if not cell.strip():
        raise CellError(Reason.MISSING, "the hours are missing")
    if unit == "h:mm":
        found = _HOURS_AND_MINUTES.fullmatch(cell.strip())
        if not found:
            raise CellError(Reason.HOURS, "no hours of this format")
        return int(found[1]) * 60 + int(found[2])
    per_minute = {"hours": Decimal(60), "minutes": Decimal(1), "seconds": 1 / Decimal(60)}[unit]
    minutes = round(number(cell, decimal_sign, Reason.HOURS) * per_minute)
    if minutes < 0:
        raise CellError(Reason.HOURS, "fewer than no hours")
    return minutes


def span(first: date, last: date, minutes: int) -> Span:
    """Refuse hours that nobody can work: fewer than none, or more than a day has."""
    if last < first:
        raise CellError(Reason.HOURS, "ends before it starts")
    if minutes < 0:
        raise CellError(Reason.HOURS, "fewer than no hours")
    if minutes > MINUTES_A_DAY * ((last - first).days + 1):
        raise CellError(Reason.HOURS, "more than 24 hours a day")
    return Span(first, last, minutes)


def span_between(start: datetime, end: datetime, zone: ZoneInfo, minutes: int | None = None) -> Span:
    """Give the local dates of two moments; all time in between was worked unless `minutes` tells."""
    if end < start:
        raise CellError(Reason.HOURS, "ends before it starts")
    if minutes is None:
        minutes = round((end - start) / timedelta(minutes=1))
    return span(start.astimezone(zone).date(), end.astimezone(zone).date(), minutes)


def mark(value: Decimal, best: Decimal, worst: Decimal) -> Decimal:
    """Refuse a mark outside its scale."""
    if not worst <= value <= best:
        raise CellError(Reason.RATING, "outside the scale of this rating")
    return value


def language(cell: str) -> str:
    """Read a language tag such as `nl`."""
    tag = cell.strip().lower()
    if not _LANGUAGE.fullmatch(tag):
        raise CellError(Reason.LANGUAGE, "no language tag such as nl")
    return tag


def _strptime(cell: str, pattern: str) -> datetime:
    return datetime.strptime(cell.strip(), pattern)  # noqa: DTZ007 - the caller knows the zone


def _plausible(found: date) -> date:
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise CellError(Reason.DATE, f"a date outside {EARLIEST_YEAR} to {LATEST_YEAR}")
    return found
