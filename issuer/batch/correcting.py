"""Corrects by hand what was told about one worker: as an import of that record alone would.

Statements are sums, so what is corrected is what was summed up wrongly: a gig with its marks and review, an
achievement, or the name. The sums follow. Whoever corrects says what becomes of what was stated before, as
with an export: it is withdrawn and the new statements take its place, or it stays valid as of its day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from issuer import audit
from issuer.audit import Action
from issuer.batch import entries, profiles, staging
from issuer.batch.committing import commit_at_once
from issuer.batch.entries import AchievementEntry, Entry, GigEntry, NameEntry, NoAchievement, NoGig
from issuer.batch.ledger import Ledger
from issuer.content import one_line
from issuer.errors import NotFoundError, ReasonMissingError, UnchangedError
from issuer.imports import (
    AchievementRecord,
    CancelledGig,
    GigRecord,
    ProfileError,
    Record,
    RetractedAchievement,
)
from issuer.imports import Worker as WorkerValue
from issuer.organisations import identity, lock_for_change
from issuer.store import workers as store
from issuer.store.imports import import_by_id
from issuer.tables import Import, Organisation, Worker
from standard.model import OccupationUri

BY_HAND: Final = ""
"""The file name of an import that no file was read for."""

_ACTIONS: Final[Mapping[type[Entry], Action]] = {
    GigEntry: Action.RECORD_CORRECTED,
    NoGig: Action.RECORD_CORRECTED,
    AchievementEntry: Action.ACHIEVEMENT_CORRECTED,
    NoAchievement: Action.ACHIEVEMENT_CORRECTED,
    NameEntry: Action.NAME_CORRECTED,
}


def ledger_of(session: Session, worker: Worker) -> Ledger:
    """Read everything that was told about a worker."""
    content = store.ledgers(session, [worker.id]).get(worker.id)
    return Ledger.read(content) if content else Ledger()


def gig_of(ledger: Ledger, key: str) -> GigRecord:
    """Find one gig of a worker; raises `NotFoundError`."""
    found = next((gig for gig in ledger.gigs() if gig.key == key), None)
    if found is None:
        raise NotFoundError("the worker has no such gig")
    return found


def achievement_of(ledger: Ledger, key: str) -> AchievementRecord:
    """Find one achievement of a worker; raises `NotFoundError`."""
    found = next((each for each in ledger.achievements() if each.key == key), None)
    if found is None:
        raise NotFoundError("the worker has no such achievement")
    return found


def occupations_of(
    session: Session, organisation: Organisation, worker: Worker, ledger: Ledger
) -> Mapping[str, OccupationUri | None]:
    """Give the kinds of work of the profile, unless it is gone, and those that the worker already did."""
    done = {gig.category: gig.occupation for gig in ledger.gigs()}
    try:
        name = _latest_import(session, organisation, worker).profile
        return {**profiles.find(session, organisation, name).categories, **done}
    except ProfileError:
        return done


def correct(
    session: Session,
    organisation: Organisation,
    worker_id: UUID,
    entry: Entry,
    *,
    correction: str | None,
    actor: str,
    today: date,
    now: datetime,
) -> Import:
    """Lay an entry over what was told, and state anew; all of it in the transaction at hand.

    Args:
        session: a writing transaction.
        organisation: whose worker it is.
        worker_id: the worker.
        entry: what is so after all.
        correction: why what was stated is wrong: it is withdrawn with this reason, and the new statements
            take its place. None: it stays valid as of its day.
        actor: who corrects, for the audit log.
        today: nothing can have been after this day.
        now: the moment.

    Raises:
        NotFoundError: the organisation has no such worker, or the worker no such record.
        EntryError: everything that is wrong with the entry.
        UnchangedError: the entry says what is known already.
        ReasonMissingError: the reason is empty.
        ImportStateError: an import is being committed; nothing was corrected.
        RetiredError: the organisation has stopped.
    """
    # From here on no import can change what the entry is laid over.
    lock_for_change(session, organisation)
    worker = store.worker_by_id(session, identity(organisation), worker_id)
    if worker is None:
        raise NotFoundError("no such worker")
    record = _read(session, organisation, worker, entry, today)
    if correction is not None and not one_line(correction):
        raise ReasonMissingError("a correction withdraws statements, which needs a reason")
    batch = _import_of(session, organisation, worker, record, now)
    session.add(batch)
    session.flush()
    staging.store_stretch(session, batch.id, 1, [record])
    done = commit_at_once(session, organisation, batch.id, correction=correction, actor=actor, now=now)
    audit.record(
        session, batch.organisation_id, actor=actor, action=_ACTIONS[type(entry)],
        subject=str(worker_id), now=now,
    )  # fmt: skip
    return done


def _read(session: Session, organisation: Organisation, worker: Worker, entry: Entry, today: date) -> Record:
    ledger = ledger_of(session, worker)
    before: Record | None = None
    record: Record
    match entry:
        case GigEntry():
            before = gig = gig_of(ledger, entry.key)
            occupations = occupations_of(session, organisation, worker, ledger)
            record = entries.read_gig(gig, entry, occupations=occupations, today=today)
        case AchievementEntry():
            before = achievement = achievement_of(ledger, entry.key)
            record = entries.read_achievement(achievement, entry, today=today)
        case NameEntry():
            known = WorkerValue(worker.worker_key, worker.name, worker.contact)
            record = entries.read_name(known, entry)
            if record.worker == known:
                before = record
        case NoGig():
            gig = gig_of(ledger, entry.key)
            record = CancelledGig(gig.row, gig.worker, gig.key)
        case NoAchievement():
            achievement = achievement_of(ledger, entry.key)
            record = RetractedAchievement(achievement.row, achievement.worker, achievement.key)
    if record == before:
        raise UnchangedError("this is what is known already")
    return record


def _latest_import(session: Session, organisation: Organisation, worker: Worker) -> Import:
    """Find the import behind the newest statement about a worker; raises `NotFoundError`."""
    newest = max(store.latest_statements(session, worker.id), key=lambda item: item.created_at, default=None)
    found = import_by_id(session, identity(organisation), newest.import_id) if newest else None
    if found is None:
        raise NotFoundError("nothing was stated about this worker")
    return found


def _import_of(
    session: Session, organisation: Organisation, worker: Worker, record: Record, now: datetime
) -> Import:
    before = _latest_import(session, organisation, worker)
    is_cancelled = isinstance(record, CancelledGig | RetractedAchievement)
    return Import(
        organisation_id=before.organisation_id, file_name=BY_HAND, file_sha256="", profile=before.profile,
        name_check=before.name_check, state="preview", good_count=int(not is_cancelled),
        cancelled_count=int(is_cancelled), worker_count=1, last_day=record.day, created_at=now,
    )  # fmt: skip
