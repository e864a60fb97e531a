"""States what an import says, worker by worker, or forgets it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlmodel import Session

from issuer import audit
from issuer.audit import Action
from issuer.batch import staging
from issuer.batch.standings import NewStatement, standings
from issuer.content import one_line, write_statement
from issuer.database import Database
from issuer.errors import ImportStateError, NotFoundError
from issuer.imports import Worker as WorkerValue
from issuer.life import status, validity
from issuer.organisations import identity, lock_for_change
from issuer.store import imports as store
from issuer.store import statements as statements_store
from issuer.store import workers as workers_store
from issuer.store.profiles import drop_uploads_of
from issuer.tables import Import, Organisation, Worker
from issuer.webhooks.events import Event, emit
from standard.claims import statement_type
from standard.model import NameCheck
from standard.strict_json import JsonValue

AT_ONCE: Final = 5_000
"""About how many records are stated in one transaction."""


@dataclass(slots=True)
class _Rows:
    """What some buckets come to, ready to be written."""

    workers: list[tuple[UUID, WorkerValue, Worker | None]] = field(default_factory=list)
    new_ledgers: dict[UUID, bytes] = field(default_factory=dict)
    changed_ledgers: dict[UUID, bytes] = field(default_factory=dict)
    statements: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[Sequence[UUID]] = field(default_factory=list)


def commit(
    database: Database,
    organisation: Organisation,
    import_id: UUID,
    *,
    as_of: date | None,
    correction: str | None,
    actor: str,
    now: datetime,
    told: Callable[[int], None] = lambda _: None,
) -> Import:
    """State what an import says, in many short transactions.

    A commit that was broken off goes on where it was, with the date and the reason that it began with;
    two at once share the work.

    Args:
        database: where it is staged.
        organisation: whose import it is.
        import_id: an import in preview, or one that is being committed.
        as_of: the day of which the statements speak; None: the last day that the exports tell about.
        correction: why earlier statements about the same days were wrong: they are withdrawn with this
            reason, and the new ones take their place. None: they stay valid as of their day.
        actor: who commits, for the audit log.
        now: the moment of the commit.
        told: hears how many further records were dealt with.

    Raises:
        NotFoundError: the organisation has no such import.
        ImportStateError: it was committed or discarded before, or another one is being committed.
        RetiredError: the organisation has stopped.
    """
    with database.writing() as session:
        batch = begin(session, organisation, import_id, as_of=as_of, correction=correction)
    while counts := _next_buckets(database, import_id):
        # Sums are made before the transaction that writes them: only the writing makes others wait.
        with database.reading() as session:
            rows = _prepare(session, organisation, batch, counts, now)
        with database.writing() as session:
            lock_for_change(session, organisation)
            # Whoever takes buckets away states them. Another commit of this import, which may be at work,
            # can have taken some of these: then all of it is put back, and looked at again.
            if store.drop_buckets(session, import_id, counts) < counts.keys():
                session.rollback()
                continue
            _write(session, organisation, batch, rows, now)
        told(sum(counts.values()))
    with database.writing() as session:
        return _end(session, organisation, import_id, actor, now)


def commit_at_once(
    session: Session,
    organisation: Organisation,
    import_id: UUID,
    *,
    correction: str | None,
    actor: str,
    now: datetime,
) -> Import:
    """State what a few records say in the transaction at hand, as `commit` does for many in its own.

    Raises:
        NotFoundError: the organisation has no such import.
        ImportStateError: it was committed or discarded before, or another one is being committed.
    """
    batch = begin(session, organisation, import_id, as_of=None, correction=correction)
    buckets = dict(store.filled_buckets(session, import_id))
    rows = _prepare(session, organisation, batch, buckets, now)
    store.drop_buckets(session, import_id, buckets)
    _write(session, organisation, batch, rows, now)
    return _end(session, organisation, import_id, actor, now)


def begin(
    session: Session,
    organisation: Organisation,
    import_id: UUID,
    *,
    as_of: date | None,
    correction: str | None,
) -> Import:
    """Decide on an import, as `commit` does first; from then on it can only be committed.

    The statements of two imports at once would depend on which was faster, so only one is being committed.
    """
    organisation_id = identity(organisation)
    lock_for_change(session, organisation)
    batch = _locked(session, organisation, import_id)
    if batch.state == "committing":
        return batch
    if batch.state != "preview":
        raise ImportStateError(f"the import was {batch.state} before")
    if store.committing_imports(session, organisation_id):
        raise ImportStateError("another import is being committed")
    told_about = filter(None, (batch.last_day, workers_store.last_as_of(session, organisation_id)))
    batch.as_of = as_of or max(told_about, default=None)
    batch.correction_reason = one_line(correction or "") or None
    batch.state = "committing"
    return batch


def discard(session: Session, organisation: Organisation, import_id: UUID) -> Import:
    """Forget an import that was not committed; who reads it stops.

    Raises:
        NotFoundError: the organisation has no such import.
        ImportStateError: it was committed or discarded before.
    """
    batch = _locked(session, organisation, import_id)
    if batch.state not in ("reading", "preview"):
        raise ImportStateError(f"the import was {batch.state} before")
    if batch.state == "reading":
        store.drop_read(session, import_id)
        drop_uploads_of(session, import_id)
    store.drop_staged(session, import_id)
    batch.state = "discarded"
    return batch


def _locked(session: Session, organisation: Organisation, import_id: UUID) -> Import:
    batch = store.lock_import(session, identity(organisation), import_id)
    if batch is None:
        raise NotFoundError("no such import")
    return batch


def _next_buckets(database: Database, import_id: UUID) -> dict[int, int]:
    """Choose buckets with enough records for one transaction, and tell how many each holds."""
    chosen: dict[int, int] = {}
    with database.reading() as session:
        for bucket, count in store.filled_buckets(session, import_id):
            if chosen and sum(chosen.values()) + count > AT_ONCE:
                break
            chosen[bucket] = count
    return chosen


def _prepare(
    session: Session, organisation: Organisation, batch: Import, buckets: Collection[int], now: datetime
) -> _Rows:
    """Sum the workers of some buckets up."""
    rows = _Rows()
    until = validity.limits(session, organisation)
    # Without a day there were only ever cancelled gigs, and nothing to state.
    for standing in standings(
        session,
        batch.organisation_id,
        staging.by_worker(session, batch.id, buckets),
        as_of=batch.as_of or date.min,
        name_check=NameCheck(batch.name_check),
        by_hand=batch.is_by_hand,
    ):
        worker_id = standing.known.id if standing.known else uuid4()
        rows.workers.append((worker_id, standing.worker, standing.known))
        ledgers = rows.changed_ledgers if standing.known else rows.new_ledgers
        ledgers[worker_id] = standing.ledger.write()
        for said in standing.statements:
            wrong = said.outdated if batch.correction_reason else ()
            rows.statements.append(_row(worker_id, said, batch, wrong, until, now))
            rows.wrong.append(wrong)
        if batch.correction_reason:
            rows.wrong.extend(standing.unsaid)
    return rows


def _end(session: Session, organisation: Organisation, import_id: UUID, actor: str, now: datetime) -> Import:
    batch = _locked(session, organisation, import_id)
    if batch.state == "committing":
        batch.new_statement_count = statements_store.count_of_import(session, import_id)
        batch.state, batch.committed_at = "committed", now
        audit.record(
            session, batch.organisation_id, actor=actor, action=Action.IMPORT_COMMITTED,
            subject=str(import_id), now=now,
        )  # fmt: skip
        told: dict[str, JsonValue] = {"batch": str(batch.id), "new_statements": batch.new_statement_count}
        emit(session, batch.organisation_id, Event.BATCH_FINISHED, told, now=now)
    return batch


def _write(session: Session, organisation: Organisation, batch: Import, rows: _Rows, now: datetime) -> None:
    """Store where workers stand now, and state what is new.

    What claims and other bulk work lock too is taken in one order: workers, statements, lists.
    """
    workers_store.put_workers(session, identity(organisation), rows.workers)
    workers_store.put_ledgers(session, new=rows.new_ledgers, changed=rows.changed_ledgers)
    if batch.correction_reason:
        _withdraw(session, organisation, rows.wrong, batch.correction_reason, now)
    statements_store.add(session, rows.statements)


def _withdraw(
    session: Session, organisation: Organisation, chains: Sequence[Sequence[UUID]], reason: str, now: datetime
) -> None:
    wrong = [statement_id for each in chains for statement_id in each]
    workers_store.hold_statements(session, wrong)
    for each in chains:
        statements_store.chain_corrections(session, each)
    if wrong:
        status.revoke_many(session, identity(organisation), wrong, reason=reason, now=now)


def _row(
    worker_id: UUID,
    said: NewStatement,
    batch: Import,
    wrong: Sequence[UUID],
    until: Mapping[str, int],
    now: datetime,
) -> dict[str, Any]:
    kind = statement_type(said.content)
    return {
        "id": uuid4(),
        "worker_id": worker_id,
        "import_id": batch.id,
        "type": kind.value,
        "version": said.version,
        "as_of": said.content.as_of,
        "content_hash": said.content_hash,
        "content": write_statement(said.content),
        "created_at": now,
        "valid_until": validity.end(until, kind, said.content.as_of),
        "corrects": wrong[0] if wrong else None,
    }
