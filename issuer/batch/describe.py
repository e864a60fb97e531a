"""Sums up what an export says into one statement per worker: pure, and the same for the same records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from issuer.imports.records import AchievementRecord, GigRecord, Mark, Record, Worker
from standard.model import (
    Achievement,
    ClaimLevel,
    Engagement,
    NameCheck,
    OccupationUri,
    Period,
    PersonName,
    Rating,
    RatingBin,
    RatingHistory,
    RatingTotals,
    Review,
    WorkHistory,
    WorkTotals,
)

STILL_ACTIVE = timedelta(days=92)
"""A worker counts as active for a quarter of a year after the last gig."""


@dataclass(frozen=True, slots=True)
class WorkerStatements:
    """What one organisation can state about one worker; `ratings` is None when nobody rated."""

    worker: Worker
    work_history: WorkHistory
    ratings: RatingHistory | None


def statements(
    records: Iterable[Record], *, as_of: date, name_check: NameCheck
) -> Mapping[str, WorkerStatements]:
    """Sum records up per worker.

    What was cancelled or retracted counts for nothing. A worker without a single worked gig has no
    statement. When an export spells a name in several ways, the spelling of the latest gig counts.

    Args:
        records: the good records of one organisation, in any order.
        as_of: the day of which the statements speak; usually the day of the export.
        name_check: how the organisation checked its workers' names.

    Returns:
        Statements by the organisation's key for the worker, in the order of the keys.
    """
    ledgers: dict[str, _Ledger] = {}
    for record in records:
        if isinstance(record, (GigRecord, AchievementRecord)):
            ledgers.setdefault(record.worker.key, _Ledger()).add(record)
    return {
        key: _describe(ledger, as_of, name_check) for key, ledger in sorted(ledgers.items()) if ledger.gigs
    }


def mean(total: Decimal, count: int) -> str:
    """Give the arithmetic mean, rounded half-even to two decimals, without trailing zeros."""
    return decimal_string(Decimal(round(Fraction(total) / count * 100)) / 100)


def decimal_string(value: Decimal) -> str:
    """Write a decimal without exponent, without trailing zeros, and nothing as `0`."""
    text = f"{value or Decimal(0):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(slots=True)
class _Ledger:
    """The records of one worker, in the order of the export."""

    gigs: list[GigRecord] = field(default_factory=list)
    achievements: list[AchievementRecord] = field(default_factory=list)

    def add(self, record: GigRecord | AchievementRecord) -> None:
        if isinstance(record, GigRecord):
            self.gigs.append(record)
        else:
            self.achievements.append(record)


def _describe(ledger: _Ledger, as_of: date, name_check: NameCheck) -> WorkerStatements:
    gigs = sorted(ledger.gigs, key=lambda gig: (gig.last_date, gig.first_date, gig.key))
    worker = gigs[-1].worker
    name = PersonName(worker.name, name_check)
    kinds = _by_kind(gigs)
    return WorkerStatements(
        worker=worker,
        work_history=_work_history(gigs, kinds, ledger.achievements, as_of, name),
        ratings=_rating_history(gigs, kinds, as_of, name),
    )


def _by_kind(gigs: list[GigRecord]) -> list[list[GigRecord]]:
    """Group gigs by kind of work: the kind with most gigs first, then by the platform's word."""
    kinds: dict[tuple[str, OccupationUri | None], list[GigRecord]] = {}
    for gig in gigs:
        kinds.setdefault((gig.category, gig.occupation), []).append(gig)
    return sorted(kinds.values(), key=lambda kind: (-len(kind), kind[0].category, kind[0].occupation or ""))


