"""Reads an export and stages what is good in it, for the operator to judge."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Final
from uuid import UUID

from issuer import imports
from issuer.batch import staging
from issuer.batch.attempts import Attempt, Order, begin_reading
from issuer.batch.standings import standings
from issuer.database import Database
from issuer.imports import Readable, Reason, Record, RowError, StrictImportError, Tally, strictly
from issuer.store import imports as store
from issuer.store import workers as workers_store
from issuer.tables import Import, Organisation
from standard.model import NameCheck

STRETCH: Final = 10_000
"""How many rows are read before what they say is staged, in one transaction of some hundred blocks."""


def preview(
    database: Database, organisation: Organisation, stream: Readable, order: Order, *, now: datetime
) -> Import:
    """Read an export here and now, and stage what is good in it.

    Raises:
        ImportFileError: the file as a whole cannot be read; nothing of it is kept.
        StrictImportError: a row is bad that must not be; nothing of it is kept.
    """
    with database.writing() as session:
        begun = begin_reading(session, organisation, order, now=now)
    try:
        return read(database, begun.id, stream, order)
    except BaseException:
        with database.writing() as session:
            store.drop_import(session, begun.id)
        raise


def read(
    database: Database,
    import_id: UUID,
    stream: Readable,
    order: Order,
    told: Callable[[], None] = lambda: None,
) -> Import:
    """Read an export that was begun, in many short transactions; what an earlier attempt staged goes first.

    1. Every row is read once; records go to the blocks of their workers.
    2. Second records under one key are refused.
    3. The statements that it would change are counted.

    Args:
        database: where to stage it.
        import_id: what was begun.
        stream: the file, from its first byte.
        order: how to read it.
        told: hears that a further part of the work was done; what it raises ends the reading there.

    Raises:
        ImportFileError: the file as a whole cannot be read.
        StrictImportError: a row is bad that must not be.
        ImportStateError: it was discarded meanwhile, or somebody else began to read it anew.
    """
    attempt = Attempt.begin(database, import_id)
    hashed, counted = _HashedStream(stream), _Counted()
    rows = imports.read(hashed, order.profile, file_name=attempt.file_name, as_of=order.as_of)
    entries = counted.tally.count(rows)
    _stage(attempt, counted.watch(strictly(entries) if order.strict else entries), told)
    settled = _settle(attempt, order.profile.gig_column)
    if order.strict and settled.refused_count:
        raise StrictImportError(_first_refused(database, import_id))
    weighed = _weigh(attempt, counted.last_day, told)
    with attempt.writing() as (session, staged):
        _count(staged, counted, settled)
        staged.file_sha256 = hashed.hexdigest()
        staged.updated_count, staged.changed_count = weighed
        staged.state = "preview"
        kinds = {name: count - settled.categories[name] for name, count in counted.tally.categories.items()}
        store.set_categories(session, import_id, kinds, order.profile.categories)
    return staged


@dataclass(slots=True)
class _Counted:
    """What passed by: how many of which, and the last day that it told about."""

    tally: Tally = field(default_factory=Tally)
    last_day: date | None = None

    def watch(self, entries: Iterable[Record | RowError]) -> Iterator[Record | RowError]:
        last = date.min
        for entry in entries:
            day = None if isinstance(entry, RowError) else entry.day
            if day is not None and day > last:
                self.last_day = last = day
            yield entry


class _HashedStream:
    """A file whose digest is known once it was read to its end."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        chunk = self._stream.read(size)
        self._digest.update(chunk)
        return chunk

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def _stage(attempt: Attempt, entries: Iterable[Record | RowError], told: Callable[[], None]) -> None:
    """Read outside of a transaction, write in short ones."""
    remaining = iter(entries)
    number = 0
    while stretch := list(islice(remaining, STRETCH)):
        number += 1
        with attempt.writing() as (session, staged):
            store.add_refused(session, staged.id, (item for item in stretch if isinstance(item, RowError)))
            records = (item for item in stretch if not isinstance(item, RowError))
            staging.store_stretch(session, staged.id, number, records)
        told()


def _settle(attempt: Attempt, column: str) -> staging.Settled:
    """Look at every bucket, and write only where something is refused."""
    settled = staging.Settled()
    with attempt.database.reading() as session:
        buckets = store.filled_buckets(session, attempt.import_id)
        unsettled = [
            bucket
            for bucket, _ in buckets
            if not staging.is_settled(session, attempt.import_id, bucket, settled)
        ]
    for bucket in unsettled:
        with attempt.writing() as (session, staged):
            staging.refuse_repeats(session, staged.id, bucket, settled, file=staged.file_name, column=column)
    return settled


def _count(staged: Import, counted: _Counted, settled: staging.Settled) -> None:
    """Write down how many rows there are of which kind, less those that were taken out afterwards."""
    staged.good_count = counted.tally.good - settled.good_count
    staged.cancelled_count = counted.tally.cancelled - settled.cancelled_count
    staged.bad_count = counted.tally.bad + settled.refused_count
    staged.worker_count = settled.worker_count
    staged.last_day = counted.last_day


def _first_refused(database: Database, import_id: UUID) -> RowError:
    with database.reading() as session:
        (row,) = store.refused_rows(session, import_id, limit=1)
        return RowError(row.file, row.row, row.column, Reason(row.reason), row.message)


def _weigh(attempt: Attempt, last_day: date | None, told: Callable[[], None]) -> tuple[int, int]:
    """Count the statements that would go on where an earlier one ended, and those that would change one."""
    updated = changed = 0
    with attempt.database.reading() as session:
        stated_until = workers_store.last_as_of(session, attempt.organisation_id)
        buckets = [bucket for bucket, _ in store.filled_buckets(session, attempt.import_id)]
    if stated_until is None:
        return 0, 0
    # An export of gigs that were all called off tells about no day, and can take back what was stated.
    as_of = max(last_day or date.min, stated_until)
    for bucket in buckets:
        with attempt.database.reading() as session:
            for standing in standings(
                session, attempt.organisation_id, staging.by_worker(session, attempt.import_id, [bucket]),
                as_of=as_of, name_check=NameCheck(attempt.name_check), by_hand=False,
            ):  # fmt: skip
                changed += sum(bool(item.outdated) for item in standing.statements) + len(standing.unsaid)
                updated += sum(item.version > 1 and not item.outdated for item in standing.statements)
        told()
    return updated, changed
