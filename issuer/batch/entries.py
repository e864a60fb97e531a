"""What an operator fills in to correct something by hand, read as the cells of an export are.

All fields are as typed. None leaves a field as it is; an empty mark or review is taken away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from issuer.errors import EntryError
from issuer.imports import AchievementRecord, GigRecord, NameRecord, Reason, Worker, cells
from issuer.imports.faults import Faults
from issuer.imports.records import Mark
from standard.model import OccupationUri

NO_FILE: Final = ""


@dataclass(frozen=True, slots=True)
class GigEntry:
    """What a gig was after all; `worked` is hours and minutes as `h:mm`, marks go by `mark_names`."""

    key: str
    day: str | None = None
    worked: str | None = None
    category: str | None = None
    marks: Mapping[str, str] = field(default_factory=dict)
    review: str | None = None


@dataclass(frozen=True, slots=True)
class AchievementEntry:
    """What was awarded after all, and when."""

    key: str
    name: str | None = None
    language: str | None = None
    awarded_on: str | None = None


@dataclass(frozen=True, slots=True)
class NameEntry:
    """What the worker is called after all."""

    name: str


@dataclass(frozen=True, slots=True)
class NoGig:
    """That a gig was none."""

    key: str


@dataclass(frozen=True, slots=True)
class NoAchievement:
    """That an achievement was none."""

    key: str


Entry = GigEntry | AchievementEntry | NameEntry | NoGig | NoAchievement


def mark_names(gig: GigRecord) -> list[str]:
    """Name each mark of a gig by what it is about; a second one about the same gets a number."""
    seen: Counter[str] = Counter()
    names = []
    for mark in gig.marks:
        seen[mark.dimension] += 1
        count = seen[mark.dimension]
        names.append(mark.dimension if count == 1 else f"{mark.dimension} {count}")
    return names


def read_gig(
    gig: GigRecord, entry: GigEntry, *, occupations: Mapping[str, OccupationUri | None], today: date
) -> GigRecord:
    """Write down what a gig was after all.

    Args:
        gig: as it is known.
        entry: what it was after all.
        occupations: the kinds of work that there are, and the occupation that each stands for.
        today: work after this day is refused.

    Raises:
        EntryError: everything that is wrong with the entry.
    """
    faults = Faults(NO_FILE, gig.row)
    span = faults.attempt("worked", _span, faults, gig, entry, today)
    category = gig.category if entry.category is None else entry.category
    if category not in occupations:
        faults.add("category", Reason.CATEGORY, "a category without a mapping")
    marks = tuple(_marks(faults, gig, entry.marks))
    review = gig.review
    if entry.review is not None:
        text = faults.attempt("review", _review, gig, entry.review)
        review = replace(review, text=text) if review and text else None
    if faults.found or span is None:
        raise EntryError(faults.found)
    return replace(
        gig,
        first_date=span.first_date,
        last_date=span.last_date,
        worked_minutes=span.worked_minutes,
        category=category,
        occupation=occupations[category],
        marks=marks,
        review=review,
    )


def read_achievement(
    achievement: AchievementRecord, entry: AchievementEntry, *, today: date
) -> AchievementRecord:
    """Write down what was awarded after all.

    Raises:
        EntryError: everything that is wrong with the entry.
    """
    faults = Faults(NO_FILE, achievement.row)

    def read(column: str, said: str | None, before: str, reader: Callable[[str], str]) -> str:
        return before if said is None else faults.attempt(column, reader, said) or before

    name = read("name", entry.name, achievement.name, _name)
    language = read("language", entry.language, achievement.language, cells.language)
    awarded_on = achievement.awarded_on
    if entry.awarded_on is not None:
        awarded_on = faults.attempt("awarded_on", _day, entry.awarded_on, today) or awarded_on
    if faults.found:
        raise EntryError(faults.found)
    return replace(achievement, name=name, language=language, awarded_on=awarded_on)


def read_name(worker: Worker, entry: NameEntry) -> NameRecord:
    """Write down what a worker is called after all; raises `EntryError`."""
    faults = Faults(NO_FILE, 0)
    name = faults.attempt("name", _name, entry.name)
    if name is None:
        raise EntryError(faults.found)
    return NameRecord(0, replace(worker, name=name))


def _span(faults: Faults, gig: GigRecord, entry: GigEntry, today: date) -> cells.Span | None:
    nights = gig.last_date - gig.first_date
    first = gig.first_date
    if entry.day is not None:
        day = faults.attempt("day", _day, entry.day, today - nights)
        if day is None:
            return None
        first = day
    minutes = gig.worked_minutes
    if entry.worked is not None:
        minutes = cells.duration_minutes(entry.worked, "h:mm", ",")
    return cells.span(first, first + nights, minutes)


def _marks(faults: Faults, gig: GigRecord, said: Mapping[str, str]) -> Iterator[Mark]:
    names = mark_names(gig)
    for name in said.keys() - set(names):
        faults.add(f"marks.{name}", Reason.RATING, "the gig has no such mark")
    for name, mark in zip(names, gig.marks, strict=True):
        if name not in said:
            yield mark
        elif said[name].strip() and (read := faults.attempt(f"marks.{name}", _mark, mark, said[name])):
            yield read


def _mark(before: Mark, said: str) -> Mark:
    value = cells.number(said.replace(".", ","), ",", Reason.RATING)
    return replace(before, value=cells.mark(value, before.best, before.worst))


def _review(gig: GigRecord, said: str) -> str:
    text = cells.free_text(said, cells.LONG_TEXT)
    if text and gig.review is None:
        raise cells.CellError(Reason.MALFORMED, "nobody reviewed this gig")
    return text


def _day(said: str, last: date) -> date:
    day = cells.day(said, "iso")
    if day > last:
        raise cells.CellError(Reason.FUTURE, "after today")
    return day


def _name(said: str) -> str:
    return cells.free_text(cells.required(" ".join(said.split())))
