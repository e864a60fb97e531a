"""Corrects one gig by hand: as an import of that gig alone would, whose operator calls it a correction.

Statements are sums, so what is corrected is the gig that was summed up wrongly: the sums follow, what was
stated about that day is withdrawn, and the new statements take its place. The export that the gig came from
has to be corrected as well, for else the next one brings the mistake back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from issuer import audit
from issuer.audit import Action
from issuer.batch import staging
from issuer.batch.committing import begin, commit
from issuer.content import one_line, read_records
from issuer.database import Database
from issuer.errors import NotFoundError, ReasonMissingError
from issuer.imports import CancelledGig, GigRecord, Reason, RowError, cells
from issuer.imports.faults import Faults
from issuer.imports.records import Mark
from issuer.organisations import identity
from issuer.store import workers as store
from issuer.store.imports import import_by_id
from issuer.tables import Import, Organisation, Worker
from standard.model import OccupationUri

BY_HAND: Final = ""
"""The file name of an import that no file was read for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What an operator fills in about a gig, as typed.

    `worked` is hours and minutes as `h:mm`, `marks` has one entry for each mark of the gig, and an empty
    mark or review is taken away.
    """

    day: str
    worked: str
    category: str
    marks: tuple[str, ...]
    review: str


def gigs_of(session: Session, worker: Worker) -> list[GigRecord]:
    """Read what the exports told about a worker's gigs, the latest first."""
    content = store.ledgers(session, [worker.id]).get(worker.id)
    found = [record for record in read_records(content) if isinstance(record, GigRecord)] if content else []
    return sorted(found, key=lambda gig: (gig.last_date, gig.key), reverse=True)


def gig_of(session: Session, worker: Worker, key: str) -> GigRecord:
    """Find one gig of a worker; raises `NotFoundError`."""
    found = next((gig for gig in gigs_of(session, worker) if gig.key == key), None)
    if found is None:
        raise NotFoundError("the worker has no such gig")
    return found


def read_entry(
    gig: GigRecord, entry: Entry, *, occupations: Mapping[str, OccupationUri | None], today: date
) -> GigRecord | list[RowError]:
    """Write down what a gig was after all, or everything that is wrong with the entry.

    Args:
        gig: as the exports told of it.
        entry: what it was after all.
        occupations: the kinds of work that there are, and the occupation that each stands for.
        today: work after this day is refused.

    Returns:
        The corrected gig; or faults, each with the name of the field as its column.
    """
    faults = Faults("", gig.row)
    nights = gig.last_date - gig.first_date
    span = faults.attempt("worked", _span, faults, entry, nights)
    if span and span.last_date > today:
        faults.add("day", Reason.FUTURE, "after today")
    if entry.category not in occupations:
        faults.add("category", Reason.CATEGORY, "a category without a mapping")
    marks = [
        faults.attempt(f"mark-{place}", _mark, mark, said)
        for place, (mark, said) in enumerate(zip(gig.marks, entry.marks, strict=False))
    ]
    review = faults.attempt("review", cells.free_text, entry.review, cells.LONG_TEXT)
    if faults.found or span is None:
        return faults.found
    return replace(
        gig,
        first_date=span.first_date,
        last_date=span.last_date,
        worked_minutes=span.worked_minutes,
        category=entry.category,
        occupation=occupations[entry.category],
        marks=tuple(mark for mark in marks if mark is not None),
        review=replace(gig.review, text=review) if gig.review and review else None,
    )


def correct(
    database: Database,
    organisation: Organisation,
    worker_id: UUID,
    gig: GigRecord | CancelledGig,
    *,
    reason: str,
    actor: str,
    now: datetime,
) -> Import:
    """Lay a gig over what the exports told of it, withdraw what it makes wrong, and state anew.

    Args:
        database: where it is stated, as `commit` does.
        organisation: whose worker it is.
        worker_id: the worker.
        gig: what it was after all; or that it was none.
        reason: why what was stated is withdrawn.
        actor: who corrects, for the audit log.
        now: the moment.

    Raises:
        NotFoundError: the organisation has no such worker.
        ReasonMissingError: the reason is empty.
        ImportStateError: an import is being committed; nothing was corrected.
    """
    if not one_line(reason):
        raise ReasonMissingError("a correction withdraws statements, which needs a reason")
    with database.writing() as session:
        batch = _import_of(session, organisation, worker_id, gig, now)
        session.add(batch)
        session.flush()
        staging.store_stretch(session, batch.id, 1, [gig])
        begin(session, organisation, batch.id, as_of=None, correction=reason)
        audit.record(
            session, batch.organisation_id, actor=actor, action=Action.RECORD_CORRECTED,
            subject=str(worker_id), now=now,
        )  # fmt: skip
    return commit(database, organisation, batch.id, as_of=None, correction=reason, actor=actor, now=now)


def latest_import(session: Session, organisation: Organisation, worker: Worker) -> Import:
    """Find the import behind the newest statement about a worker; raises `NotFoundError`."""
    newest = max(store.latest_statements(session, worker.id), key=lambda item: item.created_at, default=None)
    found = import_by_id(session, identity(organisation), newest.import_id) if newest else None
    if found is None:
        raise NotFoundError("nothing was stated about this worker")
    return found


def _import_of(
    session: Session,
    organisation: Organisation,
    worker_id: UUID,
    gig: GigRecord | CancelledGig,
    now: datetime,
) -> Import:
    worker = store.worker_by_id(session, identity(organisation), worker_id)
    if worker is None:
        raise NotFoundError("no such worker")
    before = latest_import(session, organisation, worker)
    is_worked = isinstance(gig, GigRecord)
    return Import(
        organisation_id=before.organisation_id, file_name=BY_HAND, file_sha256="", profile=before.profile,
        name_check=before.name_check, state="preview", good_count=int(is_worked),
        cancelled_count=int(not is_worked), worker_count=1, last_day=gig.day, created_at=now,
    )  # fmt: skip


def _span(faults: Faults, entry: Entry, nights: timedelta) -> cells.Span | None:
    day = faults.attempt("day", cells.day, entry.day, "iso")
    minutes = cells.duration_minutes(entry.worked, "h:mm", ",")
    return cells.span(day, day + nights, minutes) if day else None


def _mark(before: Mark, said: str) -> Mark | None:
    if not said.strip():
        return None
    value = cells.number(said.replace(".", ","), ",", Reason.RATING)
    return replace(before, value=cells.mark(value, before.best, before.worst))
