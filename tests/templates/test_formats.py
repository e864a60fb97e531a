"""Numbers, dates and hours read as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from templates.formats import Formats, whole_hours

DUTCH, ENGLISH = Formats("nl"), Formats("en")


def test_separators_follow_the_language() -> None:
    assert DUTCH.number(3189) == "3.189"
    assert ENGLISH.number(3189) == "3,189"
    assert DUTCH.number("4.72") == "4,72"


def test_rounding_drops_zeros_that_say_nothing() -> None:
    assert DUTCH.rounded("4.72", 1) == "4,7"
    assert DUTCH.rounded("4.95", 1) == "5"
    assert DUTCH.rounded("9.04", 1) == "9"
    assert DUTCH.rounded("1234.5", 0) == "1.235"


@given(st.decimals(min_value=-(10**6), max_value=10**6, places=3))
def test_rounding_moves_a_value_by_half_a_place_at_most(value: Decimal) -> None:
    text = ENGLISH.rounded(str(value), 1).replace(",", "")
    assert abs(Decimal(text) - value) <= Decimal("0.05")


def test_dates_are_written_out() -> None:
    assert DUTCH.date(date(2026, 11, 22)) == "22 november 2026"
    assert ENGLISH.date("2026-11-22") == "22 November 2026"
    assert DUTCH.month("2026-08") == "augustus 2026"
    assert DUTCH.moment(datetime(2026, 11, 22, 14, 5, tzinfo=UTC)) == "22 november 2026 14:05"


def test_hours_are_whole_and_carry_their_unit() -> None:
    assert DUTCH.hours(62160) == "1.036 uur"
    assert ENGLISH.hours(60) == "1 hour"
    assert whole_hours(89) == 1
    assert whole_hours(90) == 2
