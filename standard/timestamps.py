"""Moments as the standard writes them: an `xsd:dateTimeStamp`, in UTC and to the second when ours."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

from standard.errors import DataModelError

_DATE_TIME_STAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", re.ASCII
)
_OUR_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])", re.ASCII)


def write_moment(moment: datetime) -> str:
    """Write an aware moment in UTC, such as `2026-11-22T08:30:00Z`; fractions are cut off."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def day_start(moment: datetime) -> datetime:
    """Round down to the day in UTC, so that copies signed together cannot be linked by the second."""
    return datetime.combine(moment.astimezone(UTC).date(), time(), tzinfo=UTC)


def read_moment(text: str) -> datetime:
    """Read an `xsd:dateTimeStamp`; any offset and any fraction, to the microsecond.

    Raises:
        DataModelError: it is not one, or no calendar has it.
    """
    if _OUR_MOMENT.fullmatch(text):
        # Ours need no arithmetic; what no calendar has is looked at again below.
        with suppress(ValueError):
            return datetime.fromisoformat(text)
    match = _DATE_TIME_STAMP.fullmatch(text)
    if match is None:
        raise DataModelError("not a date and time with its offset")
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    # 24:00:00 is the first moment of the next day; a fraction would be after it.
    is_midnight = (hour, minute, second) == (24, 0, 0) and not (match[7] or "").strip("0")
    try:
        moment = datetime(year, month, day, 0 if is_midnight else hour, minute, second, tzinfo=UTC)
        moment += timedelta(days=is_midnight, microseconds=int(f"{match[7] or ''}000000"[:6]))
        return moment - _offset(match[8])
    except (ValueError, OverflowError) as error:
        raise DataModelError("not a moment of the calendar") from error


def read_date(text: str) -> date:
    """Read `yyyy-mm-dd`.

    Raises:
        DataModelError: it is not a date.
    """
    if not _DATE.fullmatch(text):
        raise DataModelError("not a date (yyyy-mm-dd)")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DataModelError("not a date of the calendar") from error


def read_month(text: str) -> str:
    """Check `yyyy-mm`.

    Raises:
        DataModelError: it is not a month.
    """
    if not _MONTH.fullmatch(text):
        raise DataModelError("not a month (yyyy-mm)")
    return text


def _offset(text: str) -> timedelta:
    if text == "Z":
        return timedelta()
    hours, minutes = int(text[1:3]), int(text[4:6])
    if minutes > 59 or hours * 60 + minutes > 14 * 60:
        raise ValueError("offset out of range")
    return timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1)
