"""What was told about one worker, for whoever corrects it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from issuer.batch import correcting
from issuer.batch.entries import AchievementEntry, GigEntry, NameEntry, mark_names
from issuer.batch.ledger import Ledger
from issuer.errors import NotFoundError
from issuer.imports import AchievementRecord, GigRecord
from issuer.imports.records import Mark
from issuer.organisations import identity
from issuer.store.workers import worker_by_id
from issuer.tables import Organisation, Worker
from standard.model import OccupationUri

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """A worker's achievements, one page of gigs, and the kinds of work to choose from."""

    worker: Worker
    achievements: Sequence[AchievementRecord]
    gigs: Sequence[GigRecord]
    categories: Sequence[str]
    has_next: bool


@dataclass(frozen=True, slots=True)
class GigPage:
    """One gig, and what it may be corrected to."""

    worker: Worker
    gig: GigRecord
    occupations: Mapping[str, OccupationUri | None]

    @property
    def marks(self) -> list[tuple[str, Mark]]:
        """Each mark with the name by which an entry corrects it."""
        return list(zip(mark_names(self.gig), self.gig.marks, strict=True))

    @property
    def entry(self) -> GigEntry:
        """The gig as a form shows it."""
        gig = self.gig
        return GigEntry(
            key=gig.key,
            day=gig.first_date.isoformat(),
            worked=f"{gig.worked_minutes // 60}:{gig.worked_minutes % 60:02}",
            category=gig.category,
            marks={name: f"{mark.value:f}".replace(".", ",") for name, mark in self.marks},
            review=gig.review.text if gig.review else "",
        )


@dataclass(frozen=True, slots=True)
class AchievementPage:
    """One achievement."""

    worker: Worker
    achievement: AchievementRecord

    @property
    def entry(self) -> AchievementEntry:
        """The achievement as a form shows it."""
        told = self.achievement
        return AchievementEntry(told.key, told.name, told.language, told.awarded_on.isoformat())


@dataclass(frozen=True, slots=True)
class NamePage:
    """What a worker is called."""

    worker: Worker

    @property
    def entry(self) -> NameEntry:
        """The name as a form shows it."""
        return NameEntry(self.worker.name)


def records_page(
    session: Session, organisation: Organisation, worker_id: UUID, *, words: str, category: str, page: int
) -> RecordsPage:
    """List what was told, of gigs those whose key or review holds some words; raises `NotFoundError`."""
    worker, ledger = _told(session, organisation, worker_id)
    gigs = ledger.gigs()
    sought = words.strip().casefold()
    found = [
        gig
        for gig in gigs
        if category in ("", gig.category)
        and (sought in gig.key.casefold() or (gig.review and sought in gig.review.text.casefold()))
    ]
    start = (page - 1) * PAGE_SIZE
    return RecordsPage(
        worker=worker,
        achievements=ledger.achievements(),
        gigs=found[start : start + PAGE_SIZE],
        categories=sorted({gig.category for gig in gigs}),
        has_next=len(found) > start + PAGE_SIZE,
    )


def gig_page(session: Session, organisation: Organisation, worker_id: UUID, key: str) -> GigPage:
    """Show one gig; raises `NotFoundError`."""
    worker, ledger = _told(session, organisation, worker_id)
    gig = correcting.gig_of(ledger, key)
    return GigPage(worker, gig, correcting.occupations_of(session, organisation, worker, ledger))


def achievement_page(
    session: Session, organisation: Organisation, worker_id: UUID, key: str
) -> AchievementPage:
    """Show one achievement; raises `NotFoundError`."""
    worker, ledger = _told(session, organisation, worker_id)
    return AchievementPage(worker, correcting.achievement_of(ledger, key))


def name_page(session: Session, organisation: Organisation, worker_id: UUID) -> NamePage:
    """Show what a worker is called; raises `NotFoundError`."""
    return NamePage(_told(session, organisation, worker_id)[0])


def _told(session: Session, organisation: Organisation, worker_id: UUID) -> tuple[Worker, Ledger]:
    worker = worker_by_id(session, identity(organisation), worker_id)
    if worker is None:
        raise NotFoundError("no such worker")
    return worker, correcting.ledger_of(session, worker)
