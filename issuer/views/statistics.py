"""What happened week by week, as plots that are drawn here and as the numbers behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from issuer.organisations import identity
from issuer.store import statistics as store
from issuer.tables import Organisation

WEEKS: Final = 26
PLOT_HEIGHT: Final = 132
"""In CSS pixels; widths are percentages, so that a plot fits its page and its words keep their size."""
TOP: Final = 24
BASELINE: Final = PLOT_HEIGHT - 24
LEAST_BAR: Final = 3
"""One of a thousand is still to be seen."""
BAR_SHARE: Final = 0.7
APART: Final = 5
"""Weeks between two labels that do not touch on a phone."""
NEAR_EDGE: Final = 3
"""A label over one of the outermost bars stands beside it, not half outside the plot."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The number of one week, and where it is drawn; `x`, `width` and `middle` are percentages."""

    week: date
    count: int
    x: float
    width: float
    middle: float
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Series:
    """What happened in each week."""

    name: str
    bars: Sequence[Bar]

    @property
    def total(self) -> int:
        """Everything together."""
        return sum(bar.count for bar in self.bars)

    @property
    def peak(self) -> Bar:
        """The latest of the highest weeks."""
        return max(self.bars, key=lambda bar: (bar.count, bar.week))

    @property
    def labelled(self) -> Sequence[Bar]:
        """The bars with their number: the highest, and the present week where there is room."""
        last = self.bars[-1]
        has_room = self.bars.index(self.peak) <= len(self.bars) - 1 - APART
        return [self.peak, last] if last.count and has_room else [self.peak]

    def anchor(self, bar: Bar) -> str:
        """Which side of a label stands at the middle of its bar."""
        place = self.bars.index(bar)
        if place < NEAR_EDGE:
            return "start"
        return "end" if place >= len(self.bars) - NEAR_EDGE else "middle"


@dataclass(frozen=True, slots=True)
class Statistics:
    """The series of one organisation over the same weeks."""

    weeks: Sequence[date]
    series: Sequence[Series]
    months: Sequence[tuple[float, date]]
    last_day: date

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened at all."""
        return not any(series.total for series in self.series)


def statistics(session: Session, organisation: Organisation, *, today: date, zone: ZoneInfo) -> Statistics:
    """Count claim links, copies and withdrawals in this week and the 25 before it.

    Args:
        session: a transaction.
        organisation: whose they are.
        today: the last day.
        zone: where weeks begin, on Monday at midnight.
    """
    weeks = last_weeks(today)
    bounds = [datetime.combine(day, time(), zone) for day in (*weeks, weeks[-1] + timedelta(weeks=1))]
    counted: dict[str, Callable[[Session, int, Sequence[datetime]], list[int]]] = {
        "offered": store.offers_made,
        "claimed": store.copies_signed,
        "revoked": store.statements_revoked,
    }
    series = [
        Series(name, bars(weeks, count(session, identity(organisation), bounds)))
        for name, count in counted.items()
    ]
    return Statistics(weeks, series, _months(weeks), today)


def last_weeks(today: date) -> list[date]:
    """The Mondays of the weeks shown, the oldest first."""
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=WEEKS - 1 - place) for place in range(WEEKS)]


def bars(weeks: Sequence[date], counts: Sequence[int]) -> list[Bar]:
    """Draw one number a week, as high as its share of the highest."""
    step = 100 / len(weeks)
    highest = max(*counts, 1)
    drawn = []
    for place, (week, count) in enumerate(zip(weeks, counts, strict=True)):
        height = max(round(count / highest * (BASELINE - TOP)), LEAST_BAR) if count else 0
        middle = (place + 0.5) * step
        drawn.append(
            Bar(
                week, count, x=round(middle - step * BAR_SHARE / 2, 2), width=round(step * BAR_SHARE, 2),
                middle=round(middle, 2), y=BASELINE - height, height=height,
            )
        )  # fmt: skip
    return drawn


def _months(weeks: Sequence[date]) -> list[tuple[float, date]]:
    """Where in the plot a month begins, so that its name has room after it."""
    step = 100 / len(weeks)
    begins = [
        (round(place * step, 2), week)
        for place, week in enumerate(weeks)
        if place and week.month != weeks[place - 1].month
    ]
    return [(x, week) for x, week in begins if x <= 100 - 2 * step]
