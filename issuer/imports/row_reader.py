"""Reads the rows of a table by a profile: every row becomes one record, or the faults found in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from issuer.imports import cells
from issuer.imports.faults import Faults
from issuer.imports.profile import ClockTime, DurationTime, RatingMap, StampTime, TableProfile
from issuer.imports.records import CancelledGig, GigRecord, Mark, Reason, Record, ReviewText, RowError, Worker
from issuer.imports.remembered import MOST, Remembered
from issuer.imports.table import Row

_UNDECODED = re.compile("[\udc80-\udcff]")

T = TypeVar("T")


class RowReader:
    """Reads one row after the other of a table whose header is known.

    Cells that come again and again, such as days, marks and workers, are read once and remembered.
    """

    def __init__(self, header: tuple[str, ...], profile: TableProfile, file_name: str) -> None:
        """Find the profile's columns in the header."""
        self._header = header
        self._profile = profile
        self._file = file_name
        self._at = {name: index for index, name in enumerate(header)}
        known = {*profile.required_columns, *profile.columns.exempt}
        self._others = [index for index, name in enumerate(header) if name not in known]
        self._worker_columns = [self._at[name] for name in profile.columns.of_worker]
        self._workers: dict[tuple[str, ...], Worker] = {}
        self._free_texts = Remembered(cells.free_text)
        self._keys = Remembered(cells.text)
        self._marks = [_marks(rating, profile.decimal) for rating in profile.rating]
        self._span = self._span_reader()
        self._cells: Sequence[str] = ()
        self._faults = Faults(file_name, 0)

    def read(self, row: Row) -> Record | list[RowError]:
        """Give the row's record, or everything that is wrong with it."""
        self._faults = Faults(self._file, row.number)
        self._cells = row.cells
        self._look_at_every_cell()
        if self._faults.found:
            return self._faults.found
        if empty := self._profile.csv.empty:
            self._cells = ["" if cell.strip() in empty else cell for cell in row.cells]
        record = self._record(row.number)
        return record if record and not self._faults.found else self._faults.found

    def _look_at_every_cell(self) -> None:
        """Refuse what no column may hold; most rows can be judged as a whole."""
        if len(self._cells) != len(self._header):
            message = f"{len(self._cells)} cells under {len(self._header)} columns"
            self._faults.add(None, Reason.COLUMN_COUNT, message)
            return
        whole = "".join(self._cells)
        if len(whole) <= cells.LONG_TEXT and (whole.isascii() or not _UNDECODED.search(whole)):
            return
        for column, cell in zip(self._header, self._cells, strict=True):
            if _UNDECODED.search(cell):
                self._faults.add(
                    column, Reason.UNDECODABLE, f"bytes that are not {self._profile.csv.encoding}"
                )
            elif len(cell) > cells.LONG_TEXT:
                self._faults.add(column, Reason.TOO_LONG, f"longer than {cells.LONG_TEXT} characters")

    def _record(self, number: int) -> Record | None:
        columns = self._profile.columns
        worker = self._worker()
        key = self._gig_key()
        if self._cancelled():
            return CancelledGig(number, worker, key) if worker and key else None
        category = self._category()
        span = self._span()
        client_kind = self._optional(columns.client_kind)
        marks = self._given_marks()
        review = self._review()
        client_key = self._key(columns.client)
        self._look_into_other_columns()
        if self._faults.found or not (worker and key and category and span):
            return None
        return GigRecord(
            number, worker, key, category, self._profile.categories[category],
            span.first_date, span.last_date, span.worked_minutes, client_key, client_kind, marks, review,
        )  # fmt: skip

    def _cell(self, column: str) -> str:
        return self._cells[self._at[column]]

    def _worker(self) -> Worker | None:
        said = tuple([self._cells[index] for index in self._worker_columns])
        worker = self._workers.get(said)
        if worker is None and (worker := self._new_worker()) and not self._faults.found:
            if len(self._workers) >= MOST:
                self._workers.clear()
            self._workers[said] = worker
        return worker

    def _new_worker(self) -> Worker | None:
        columns = self._profile.columns
        key = self._faults.attempt(columns.worker, cells.required, self._cell(columns.worker))
        name = " ".join(filter(None, map(self._optional, columns.worker_name)))
        if not name and not self._faults.found:
            self._faults.add(columns.worker_name[0], Reason.MISSING, "the worker has no name")
        return Worker(key, name, self._key(columns.contact)) if key and name else None

    def _gig_key(self) -> str | None:
        """Read a key, which may be spread over several columns."""
        columns = self._profile.columns.gig
        if len(columns) == 1:
            return self._faults.attempt(columns[0], cells.required, self._cell(columns[0]))
        parts = [self._faults.attempt(column, cells.required, self._cell(column)) for column in columns]
        return "|".join(part for part in parts if part is not None) if all(parts) else None

    def _key(self, column: str | None) -> str | None:
        """Read a cell that is never signed."""
        return self._remembered(column, self._keys) or None if column else None

    def _optional(self, column: str | None) -> str | None:
        return self._remembered(column, self._free_texts) or None if column else None

    def _category(self) -> str | None:
        column = self._profile.columns.category
        if not self._cell(column).strip():
            self._faults.add(column, Reason.MISSING, "this cell is empty")
            return None
        category = self._remembered(column, self._free_texts)
        if category and category not in self._profile.categories:
            self._faults.add(column, Reason.CATEGORY, "a category without a mapping")
        return category

    def _cancelled(self) -> bool:
        status = self._profile.status
        if status is None:
            return False
        said = self._cell(status.column).strip()
        if said not in status.cancelled and said not in status.done:
            self._faults.add(status.column, Reason.STATUS, "a status that the profile does not know")
        return said in status.cancelled

    def _span_reader(self) -> Callable[[], cells.Span | None]:
        """Prepare for the profile's way of telling the time."""
        said, sign = self._profile.time, self._profile.decimal
        match said:
            case ClockTime():
                days = Remembered(partial(cells.day, pattern=said.date_format))
                clocks = Remembered(partial(cells.clock, pattern=said.clock_format))
                pauses = Remembered(partial(_pause, decimal_sign=sign))
                read = partial(self._clock_span, said, days, clocks, pauses)
                return partial(self._faults_of, said.end, read)
            case DurationTime():
                days = Remembered(partial(cells.day, pattern=said.date_format))
                lengths = Remembered(partial(cells.duration_minutes, unit=said.unit, decimal_sign=sign))
                read = partial(self._duration_span, said, days, lengths)
                return partial(self._faults_of, said.duration, read)
            case StampTime():
                read = partial(self._stamp_span, said, ZoneInfo(said.zone), ZoneInfo(said.local_zone))
                return partial(self._faults_of, said.end, read)

    def _clock_span(
        self,
        said: ClockTime,
        days: Mapping[str, date],
        clocks: Mapping[str, time],
        pauses: Mapping[str, int],
    ) -> cells.Span | None:
        day = self._remembered(said.date, days)
        start = self._remembered(said.start, clocks)
        end = self._remembered(said.end, clocks)
        pause = self._remembered(said.break_minutes, pauses) if said.break_minutes else 0
        if day is None or start is None or end is None or pause is None:
            return None
        begun, ended = datetime.combine(day, start, UTC), datetime.combine(day, end, UTC)
        if ended < begun and said.overnight:
            ended += timedelta(days=1)
        if ended < begun:
            raise cells.CellError(Reason.HOURS, "ends before it starts")
        minutes = round((ended - begun) / timedelta(minutes=1)) - pause
        return cells.span(day, ended.date(), minutes)

    def _duration_span(
        self, said: DurationTime, days: Mapping[str, date], lengths: Mapping[str, int]
    ) -> cells.Span | None:
        day = self._remembered(said.date, days)
        minutes = lengths[self._cell(said.duration)]
        return cells.span(day, day, minutes) if day else None

    def _stamp_span(self, said: StampTime, zone: ZoneInfo, local_zone: ZoneInfo) -> cells.Span | None:
        start = self._faults.attempt(said.start, cells.moment, self._cell(said.start), said.format, zone)
        end = cells.moment(self._cell(said.end), said.format, zone)
        return cells.span_between(start, end, local_zone) if start else None

    def _given_marks(self) -> tuple[Mark, ...]:
        found = []
        for rating, marks in zip(self._profile.rating, self._marks, strict=True):
            mark = self._remembered(rating.column, marks)
            if mark is not None:
                found.append(mark)
        return tuple(found)

    def _review(self) -> ReviewText | None:
        review = self._profile.review
        if review is None or not (said := self._cell(review.column).strip()):
            return None
        text = self._faults.attempt(review.column, cells.free_text, said, cells.LONG_TEXT)
        language: str | None = review.language
        if review.language_column and (tag := self._cell(review.language_column).strip()):
            language = self._faults.attempt(review.language_column, cells.language, tag)
        return ReviewText(text, language, review.transaction_bound) if text and language else None

    def _look_into_other_columns(self) -> None:
        """Refuse a citizen number in a column that nobody mapped: it says that the file holds more."""
        if cells.is_harmless("|".join([self._cells[index] for index in self._others])):
            return
        for index in self._others:
            self._faults.attempt(self._header[index], cells.free_text, self._cells[index], cells.LONG_TEXT)

    def _remembered(self, column: str, values: Mapping[str, T]) -> T | None:
        """Read a cell that comes again and again; what is wrong with it goes to the faults."""
        try:
            return values[self._cells[self._at[column]]]
        except cells.CellError as error:
            self._faults.add(column, error.reason, str(error))
            return None

    def _faults_of(self, column: str, read: Callable[[], T | None]) -> T | None:
        return self._faults.attempt(column, read)


def _pause(cell: str, decimal_sign: str) -> int:
    return cells.duration_minutes(cell, "minutes", decimal_sign) if cell.strip() else 0


def _marks(rating: RatingMap, decimal_sign: str) -> Remembered[str, Mark | None]:
    def read(cell: str) -> Mark | None:
        said = cell.strip()
        if not said:
            return None
        value = rating.words.get(said)
        if value is None:
            value = cells.number(said, decimal_sign, Reason.RATING)
        return Mark(rating.dimension, cells.mark(value, rating.best, rating.worst), rating.best, rating.worst)

    return Remembered(read)
