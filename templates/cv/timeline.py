"""The axis of years and the bars on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from templates.cv.model import Bar, Tick

_MOST_YEARS_NAMED = 6
_SHORTEST_BAR = 0.02


@dataclass(frozen=True, slots=True)
class Stretch:
    """From the first to the last day, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Axis:
    """Whole years, from the first day of the first to the first day after the last."""

    first_year: int
    last_year: int

    def bar(self, stretch: Stretch) -> Bar:
        """Place a stretch on the axis; a single day stays visible."""
        start = self._position(stretch.first)
        end = self._position(stretch.last + timedelta(days=1))
        start = min(start, 1 - _SHORTEST_BAR)
        return Bar(round(start, 4), round(max(end, start + _SHORTEST_BAR), 4))

    def ticks(self) -> tuple[Tick, ...]:
        """Name as many years as can be read, at even distances."""
        step = -(-(self.last_year - self.first_year + 1) // _MOST_YEARS_NAMED)
        years = range(self.first_year, self.last_year + 1, step)
        return tuple(Tick(round(self._position(date(year, 1, 1)), 4), str(year)) for year in years)

    def _position(self, day: date) -> float:
        """Measure how far along the axis a day lies."""
        start = date(self.first_year, 1, 1)
        whole = date(self.last_year, 12, 31) - start + timedelta(days=1)
        return (day - start) / whole


def axis(stretches: Sequence[Stretch]) -> Axis:
    """Lay an axis under all stretches."""
    return Axis(min(item.first.year for item in stretches), max(item.last.year for item in stretches))


def months(first: str, last: str) -> Stretch:
    """Stretch from the first day of one month to the last day of another, both as `2021-03`."""
    after = date.fromisoformat(f"{last}-28") + timedelta(days=4)
    return Stretch(date.fromisoformat(f"{first}-01"), after.replace(day=1) - timedelta(days=1))
