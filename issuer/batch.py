"""From an export to statements: read and preview, then commit or discard.

Reading stages the good records and keeps the refused rows; nothing is stated before the commit. The
commit lays the records over what earlier exports said and sums every touched worker up again. A statement
that says the same as before is left alone, so importing a file twice changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, BinaryIO
from uuid import UUID

from sqlmodel import Session

from issuer import describe, validity
from issuer.content import (
    fingerprint,
    one_line,
    read_record,
    record_key,
    record_kind,
    write_record,
    write_statement,
)
from issuer.errors import ImportStateError, NotFoundError
from issuer.imports import AchievementRecord, GigRecord, Profile, Record, RowError, Tally, parse, strictly
from issuer.organisations import identity
from issuer.store import imports as store
from issuer.store import workers as workers_store
from issuer.store.organisations import lock_organisation
from issuer.tables import Import, IssuerTable, Organisation, RefusedRow, StagedRecord, Statement, Worker
from issuer.tables import Record as StoredRecord
from issuer.webhooks.events import Event, emit
from standard.claims import statement_type
from standard.model import NameCheck
from standard.model import Statement as StatementValue
from standard.strict_json import JsonValue

READ_BYTES = 1 << 16


def preview(
    session: Session,
    organisation: Organisation,
    stream: BinaryIO,
    profile: Profile,
    *,
    file_name: str,
    strict: bool,
    now: datetime,
) -> Import:
    """Read an export and stage what is good in it.

    Args:
        session: a writing transaction.
        organisation: whose export it is.
        stream: the file; it must be able to start over.
        profile: how to read it.
        file_name: as the operator knows it; row errors name it.
        strict: stop at the first bad row.
        now: the moment of reading.

    Raises:
        ImportFileError: the file as a whole cannot be read.
        StrictImportError: `strict`, and a row is bad.
    """
    batch = Import(
        organisation_id=identity(organisation),
        file_name=one_line(file_name) or "export",
        file_sha256=_sha256(stream),
        profile=profile.name,
        name_check=profile.name_check,
        state="preview",
        created_at=now,
    )
    session.add(batch)
    session.flush()
    tally = Tally()
    entries: Iterable[Record | RowError] = parse(stream, profile, file_name=file_name)
    counted = tally.count(strictly(entries) if strict else entries)
    store.add_in_batches(session, (_row(entry, batch.id) for entry in counted))
    batch.good_count, batch.cancelled_count, batch.bad_count = tally.good, tally.cancelled, tally.bad
    batch.worker_count = len(store.staged_workers(session, batch.id))
    session.flush()
    return batch


def commit(
    session: Session, organisation: Organisation, import_id: UUID, *, as_of: date | None, now: datetime
) -> Import:
    """State what an import says.

    Args:
        session: a writing transaction.
        organisation: whose import it is.
        import_id: an import in preview.
        as_of: the day of which the statements speak; None: the last day that the exports tell about.
        now: the moment of the commit.

    Raises:
        NotFoundError: the organisation has no such import.
        ImportStateError: it was committed or discarded before.
    """
    lock_organisation(session, identity(organisation))
    batch = _undecided(session, organisation, import_id)
    touched: list[Worker] = []
    last_day = workers_store.last_as_of(session, identity(organisation)) or date.min
    for worker_key in store.staged_workers(session, import_id):
        records = [_record(row) for row in store.staged_records(session, import_id, worker_key)]
        touched.append(_lay_over(session, organisation, records))
        last_day = max([last_day, *(_last_day(record) for record in records)])
    as_of = as_of or min(last_day, now.date())
    until = validity.limits(session, organisation)
    for worker in touched:
        batch.new_statement_count += _state(session, worker, batch, as_of, now, until)
    store.drop_staged(session, import_id)
    batch.state, batch.committed_at = "committed", now
    session.flush()
    told: dict[str, JsonValue] = {"batch": str(batch.id), "new_statements": batch.new_statement_count}
    emit(session, identity(organisation), Event.BATCH_FINISHED, told, now=now)
    return batch


def discard(session: Session, organisation: Organisation, import_id: UUID) -> Import:
    """Forget an import that was not committed.

    Raises:
        NotFoundError: the organisation has no such import.
        ImportStateError: it was committed or discarded before.
    """
    batch = _undecided(session, organisation, import_id)
    store.drop_staged(session, import_id)
    batch.state = "discarded"
    return batch


def _undecided(session: Session, organisation: Organisation, import_id: UUID) -> Import:
    batch = store.lock_import(session, identity(organisation), import_id)
    if batch is None:
        raise NotFoundError("no such import")
    if batch.state != "preview":
        raise ImportStateError(f"the import was {batch.state} before")
    return batch


def _sha256(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := stream.read(READ_BYTES):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()


def _row(entry: Record | RowError, import_id: UUID) -> tuple[type[IssuerTable], dict[str, Any]]:
    if isinstance(entry, RowError):
        refused = {"file": entry.file, "row": entry.row, "column": entry.column}
        return RefusedRow, {
            "import_id": import_id, **refused, "reason": entry.reason, "message": entry.message,
        }  # fmt: skip
    return StagedRecord, _staged(entry, import_id)


def _staged(record: Record, import_id: UUID) -> dict[str, Any]:
    gig = record if isinstance(record, GigRecord) else None
    return {
        "import_id": import_id,
        "kind": record_kind(record),
        "worker_key": record.worker.key,
        "record_key": record_key(record),
        "category": gig.category if gig else None,
        "occupation": gig.occupation if gig else None,
        "content": write_record(record),
    }


def _record(row: StagedRecord) -> Record:
    return read_record(row.kind, row.content)


def _last_day(record: Record) -> date:
    if isinstance(record, GigRecord):
        return record.last_date
    return record.awarded_on if isinstance(record, AchievementRecord) else date.min


def _lay_over(session: Session, organisation: Organisation, records: list[Record]) -> Worker:
    """Store what an export says about one worker over what is known."""
    known_as = records[-1].worker
    worker = workers_store.worker_by_key(session, identity(organisation), known_as.key)
    if worker is None:
        worker = Worker(
            organisation_id=identity(organisation), worker_key=known_as.key, name="", search_text=""
        )
        _rename(worker, known_as.name)
        session.add(worker)
        session.flush()
    worker.contact = known_as.contact or worker.contact
    stored = workers_store.records_of(session, worker.id)
    new: dict[str, dict[str, Any]] = {}
    for record in records:
        key, kind, content = record_key(record), record_kind(record), write_record(record)
        if key in stored:
            stored[key].kind, stored[key].content = kind, content
        else:
            new[key] = {"worker_id": worker.id, "record_key": key, "kind": kind, "content": content}
    session.flush()
    store.add_in_batches(session, ((StoredRecord, values) for values in new.values()))
    return worker


def _rename(worker: Worker, name: str) -> None:
    worker.name = name
    worker.search_text = workers_store.search_text(f"{name} {worker.worker_key}")


def _state(
    session: Session, worker: Worker, batch: Import, as_of: date, now: datetime, until: Mapping[str, int]
) -> int:
    """Sum one worker up and store the statements that say something new; count them."""
    records = [
        read_record(row.kind, row.content) for row in workers_store.records_of(session, worker.id).values()
    ]
    described = describe.statements(records, as_of=as_of, name_check=NameCheck(batch.name_check))
    said = described.get(worker.worker_key)
    if said is None:
        return 0
    _rename(worker, said.worker.name)
    latest = {item.type: item for item in workers_store.latest_statements(session, worker.id)}
    new = 0
    for statement in (said.work_history, said.ratings):
        if statement is None:
            continue
        before = latest.get(statement_type(statement))
        if before is None or before.content_hash != fingerprint(statement):
            session.add(_versioned(statement, worker, batch, before, now, until))
            new += 1
    session.flush()
    return new


def _versioned(
    statement: StatementValue,
    worker: Worker,
    batch: Import,
    before: Statement | None,
    now: datetime,
    until: Mapping[str, int],
) -> Statement:
    kind = statement_type(statement)
    return Statement(
        worker_id=worker.id,
        import_id=batch.id,
        type=kind,
        version=before.version + 1 if before else 1,
        as_of=statement.as_of,
        content_hash=fingerprint(statement),
        content=write_statement(statement),
        created_at=now,
        valid_until=validity.end(until, kind, statement.as_of),
    )
