"""Reads a platform's CSV by its profile: every row becomes one record, or the faults found in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import BinaryIO
from zoneinfo import ZoneInfo

from issuer.imports import cells
from issuer.imports.bounded import Limits
from issuer.imports.csv_rows import BadRow, Row, rows, undecodable
from issuer.imports.faults import Faults
from issuer.imports.profile import ClockTime, CsvProfile, DurationTime, RatingMap, StampTime
from issuer.imports.records import CancelledGig, GigRecord, Mark, Reason, Record, ReviewText, RowError, Worker


def read_csv(
    stream: BinaryIO, profile: CsvProfile, *, file_name: str, limits: Limits
) -> Iterator[Record | RowError]:
    """Stream the records of one CSV file, and the faults of its bad rows.

    Raises:
        ImportFileError: the file is no export of this profile.
    """
    header: tuple[str, ...] = ()
    for row in rows(stream, profile.csv, profile.required_columns, limits):
        if isinstance(row, tuple):
            header = row
        elif isinstance(row, BadRow):
            yield RowError(file_name, row.number, None, row.reason, row.message)
        else:
            yield from _read_row(row, header, profile, file_name)


def _read_row(
    row: Row, header: tuple[str, ...], profile: CsvProfile, file_name: str
) -> list[RowError] | list[Record]:
    faults = Faults(file_name, row.number)
    if len(row.cells) != len(header):
        faults.add(None, Reason.COLUMN_COUNT, f"{len(row.cells)} cells under {len(header)} columns")
        return faults.found
    for column, cell in zip(header, row.cells, strict=True):
        if undecodable(cell):
            faults.add(column, Reason.UNDECODABLE, f"bytes that are not {profile.csv.encoding}")
        elif len(cell) > cells.LONG_TEXT:
            faults.add(column, Reason.TOO_LONG, f"longer than {cells.LONG_TEXT} characters")
    if faults.found:
        return faults.found
    record = _RowReader(row, header, profile, faults).record()
    return [record] if record and not faults.found else faults.found


class _RowReader:
    """Reads the cells of one row; what is wrong goes to `faults`."""

    def __init__(self, row: Row, header: tuple[str, ...], profile: CsvProfile, faults: Faults) -> None:
        empty = profile.csv.empty
        self._cells: Mapping[str, str] = {
            column: "" if cell.strip() in empty else cell
            for column, cell in zip(header, row.cells, strict=True)
        }
        self._row = row
        self._header = header
        self._profile = profile
        self._faults = faults

    def record(self) -> Record | None:
        """Give the row's record; None when there is none, and then the faults tell why."""
        worker = self._worker()
        key = self._joined(self._profile.columns.gig)
        if self._cancelled():
            return CancelledGig(self._row.number, worker, key) if worker and key else None
        category = self._required(self._profile.columns.category)
        if category and category not in self._profile.categories:
            self._faults.add(self._profile.columns.category, Reason.CATEGORY, "a category without a mapping")
        span = self._span()
        client_kind = self._optional(self._profile.columns.client_kind)
        marks = tuple(mark for rating in self._profile.rating if (mark := self._mark(rating)))
        review = self._review()
        client_key = self._key(self._profile.columns.client)
        self._look_into_other_columns()
        if self._faults.found or not (worker and key and category and span):
            return None
        return GigRecord(
            row=self._row.number,
            worker=worker,
            key=key,
            category=category,
            occupation=self._profile.categories[category],
            first_date=span.first_date,
            last_date=span.last_date,
            worked_minutes=span.worked_minutes,
            client_key=client_key,
            client_kind=client_kind,
            marks=marks,
            review=review,
        )

    def _worker(self) -> Worker | None:
        columns = self._profile.columns
        key = self._joined((columns.worker,))
        name = " ".join(filter(None, (self._optional(column) for column in columns.worker_name)))
        if not name and not self._faults.found:
            self._faults.add(columns.worker_name[0], Reason.MISSING, "the worker has no name")
        return Worker(key, name, self._key(columns.contact)) if key and name else None

    def _joined(self, columns: tuple[str, ...]) -> str | None:
        """Read a key, which may be spread over several columns."""
        parts = [self._faults.attempt(column, cells.required, self._cells[column]) for column in columns]
        return "|".join(part for part in parts if part is not None) if all(parts) else None

    def _key(self, column: str | None) -> str | None:
        """Read a cell that is never signed."""
        return self._faults.attempt(column, cells.text, self._cells[column]) or None if column else None

    def _required(self, column: str) -> str | None:
        if self._cells[column].strip():
            return self._faults.attempt(column, cells.free_text, self._cells[column])
        self._faults.add(column, Reason.MISSING, "this cell is empty")
        return None

    def _optional(self, column: str | None) -> str | None:
        return self._faults.attempt(column, cells.free_text, self._cells[column]) or None if column else None

    def _cancelled(self) -> bool:
        status = self._profile.status
        if status is None:
            return False
        said = self._cells[status.column].strip()
        if said not in status.cancelled and said not in status.done:
            self._faults.add(status.column, Reason.STATUS, "a status that the profile does not know")
        return said in status.cancelled

    def _span(self) -> cells.Span | None:
        time = self._profile.time
        match time:
            case ClockTime():
                return self._faults.attempt(time.end, self._clock_span, time)
            case DurationTime():
                return self._faults.attempt(time.duration, self._duration_span, time)
            case StampTime():
                return self._faults.attempt(time.end, self._stamp_span, time)

    def _clock_span(self, time: ClockTime) -> cells.Span | None:
        date = self._faults.attempt(time.date, cells.day, self._cells[time.date], time.date_format)
        start = self._faults.attempt(time.start, cells.clock, self._cells[time.start], time.clock_format)
        end = self._faults.attempt(time.end, cells.clock, self._cells[time.end], time.clock_format)
        pause = self._break(time.break_minutes)
        if date is None or start is None or end is None or pause is None:
            return None
        begun, ended = datetime.combine(date, start, UTC), datetime.combine(date, end, UTC)
        if ended < begun and time.overnight:
            ended += timedelta(days=1)
        if ended < begun:
            raise cells.CellError(Reason.HOURS, "ends before it starts")
        minutes = round((ended - begun) / timedelta(minutes=1)) - pause
        return cells.span(begun.date(), ended.date(), minutes)

    def _break(self, column: str | None) -> int | None:
        if column is None or not self._cells[column].strip():
            return 0
        return self._faults.attempt(
            column, cells.duration_minutes, self._cells[column], "minutes", self._profile.csv.decimal
        )

    def _duration_span(self, time: DurationTime) -> cells.Span | None:
        date = self._faults.attempt(time.date, cells.day, self._cells[time.date], time.date_format)
        minutes = cells.duration_minutes(self._cells[time.duration], time.unit, self._profile.csv.decimal)
        return cells.span(date, date, minutes) if date else None

    def _stamp_span(self, time: StampTime) -> cells.Span | None:
        zone = ZoneInfo(time.zone)
        start = self._faults.attempt(time.start, cells.moment, self._cells[time.start], time.format, zone)
        end = cells.moment(self._cells[time.end], time.format, zone)
        return cells.span_between(start, end, ZoneInfo(time.local_zone)) if start else None

    def _mark(self, rating: RatingMap) -> Mark | None:
        said = self._cells[rating.column].strip()
        if not said:
            return None
        value = self._faults.attempt(rating.column, self._mark_value, said, rating)
        return None if value is None else Mark(rating.dimension, value, rating.best, rating.worst)

    def _mark_value(self, said: str, rating: RatingMap) -> Decimal:
        if said in rating.words:
            return cells.mark(rating.words[said], rating.best, rating.worst)
        value = cells.number(said, self._profile.csv.decimal, Reason.RATING)
        return cells.mark(value, rating.best, rating.worst)

    def _review(self) -> ReviewText | None:
        review = self._profile.review
        if review is None or not self._cells[review.column].strip():
            return None
        text = self._faults.attempt(
            review.column, cells.free_text, self._cells[review.column], cells.LONG_TEXT
        )
        language: str | None = review.language
        if review.language_column and (said := self._cells[review.language_column].strip()):
            language = self._faults.attempt(review.language_column, cells.language, said)
        return ReviewText(text, language, review.transaction_bound) if text and language else None

    def _look_into_other_columns(self) -> None:
        """Refuse a citizen number in a column that nobody mapped: it says that the file holds more."""
        known = {*self._profile.required_columns, *self._profile.columns.exempt}
        for column, cell in zip(self._header, self._row.cells, strict=True):
            if column not in known:
                self._faults.attempt(column, cells.free_text, cell, cells.LONG_TEXT)
