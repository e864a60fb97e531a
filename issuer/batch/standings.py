"""From the records of some workers to what is to be stated about them, beside what is stated already.

Nothing is written here: a preview counts what a commit writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session

from issuer.batch import describe
from issuer.batch.ledger import Ledger
from issuer.content import fingerprint
from issuer.imports import Record
from issuer.imports import Worker as WorkerValue
from issuer.life.dispute_marks import Marks, marked, marks_of
from issuer.store import workers as store
from issuer.store.workers import KnownStatement
from issuer.tables import Worker
from standard.claims import statement_type
from standard.model import NameCheck
from standard.model import Statement as StatementValue


@dataclass(frozen=True, slots=True)
class NewStatement:
    """A statement that says something new.

    Attributes:
        content: what it says.
        content_hash: its fingerprint.
        version: 1, or one more than the newest of its kind.
        outdated: the statements of its kind that hold, and spoke about a day on which something
            changed, the newest first; empty when it only goes on where they ended.
    """

    content: StatementValue
    content_hash: str
    version: int
    outdated: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one worker stands after an import.

    Attributes:
        known: the worker as stored; None for a new one.
        worker: key, name and contact from now on.
        ledger: everything that was told.
        statements: what is to be stated anew.
        unsaid: for each kind of which nothing is left to be stated, its outdated statements.
    """

    known: Worker | None
    worker: WorkerValue
    ledger: Ledger
    statements: tuple[NewStatement, ...]
    unsaid: tuple[tuple[UUID, ...], ...]


def standings(
    session: Session,
    organisation_id: int,
    read: Mapping[str, Sequence[Record]],
    *,
    as_of: date,
    name_check: NameCheck,
    by_hand: bool,
) -> Iterator[Standing]:
    """Lay records over what is known, and sum each worker up.

    Args:
        session: a transaction.
        organisation_id: whose workers they are.
        read: an import's records by worker, in the order of the file.
        as_of: the day of which the statements speak.
        name_check: how the organisation checked its workers' names.
        by_hand: whether an operator says so, and not an export.
    """
    known = {worker.worker_key: worker for worker in store.workers_by_keys(session, organisation_id, read)}
    ids = [worker.id for worker in known.values()]
    ledgers = store.ledgers(session, ids)
    stated = store.known_statements(session, ids)
    marks = marks_of(session, ids)
    for key, records in read.items():
        worker = known.get(key)
        ledger = Ledger.read(ledgers[worker.id]) if worker and worker.id in ledgers else Ledger()
        changed_on = ledger.correct(records) if by_hand else ledger.tell(records)
        said = describe.statements(ledger.records.values(), as_of=as_of, name_check=name_check).get(key)
        latest = ledger.spelt(records[-1].worker)
        contact = latest.contact or (worker.contact if worker else None)
        before = stated.get(worker.id, ()) if worker else ()
        own_marks = marks.get(worker.id, {}) if worker else {}
        yield Standing(
            known=worker,
            worker=WorkerValue(key, said.worker.name if said else latest.name, contact),
            ledger=ledger,
            statements=tuple(_new(said, before, changed_on, own_marks)) if said else (),
            unsaid=tuple(_unsaid(said, before, changed_on)),
        )


def _new(
    said: describe.WorkerStatements, before: Sequence[KnownStatement], changed_on: date, marks: Marks
) -> Iterator[NewStatement]:
    contents = (said.work_history, said.ratings)
    for content in (marked(each, marks) for each in contents if each is not None):
        kind = statement_type(content)
        earlier = [item for item in before if item.type == kind]
        newest = max(earlier, key=lambda item: item.version, default=None)
        digest = fingerprint(content)
        if newest is None or newest.content_hash != digest:
            yield NewStatement(
                content=content,
                content_hash=digest,
                version=newest.version + 1 if newest else 1,
                outdated=_outdated(earlier, changed_on),
            )


def _unsaid(
    said: describe.WorkerStatements | None, before: Sequence[KnownStatement], changed_on: date
) -> Iterator[tuple[UUID, ...]]:
    """Find what was stated of a kind that is gone: the last mark, or the last gig, was taken back."""
    contents = (said.work_history, said.ratings) if said else ()
    kinds = {statement_type(content) for content in contents if content is not None}
    for kind in sorted({item.type for item in before} - kinds):
        if outdated := _outdated([item for item in before if item.type == kind], changed_on):
            yield outdated


def _outdated(earlier: Sequence[KnownStatement], changed_on: date) -> tuple[UUID, ...]:
    """List the statements that hold and speak about a day on which something changed, the newest first."""
    return tuple(
        item.id
        for item in sorted(earlier, key=lambda item: -item.version)
        if not item.revoked and item.as_of >= changed_on
    )
