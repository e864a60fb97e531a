from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard.errors import DataModelError
from standard.timestamps import day_start, read_date, read_moment, read_month, write_moment


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_is_written_to_the_second_and_read_back(moment: datetime) -> None:
    assert read_moment(write_moment(moment)) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T08:30:00Z", datetime(2026, 11, 22, 8, 30, tzinfo=UTC)),
        ("2026-11-22T08:30:00.5+01:00", datetime(2026, 11, 22, 7, 30, 0, 500000, tzinfo=UTC)),
        ("2026-11-22T08:30:00.123456789-14:00", datetime(2026, 11, 22, 22, 30, 0, 123456, tzinfo=UTC)),
        ("4023-01-01T00:00:00Z", datetime(4023, 1, 1, tzinfo=UTC)),
        ("2026-12-31T24:00:00Z", datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_any_offset_and_fraction_is_understood(text: str, moment: datetime) -> None:
    assert read_moment(text) == moment


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-22", "2026-11-22T08:30:00", "2026-11-22 08:30:00Z", "2026-02-29T00:00:00Z",
     "2026-11-22T08:30:60Z", "2026-11-22T24:00:01Z", "2026-11-22T08:30:00+15:00", "2026-11-22T08:30:00+01:60",
     "Sun, 22 Nov 2026 08:30:00 GMT", "2026-11-22T08:30:00Z\n", "２０２６-11-22T08:30:00Z",
     "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(DataModelError):
        read_moment(text)


def test_a_day_begins_in_utc() -> None:
    amsterdam = timezone(timedelta(hours=1))
    assert day_start(datetime(2026, 11, 22, 0, 30, tzinfo=amsterdam)) == datetime(2026, 11, 21, tzinfo=UTC)


def test_a_moment_without_time_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="time zone"):
        write_moment(datetime(2026, 11, 22))  # noqa: DTZ001


@pytest.mark.parametrize("text", ["2026-02-30", "20261122", "2026-W47-7", "2026-11-2", "2026-11-22\n"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(DataModelError):
        read_date(text)


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-8", "2026-08-01", "2026-08\n"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(DataModelError):
        read_month(text)
