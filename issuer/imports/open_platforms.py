"""Reads the Open Platforms JSON of JobTech: one document per worker, or an array of several.

The format says nothing about who the worker is; each document begins with a member of ours,
`"worker": {"id": …, "name": …, "contact": …}`, which its JSON Schema allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from issuer.imports import cells
from issuer.imports.bounded import Limits, Readable
from issuer.imports.faults import Faults
from issuer.imports.json_entries import Entry, Kind, entries
from issuer.imports.profile import OpenPlatformsProfile
from issuer.imports.records import (
    AchievementRecord,
    CancelledGig,
    GigRecord,
    Mark,
    Reason,
    Record,
    ReviewText,
    RowError,
    Worker,
)

_MOST = 100_000
_KEYS = frozenset({"id", "uri", "photoUri", "badgeIconUri", "start", "end", "timeStamp"})


def read_open_platforms(
    stream: Readable, profile: OpenPlatformsProfile, *, file_name: str, limits: Limits
) -> Iterator[Record | RowError]:
    """Stream the records of one file, and the faults of its bad entries; rows count entries from 1.

    Raises:
        ImportFileError: the file is no Open Platforms JSON.
    """
    row, user, worker = 0, -1, None
    for entry in entries(stream, limits):
        if entry.user != user:
            user, worker = entry.user, None
        if entry.kind is Kind.WORKER:
            worker = _worker(entry.document or {})
            continue
        row += 1
        faults = Faults(file_name, row)
        record = _read_entry(entry, row, worker, profile, faults)
        yield from [record] if record and not faults.found else faults.found


def _worker(document: Mapping[str, Any]) -> Worker | None:
    """Read who the worker is; None when it cannot be told, which is a fault of every entry below."""
    said = [document.get(name) for name in ("id", "name", "contact")]
    try:
        key, name = (cells.required(value) if isinstance(value, str) else "" for value in said[:2])
        contact = cells.text(said[2]) if isinstance(said[2], str) else None
        return Worker(key, cells.free_text(name), contact) if key and name else None
    except cells.CellError:
        return None


def _read_entry(
    entry: Entry, row: int, worker: Worker | None, profile: OpenPlatformsProfile, faults: Faults
) -> Record | None:
    if entry.document is None:
        faults.add(None, Reason.MALFORMED, "no JSON object of a reasonable size")
        return None
    if worker is None:
        faults.add("worker", Reason.MISSING, "no usable worker with id and name before this entry")
        return None
    reader = _EntryReader(entry.document, row, worker, profile, faults)
    return reader.gig() if entry.kind is Kind.INTERACTION else reader.achievement()


class _EntryReader:
    """Reads the members of one entry; what is wrong goes to `faults`."""

    def __init__(
        self,
        document: Mapping[str, Any],
        row: int,
        worker: Worker,
        profile: OpenPlatformsProfile,
        faults: Faults,
    ) -> None:
        self._document = document
        self._row = row
        self._worker = worker
        self._profile = profile
        self._faults = faults

    def gig(self) -> GigRecord | CancelledGig | None:
        key = self._required("id", cells.text)
        success = self._at("outcome.success")
        if not isinstance(success, bool):
            self._faults.add("outcome.success", Reason.STATUS, "not true or false")
        if success is False and self._profile.unsuccessful == "cancelled":
            return CancelledGig(self._row, self._worker, key) if key else None
        category = self._required("type", cells.free_text)
        if category and category not in self._profile.categories:
            self._faults.add("type", Reason.CATEGORY, "a category without a mapping")
        span = self._faults.attempt("period", self._span)
        marks = self._marks()
        review = self._review()
        client_key = self._optional("client.id", cells.text)
        self._look_for_citizen_numbers()
        if self._faults.found or not (key and category and span):
            return None
        return GigRecord(
            row=self._row,
            worker=self._worker,
            key=key,
            category=category,
            occupation=self._profile.categories[category],
            first_date=span.first_date,
            last_date=span.last_date,
            worked_minutes=span.worked_minutes,
            client_key=client_key,
            client_kind=None,
            marks=marks,
            review=review,
        )

    def achievement(self) -> AchievementRecord | None:
        key = self._required("id", cells.text)
        name = self._required("name", cells.free_text)
        zone = ZoneInfo(self._profile.local_zone)
        awarded = self._faults.attempt("timeStamp", cells.moment, self._string("timeStamp"), "iso", zone)
        if not (key and name and awarded):
            return None
        local = awarded.astimezone(zone).date()
        return AchievementRecord(self._row, self._worker, key, name, self._language(self._document), local)

    def _span(self) -> cells.Span | None:
        zone = ZoneInfo(self._profile.local_zone)
        started = self._string("period.start")
        end = self._faults.attempt("period.end", cells.moment, self._string("period.end"), "iso", zone)
        start = self._faults.attempt("period.start", cells.moment, started, "iso", zone) if started else end
        minutes = self._faults.attempt("additionalData.noOfHours", self._minutes)
        if start is None or end is None:
            return None
        if minutes is None and (not started or (end - start).days >= 1):
            raise cells.CellError(Reason.MISSING, "noOfHours is missing, and the period does not tell")
        return cells.span_between(start, end, zone, minutes)

    def _minutes(self) -> int | None:
        said = self._at("additionalData.noOfHours")
        if said is None:
            return None
        hours = _plain_number(said)
        if hours is None or hours < 0:
            raise cells.CellError(Reason.HOURS, "no number of hours")
        return round(hours * 60)

    def _marks(self) -> tuple[Mark, ...]:
        given = self._at("outcome.ratings")
        if given is None:
            return ()
        if not isinstance(given, list):
            self._faults.add("outcome.ratings", Reason.RATING, "no array")
            return ()
        marks = (self._faults.attempt("outcome.ratings", self._mark, rating) for rating in given)
        return tuple(mark for mark in marks if mark)

    def _mark(self, rating: object) -> Mark:
        if not isinstance(rating, dict):
            raise cells.CellError(Reason.RATING, "no object")
        value, best, worst = (_plain_number(rating.get(name)) for name in ("value", "max", "min"))
        dimension = rating.get("name") or "overall"
        if value is None or best is None or worst is None or best <= worst or not isinstance(dimension, str):
            raise cells.CellError(Reason.RATING, "no number on a scale")
        return Mark(cells.free_text(dimension), cells.mark(value, best, worst), best, worst)

    def _review(self) -> ReviewText | None:
        review = self._at("outcome.review")
        if not isinstance(review, dict):
            return None
        title, text = self._string("outcome.review.title").strip(), self._string("outcome.review.text")
        whole = f"{title}\n{text}" if title and text.strip() else title or text
        place = "outcome.review.text" if text.strip() else "outcome.review.title"
        plain = self._faults.attempt(place, cells.free_text, whole, cells.LONG_TEXT)
        language = self._language(review)
        return ReviewText(plain, language, self._profile.transaction_bound) if plain else None

    def _language(self, document: Mapping[str, Any]) -> str:
        """Read the member `language` of ours where it is there."""
        said = document.get("language")
        if said is None:
            return self._profile.language
        return self._faults.attempt("language", cells.language, said if isinstance(said, str) else "") or ""

    def _look_for_citizen_numbers(self) -> None:
        """Refuse a citizen number in any text of the entry that is not a key."""
        waiting: list[tuple[str, object]] = list(self._document.items())
        while waiting:
            place, found = waiting.pop()
            name = place.rpartition(".")[2]
            if isinstance(found, dict):
                waiting.extend((f"{place}.{member}", value) for member, value in found.items())
            elif isinstance(found, list):
                waiting.extend((place, value) for value in found)
            elif isinstance(found, str) and name not in _KEYS:
                self._faults.attempt(place, cells.free_text, found, cells.LONG_TEXT)

    def _required(self, path: str, read: Any) -> str | None:
        said = self._string(path)
        if not said.strip():
            self._faults.add(path, Reason.MISSING, "this member is missing")
            return None
        return self._faults.attempt(path, read, said)

    def _optional(self, path: str, read: Any) -> str | None:
        return self._faults.attempt(path, read, self._string(path)) or None

    def _string(self, path: str) -> str:
        """Give a text, or an empty one when there is none."""
        said = self._at(path)
        return said if isinstance(said, str) else ""

    def _at(self, path: str) -> object:
        found: object = self._document
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        return found


def _plain_number(value: object) -> Decimal | None:
    """Take a number of a reasonable size; JSON can write numbers that no memory holds."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not -_MOST <= value <= _MOST:
        return None
    return Decimal(value).quantize(Decimal("0.000001")).normalize()
