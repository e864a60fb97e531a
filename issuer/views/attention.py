"""What needs attention in one organisation, each with the page where it is dealt with."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlmodel import Session

from issuer.access.roles import Permission
from issuer.jobs.kinds import Kind
from issuer.organisations import identity
from issuer.store import attention as store
from issuer.store import disputes as disputes_store
from issuer.store import imports as imports_store
from issuer.tables import Import, Job, Organisation

OFFERS_AHEAD: Final = timedelta(days=7)
API_KEYS_AHEAD: Final = timedelta(days=30)
FAILURES_BACK: Final = timedelta(days=7)
SHOWN_JOBS: Final = 5
COUNTED_IMPORTS: Final = 100


class Concern(StrEnum):
    """One kind of thing that waits for somebody."""

    IMPORTS = "imports"
    REFUSED_ROWS = "refused-rows"
    DISPUTES = "disputes"
    FAILED_JOB = "failed-job"
    RUNNING_JOB = "running-job"
    EXPIRING_OFFERS = "expiring-offers"
    ANNOUNCED_KEYS = "announced-keys"
    API_KEYS = "api-keys"
    WEBHOOKS = "webhooks"


@dataclass(frozen=True, slots=True)
class Notice:
    """How much of one concern there is.

    Attributes:
        concern: what waits.
        count: how often.
        path: where it is dealt with, after the organisation's own address.
        job: the kind of bulk work that it is about, if it is about any.
    """

    concern: Concern
    count: int
    path: str
    job: Kind | None = None


def notices(
    session: Session, organisation: Organisation, permissions: Collection[Permission], *, now: datetime
) -> list[Notice]:
    """List what needs attention, the most pressing first, as far as a role may open its pages."""
    organisation_id = identity(organisation)
    found = [
        *_about_imports(session, organisation_id),
        Notice(Concern.DISPUTES, disputes_store.count_waiting(session, organisation_id), "/bezwaren"),
        *_about_jobs(session, organisation_id, now),
        Notice(
            Concern.EXPIRING_OFFERS,
            store.count_expiring_offers(session, organisation_id, now=now, until=now + OFFERS_AHEAD),
            "/mensen?link=verloopt",
        ),
        Notice(Concern.ANNOUNCED_KEYS, store.count_announced_keys(session, organisation_id), "/sleutels"),
    ]
    if Permission.SETTINGS in permissions:
        found += _about_connections(session, organisation_id, now)
    return [notice for notice in found if notice.count]


def _about_imports(session: Session, organisation_id: int) -> Iterator[Notice]:
    waiting = store.waiting_imports(session, organisation_id, limit=COUNTED_IMPORTS)
    path = _import_path(waiting[0]) if len(waiting) == 1 else "/exports"
    yield Notice(Concern.IMPORTS, len(waiting), path)
    for latest in imports_store.recent_imports(session, organisation_id, limit=1):
        if latest.state != "discarded":
            yield Notice(Concern.REFUSED_ROWS, latest.bad_count, _import_path(latest))


def _about_jobs(session: Session, organisation_id: int, now: datetime) -> Iterator[Notice]:
    for job in store.jobs_to_see(session, organisation_id, since=now - FAILURES_BACK, limit=SHOWN_JOBS):
        concern = Concern.FAILED_JOB if job.state == "failed" else Concern.RUNNING_JOB
        yield Notice(concern, 1, _job_path(job), Kind(job.kind))


def _about_connections(session: Session, organisation_id: int, now: datetime) -> Iterator[Notice]:
    ending = store.count_programs_without_key(session, organisation_id, until=now + API_KEYS_AHEAD)
    yield Notice(Concern.API_KEYS, ending, "/koppelingen")
    yield Notice(Concern.WEBHOOKS, store.count_given_up(session, organisation_id), "/koppelingen")


def _import_path(batch: Import) -> str:
    return f"/exports/{batch.id}"


def _job_path(job: Job) -> str:
    """Where an operator sees how far a job is: some have a page of what they are about."""
    if job.kind == Kind.READING:
        return f"/exports/{job.subject}"
    return f"/uploads/{job.subject}/woorden" if job.kind == Kind.WORDS else f"/taken/{job.id}"
