"""What an organisation commits to about one worker: nothing here is signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from standard.model.kinds import ClaimLevel, DisputeStatus, NameCheck, OccupationUri


@dataclass(frozen=True, slots=True)
class PersonName:
    """A worker's name as the organisation knows it."""

    full_name: str
    check: NameCheck


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last gig; `current` when the worker is still active."""

    start_date: date
    end_date: date
    current: bool


@dataclass(frozen=True, slots=True)
class Dispute:
    """An organisation's mark that the worker disputes a record, and since when."""

    status: DisputeStatus
    disputed_on: date


@dataclass(frozen=True, slots=True)
class Engagement:
    """All gigs of one kind of work at one organisation.

    `category` is the organisation's own wording; `occupation` is an ESCO URI or None when unmapped.
    """

    category: str
    occupation: OccupationUri | None
    gig_count: int
    worked_minutes: int
    client_count: int
    repeat_client_count: int
    first_date: date
    last_date: date
    dispute: Dispute | None = None


@dataclass(frozen=True, slots=True)
class Achievement:
    """A badge or an assessment that the organisation awarded."""

    name: str
    language: str
    awarded_on: date


@dataclass(frozen=True, slots=True)
class RatingBin:
    """How often one value was given."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Rating:
    """The mean of the marks for one kind of work and one dimension, on the platform's own scale.

    `value`, `best` and `worst` are decimal strings: floats change form between libraries.
    """

    category: str
    occupation: OccupationUri | None
    dimension: str
    value: str
    best: str
    worst: str
    count: int
    first_date: date
    last_date: date
    distribution: tuple[RatingBin, ...]
    dispute: Dispute | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What one client wrote. No reviewer is named; the date is reduced to its month (`2026-08`)."""

    category: str
    occupation: OccupationUri | None
    month: str
    text: str
    language: str
    rating: str | None
    best: str | None
    worst: str | None
    client_kind: str | None
    transaction_bound: bool
    dispute: Dispute | None = None


@dataclass(frozen=True, slots=True)
class WorkTotals:
    """What the whole statement holds, always disclosed, so that an omission can be seen."""

    occupation_count: int
    gig_count: int
    worked_minutes: int
    achievement_count: int


@dataclass(frozen=True, slots=True)
class RatingTotals:
    """What the whole statement holds: rating lines, single marks, and reviews with a text."""

    rating_line_count: int
    rating_count: int
    review_count: int


@dataclass(frozen=True, slots=True)
class WorkHistory:
    """A platform's statement about what one worker did, as of one date."""

    as_of: date
    claim_level: ClaimLevel
    period: Period
    engagements: tuple[Engagement, ...]
    achievements: tuple[Achievement, ...]
    totals: WorkTotals
    name: PersonName | None


@dataclass(frozen=True, slots=True)
class RatingHistory:
    """A platform's statement about how one worker was rated, as of one date."""

    as_of: date
    ratings: tuple[Rating, ...]
    reviews: tuple[Review, ...]
    totals: RatingTotals
    name: PersonName | None


Statement = WorkHistory | RatingHistory
