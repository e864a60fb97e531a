"""What fits on paper: the statement of the compact form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from standard.model.kinds import OccupationUri
from standard.model.statements import PersonName


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One line of the compact form: hours are whole, dates are months (`2021-03`).

    Either `occupation` is set (its code is in the table) or `category` is.
    """

    occupation: OccupationUri | None
    category: str | None
    gig_count: int
    worked_hours: int
    first_month: str
    last_month: str
    rating_value: str | None
    rating_best: str | None
    rating_worst: str | None
    rating_count: int


@dataclass(frozen=True, slots=True)
class PaperTotals:
    """Totals of one organisation's compact statement, always disclosed."""

    line_count: int
    gig_count: int
    worked_hours: int
    rating_count: int
    review_count: int


@dataclass(frozen=True, slots=True)
class PaperStatement:
    """One organisation's compact statement, before signing: every line can be shown alone."""

    as_of: date
    lines: tuple[PaperLine, ...]
    totals: PaperTotals
    name: PersonName | None
