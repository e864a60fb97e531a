"""Reads an export and stages what is good in it, for the operator to judge."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from issuer import audit
from issuer.audit import Action
from issuer.batch import staging
from issuer.batch.standings import standings
from issuer.content import one_line
from issuer.database import Database
from issuer.imports import (
    Profile,
    Readable,
    Reason,
    Record,
    RowError,
    StrictImportError,
    Tally,
    read,
    strictly,
)
from issuer.organisations import identity
from issuer.store import imports as store
from issuer.store import workers as workers_store
from issuer.tables import Import, Organisation
from standard.model import NameCheck

STRETCH: Final = 10_000
"""How many rows are read before what they say is staged, in one transaction of some hundred blocks."""
ABANDONED_AFTER: Final = timedelta(days=1)


def preview(
    database: Database,
    organisation: Organisation,
    stream: Readable,
    profile: Profile,
    *,
    file_name: str,
    strict: bool,
    as_of: date,
    actor: str,
    now: datetime,
) -> Import:
    """Read an export and stage what is good in it.

    1. Every row is read once; records go to the blocks of their workers.
    2. Second records under one key are refused.
    3. The statements that it would change are counted.

    Args:
        database: where to stage it, in many short transactions.
        organisation: whose export it is.
        stream: the file.
        profile: how to read it.
        file_name: as the operator knows it; row errors name it.
        strict: stop at the first bad row.
        as_of: the day of the export; work after it is refused.
        actor: who imports, for the audit log.
        now: the moment of reading.

    Raises:
        ImportFileError: the file as a whole cannot be read; nothing of it is kept.
        StrictImportError: `strict`, and a row is bad; nothing of it is kept.
    """
    batch = Import(
        organisation_id=identity(organisation),
        file_name=one_line(file_name) or "export",
        file_sha256="",
        profile=profile.name,
        name_check=profile.name_check,
        state="reading",
        created_at=now,
    )
    _begin(database, batch)
    with _forgotten_on_error(database, batch.id):
        hashed = _HashedStream(stream)
        counted = _Counted()
        entries = counted.tally.count(read(hashed, profile, file_name=file_name, as_of=as_of))
        _stage(database, batch.id, counted.watch(strictly(entries) if strict else entries))
        settled = _settle(database, batch.id, file_name, profile.gig_column)
        if strict and settled.refused_count:
            raise StrictImportError(_first_refused(database, batch.id))
        batch.file_sha256 = hashed.hexdigest()
        batch.good_count = counted.tally.good - settled.good_count
        batch.cancelled_count = counted.tally.cancelled - settled.cancelled_count
        batch.bad_count = counted.tally.bad + settled.refused_count
        batch.worker_count = settled.worker_count
        batch.last_day = counted.last_day
        batch.updated_count, batch.changed_count = _weigh(database, batch)
        batch.state = "preview"
        with database.writing() as session:
            session.merge(batch)
            categories = {
                name: count - settled.categories[name] for name, count in counted.tally.categories.items()
            }
            store.set_categories(session, batch.id, categories, profile.categories)
            audit.record(
                session, batch.organisation_id, actor=actor, action=Action.IMPORT_READ,
                subject=str(batch.id), now=now,
            )  # fmt: skip
    return batch


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


def _begin(database: Database, batch: Import) -> None:
    """Note that an export is being read; what a crash left behind long ago goes now."""
    with database.writing() as session:
        before = batch.created_at - ABANDONED_AFTER
        for abandoned in store.abandoned_imports(session, batch.organisation_id, before):
            store.drop_import(session, abandoned)
        session.add(batch)


@contextmanager
def _forgotten_on_error(database: Database, import_id: UUID) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with database.writing() as session:
            store.drop_import(session, import_id)
        raise


def _stage(database: Database, import_id: UUID, entries: Iterable[Record | RowError]) -> None:
    """Read outside of a transaction, write in short ones."""
    remaining = iter(entries)
    number = 0
    while stretch := list(islice(remaining, STRETCH)):
        number += 1
        with database.writing() as session:
            store.add_refused(session, import_id, (item for item in stretch if isinstance(item, RowError)))
            records = (item for item in stretch if not isinstance(item, RowError))
            staging.store_stretch(session, import_id, number, records)


def _settle(database: Database, import_id: UUID, file_name: str, column: str) -> staging.Settled:
    settled = staging.Settled()
    with database.reading() as session:
        buckets = store.filled_buckets(session, import_id)
    for bucket, _ in buckets:
        with database.writing() as session:
            staging.settle(session, import_id, bucket, settled, file=file_name, column=column)
    return settled


def _first_refused(database: Database, import_id: UUID) -> RowError:
    with database.reading() as session:
        row = next(store.refused_rows(session, import_id, limit=1))
        return RowError(row.file, row.row, row.column, Reason(row.reason), row.message)


def _weigh(database: Database, batch: Import) -> tuple[int, int]:
    """Count the statements that would go on where an earlier one ended, and those that would change one."""
    updated = changed = 0
    with database.reading() as session:
        stated_until = workers_store.last_as_of(session, batch.organisation_id)
        if stated_until is None:
            return 0, 0
        # An export of gigs that were all called off tells about no day, and can take back what was stated.
        as_of = max(batch.last_day or date.min, stated_until)
        for bucket, _ in store.filled_buckets(session, batch.id):
            read_again = staging.by_worker(session, batch.id, bucket)
            for standing in standings(
                session, batch.organisation_id, read_again,
                as_of=as_of, name_check=NameCheck(batch.name_check),
            ):  # fmt: skip
                changed += sum(bool(item.outdated) for item in standing.statements) + len(standing.unsaid)
                updated += sum(item.version > 1 and not item.outdated for item in standing.statements)
            session.expunge_all()
    return updated, changed
