"""The axis of years and the bars on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from templates.cv.model import Bar

_MOST_YEARS_NAMED = 6
_SHORTEST_BAR = 0.042


@dataclass(frozen=True, slots=True)
class Stretch:
    """From the first to the last day, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Axis:
    """Whole years in even steps, from the first day of the first to the first day after the last."""

    first_year: int
    step_years: int
    step_count: int

    def bar(self, stretch: Stretch) -> Bar:
        """Place a stretch on the axis; a single day stays visible."""
        start = min(self._position(stretch.first), 1 - _SHORTEST_BAR)
        end = max(self._position(stretch.last + timedelta(days=1)), start + _SHORTEST_BAR)
        return Bar(round(start, 4), round(end, 4))

    @property
    def years(self) -> tuple[str, ...]:
        """Name the year at the beginning of each step."""
        return tuple(str(self.first_year + step * self.step_years) for step in range(self.step_count))

    def _position(self, day: date) -> float:
        """Measure how far along the axis a day lies; every year is as wide as another."""
        start, after = date(day.year, 1, 1), date(day.year + 1, 1, 1)
        elapsed = day.year - self.first_year + (day - start) / (after - start)
        return elapsed / (self.step_years * self.step_count)


def axis(stretches: Sequence[Stretch]) -> Axis:
    """Lay an axis under all stretches, with no more years named than can be read."""
    first = min(item.first.year for item in stretches)
    years = max(item.last.year for item in stretches) - first + 1
    step = -(-years // _MOST_YEARS_NAMED)
    return Axis(first, step, -(-years // step))


def months(first: str, last: str) -> Stretch:
    """Stretch from the first day of one month to the last day of another, both as `2021-03`."""
    after = date.fromisoformat(f"{last}-28") + timedelta(days=4)
    return Stretch(date.fromisoformat(f"{first}-01"), after.replace(day=1) - timedelta(days=1))