def _work_history(
    gigs: list[GigRecord],
    kinds: list[list[GigRecord]],
    awarded: list[AchievementRecord],
    as_of: date,
    name: PersonName,
) -> WorkHistory:
    last_date = max(gig.last_date for gig in gigs)
    achievements = tuple(
        Achievement(record.name, record.language, record.awarded_on)
        for record in sorted(awarded, key=lambda record: (record.awarded_on, record.name, record.key))
    )
    return WorkHistory(
        as_of=as_of,
        claim_level=ClaimLevel.AGGREGATED,
        period=Period(
            start_date=min(gig.first_date for gig in gigs),
            end_date=last_date,
            current=as_of - last_date <= STILL_ACTIVE,
        ),
        engagements=tuple(_engagement(kind) for kind in kinds),
        achievements=achievements,
        totals=WorkTotals(
            occupation_count=len(kinds),
            gig_count=len(gigs),
            worked_minutes=sum(gig.worked_minutes for gig in gigs),
            achievement_count=len(achievements),
        ),
        name=name,
    )


def _engagement(kind: list[GigRecord]) -> Engagement:
    clients = Counter(gig.client_key for gig in kind if gig.client_key is not None)
    return Engagement(
        category=kind[0].category,
        occupation=kind[0].occupation,
        gig_count=len(kind),
        worked_minutes=sum(gig.worked_minutes for gig in kind),
        client_count=len(clients),
        repeat_client_count=sum(1 for count in clients.values() if count >= 2),
        first_date=min(gig.first_date for gig in kind),
        last_date=max(gig.last_date for gig in kind),
    )


def _rating_history(
    gigs: list[GigRecord], kinds: list[list[GigRecord]], as_of: date, name: PersonName
) -> RatingHistory | None:
    ratings = tuple(rating for kind in kinds for rating in _ratings(kind))
    reviews = tuple(_reviews(gigs))
    if not ratings and not reviews:
        return None
    return RatingHistory(
        as_of=as_of,
        ratings=ratings,
        reviews=reviews,
        totals=RatingTotals(
            rating_line_count=len(ratings),
            rating_count=sum(rating.count for rating in ratings),
            review_count=len(reviews),
        ),
        name=name,
    )


def _ratings(kind: list[GigRecord]) -> Iterator[Rating]:
    """Give one line per dimension and scale, the overall one first: scales are never mixed."""
    lines: dict[tuple[str, Decimal, Decimal], list[tuple[GigRecord, Mark]]] = {}
    for gig in kind:
        for mark in gig.marks:
            lines.setdefault((mark.dimension, mark.best, mark.worst), []).append((gig, mark))
    for dimension, best, worst in sorted(lines, key=lambda line: (line[0] != "overall", *line)):
        given = lines[dimension, best, worst]
        counts = Counter(mark.value for _, mark in given)
        yield Rating(
            category=kind[0].category,
            occupation=kind[0].occupation,
            dimension=dimension,
            value=mean(sum((mark.value for _, mark in given), Decimal(0)), len(given)),
            best=decimal_string(best),
            worst=decimal_string(worst),
            count=len(given),
            first_date=min(gig.first_date for gig, _ in given),
            last_date=max(gig.last_date for gig, _ in given),
            distribution=tuple(
                RatingBin(decimal_string(value), counts[value]) for value in sorted(counts, reverse=True)
            ),
        )


def _reviews(gigs: list[GigRecord]) -> Iterator[Review]:
    """Give every review, the newest first."""
    for gig in reversed(gigs):
        if gig.review is None:
            continue
        mark = _overall(gig)
        yield Review(
            category=gig.category,
            occupation=gig.occupation,
            month=f"{gig.last_date:%Y-%m}",
            text=gig.review.text,
            language=gig.review.language,
            rating=decimal_string(mark.value) if mark else None,
            best=decimal_string(mark.best) if mark else None,
            worst=decimal_string(mark.worst) if mark else None,
            client_kind=gig.client_kind,
            transaction_bound=gig.review.transaction_bound,
        )


def _overall(gig: GigRecord) -> Mark | None:
    """Pick the mark to show beside a review: the overall one, and no other dimension."""
    return next((mark for mark in gig.marks if mark.dimension == "overall"), None)
