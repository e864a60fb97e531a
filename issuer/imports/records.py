"""What an export says, one row at a time, before anything is summed up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from standard.model import OccupationUri


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker as the organisation knows this person; `contact` is never part of a statement."""

    key: str
    name: str
    contact: str | None


@dataclass(frozen=True, slots=True)
class Mark:
    """One rating that one client gave, on the platform's own scale."""

    dimension: str
    value: Decimal
    best: Decimal
    worst: Decimal


@dataclass(frozen=True, slots=True)
class ReviewText:
    """What one client wrote; who wrote it has been left out."""

    text: str
    language: str
    transaction_bound: bool


@dataclass(frozen=True, slots=True)
class GigRecord:
    """One gig that was worked.

    `row` counts the rows of the file as a spreadsheet does, or the entries of a JSON file from 1.
    `key` is unique for the worker. `first_date` and `last_date` differ when the work went on past
    midnight. `client_key` is None where the platform tells no clients apart.
    """

    row: int
    worker: Worker
    key: str
    category: str
    occupation: OccupationUri | None
    first_date: date
    last_date: date
    worked_minutes: int
    client_key: str | None
    client_kind: str | None
    marks: tuple[Mark, ...]
    review: ReviewText | None

    @property
    def day(self) -> date:
        """The last day that it tells about."""
        return self.last_date


@dataclass(frozen=True, slots=True)
class CancelledGig:
    """One gig that was called off: counted in the summary, part of no statement."""

    row: int
    worker: Worker
    key: str

    @property
    def day(self) -> None:
        """Nobody asks when it would have been."""
        return None


@dataclass(frozen=True, slots=True)
class AchievementRecord:
    """A badge or an assessment that the organisation awarded."""

    row: int
    worker: Worker
    key: str
    name: str
    language: str
    awarded_on: date

    @property
    def day(self) -> date:
        """The last day that it tells about."""
        return self.awarded_on


@dataclass(frozen=True, slots=True)
class RetractedAchievement:
    """What was never awarded, as an operator says: it takes the place of the achievement."""

    row: int
    worker: Worker
    key: str

    @property
    def day(self) -> None:
        """Nobody asks when it would have been."""
        return None


@dataclass(frozen=True, slots=True)
class NameRecord:
    """What a worker is called after all, as an operator says: no export has such a record."""

    row: int
    worker: Worker

    @property
    def key(self) -> str:
        """A worker has one name."""
        return ""

    @property
    def day(self) -> None:
        """A name is of every day."""
        return None


Record = GigRecord | CancelledGig | AchievementRecord | RetractedAchievement | NameRecord


class Reason(StrEnum):
    """Why a row was refused; pages choose their words by it."""

    MISSING = "missing"
    DATE = "date"
    FUTURE = "future"
    TIME = "time"
    HOURS = "hours"
    CATEGORY = "category"
    STATUS = "status"
    RATING = "rating"
    LANGUAGE = "language"
    CITIZEN_NUMBER = "citizen-number"
    DUPLICATE = "duplicate"
    TOO_MANY = "too-many"
    COLUMN_COUNT = "column-count"
    UNDECODABLE = "undecodable"
    TOO_LONG = "too-long"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class RowError:
    """One fault in one row, by place and reason; the message never repeats what the cell holds.

    `column` is the column's name, or the place inside a JSON entry; None when the whole row is bad.
    """

    file: str
    row: int
    column: str | None
    reason: Reason
    message: str
