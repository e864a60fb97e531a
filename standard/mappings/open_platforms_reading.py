"""Open Platforms (JobTech), the way back: platform data as statements that nobody has signed.

Source: the JSON Schema `user-platform-data` of Open Platforms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

from standard.claims import parse_subject, statement_type, subject_claims
from standard.errors import DataModelError
from standard.mappings.foreign import Foreign
from standard.mappings.loss import LossReport, Mapped, Reason
from standard.model import (
    Achievement,
    ClaimLevel,
    Engagement,
    Period,
    Rating,
    RatingHistory,
    RatingTotals,
    Review,
    WorkHistory,
    WorkTotals,
)
from standard.strict_json import INTEGER_LIMIT

_LARGEST_MARK = 10**12
_LARGEST_HOURS = INTEGER_LIMIT // 60


@dataclass(frozen=True, slots=True)
class PlatformData:
    """What one document says; `ratings` is None when it holds neither a mark nor a review."""

    work_history: WorkHistory
    ratings: RatingHistory | None


def read_platform_data(document: Mapping[str, Any], *, as_of: date, language: str) -> Mapped[PlatformData]:
    """Read platform data, one gig at a time: the claim level is `full`.

    Losses are places in the document. Clients are counted, never kept. What was not a success is left
    out and named. An organisation reads its own exports with the importer, which also sums up.

    Args:
        document: the platform data of one person.
        as_of: the day of which it speaks.
        language: the language of texts that tell none.

    Raises:
        DataModelError: it is no JSON object, holds no gig that can be read, or sums up to more than
            a statement can say.
    """
    report = LossReport()
    root = Foreign.document(document, report)
    reader = _Reader(report, language)
    for interaction in root.objects("interactions"):
        reader.interaction(interaction)
    for achievement in root.objects("achievements"):
        reader.achievement(achievement)
    root.finish()
    data = reader.statements(as_of)
    for statement in (data.work_history, data.ratings):
        if statement is not None:
            # What comes in keeps the rules of the claims, as if it had been stated.
            parse_subject(statement_type(statement), subject_claims(statement, new_id=None))
    return report.mapped(data)


class _Reader:
    """Collects the lines of the statements to come."""

    def __init__(self, report: LossReport, language: str) -> None:
        self._report = report
        self._language = language
        self._engagements: list[Engagement] = []
        self._achievements: list[Achievement] = []
        self._ratings: list[Rating] = []
        self._reviews: list[Review] = []

    def statements(self, as_of: date) -> PlatformData:
        gigs = self._engagements
        if not gigs:
            raise DataModelError("interactions: none that can be read")
        last_date = max(gig.last_date for gig in gigs)
        work = WorkHistory(
            as_of=as_of,
            claim_level=ClaimLevel.FULL,
            period=Period(min(gig.first_date for gig in gigs), last_date, current=last_date >= as_of),
            engagements=tuple(gigs),
            achievements=tuple(self._achievements),
            totals=WorkTotals(
                occupation_count=len({gig.category for gig in gigs}),
                gig_count=len(gigs),
                worked_minutes=sum(gig.worked_minutes for gig in gigs),
                achievement_count=len(self._achievements),
            ),
            name=None,
        )
        if not self._ratings and not self._reviews:
            return PlatformData(work, None)
        totals = RatingTotals(len(self._ratings), len(self._ratings), len(self._reviews))
        return PlatformData(
            work, RatingHistory(as_of, tuple(self._ratings), tuple(self._reviews), totals, name=None)
        )

    def interaction(self, entry: Foreign) -> None:
        category, outcome, period = entry.text("type"), entry.object("outcome"), entry.object("period")
        spent = _spent(period.peek("start"), period.peek("end"))
        last_date = period.day("end")
        first_date = period.day("start") or last_date
        if outcome.flag("success") is False:
            entry.refuse(Reason.NOT_READ)
            return
        if category is None or first_date is None or last_date is None or last_date < first_date:
            entry.refuse()
            return
        self._engagements.append(
            Engagement(
                category,
                None,
                1,
                self._minutes(entry, spent),
                int("client" in entry),
                0,
                first_date,
                last_date,
            )
        )
        marks = [
            rating
            for mark in outcome.objects("ratings")
            if (rating := self._mark(mark, category, first_date, last_date))
        ]
        self._ratings += marks
        self._review(outcome, category, last_date, marks)
        entry.ignore("id")
        for read in (period, outcome, entry):
            read.finish()

    def achievement(self, entry: Foreign) -> None:
        name, awarded_on = entry.text("name"), entry.day("timeStamp")
        if name is None or awarded_on is None:
            entry.refuse()
            return
        self._achievements.append(Achievement(name, entry.language("language") or self._language, awarded_on))
        entry.ignore("id", "type")
        entry.finish()

    def _minutes(self, entry: Foreign, spent: timedelta | None) -> int:
        """Tell how long it took: by the hours that are given, else by a period of less than a day."""
        more = entry.object("additionalData")
        hours = more.number("noOfHours")
        more.finish()
        if hours is not None and isfinite(hours) and 0 <= hours < _LARGEST_HOURS:
            return round(hours * 60)
        if spent is not None and timedelta() < spent < timedelta(days=1):
            return round(spent.total_seconds() / 60)
        self._report.add(f"{entry.place}.additionalData.noOfHours", Reason.MALFORMED)
        return 0

    def _mark(self, entry: Foreign, category: str, first_date: date, last_date: date) -> Rating | None:
        value, worst, best = (_decimal(entry.number(name)) for name in ("value", "min", "max"))
        dimension = entry.text("name") or "overall"
        if value is None or worst is None or best is None or not worst <= value <= best or worst == best:
            entry.refuse()
            return None
        entry.finish()
        return Rating(
            category, None, dimension, _written(value), _written(best), _written(worst), 1,
            first_date, last_date, (),
        )  # fmt: skip

    def _review(self, outcome: Foreign, category: str, last_date: date, marks: list[Rating]) -> None:
        entry = outcome.object("review")
        text = "\n".join(part for part in (entry.text("title"), entry.text("text")) if part)
        language = entry.language("language") or self._language
        entry.finish()
        if text:
            mark = next((mark for mark in marks if mark.dimension == "overall"), None)
            self._reviews.append(
                Review(
                    category=category,
                    occupation=None,
                    month=f"{last_date:%Y-%m}",
                    text=text,
                    language=language,
                    rating=mark.value if mark else None,
                    best=mark.best if mark else None,
                    worst=mark.worst if mark else None,
                    client_kind=None,
                    transaction_bound=True,
                )
            )


def _spent(start: object, end: object) -> timedelta | None:
    """Tell the time between two moments; None when they are not both moments with an offset."""
    try:
        return datetime.fromisoformat(str(end)) - datetime.fromisoformat(str(start))
    except (ValueError, TypeError, OverflowError):
        return None


def _decimal(number: int | float | None) -> Decimal | None:
    """Take a number of a reasonable size, to six decimals."""
    if number is None or not isfinite(number) or not -_LARGEST_MARK < number < _LARGEST_MARK:
        return None
    return round(Decimal(repr(number)), 6)


def _written(value: Decimal) -> str:
    text = f"{value or Decimal(0):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
