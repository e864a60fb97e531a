"""Doing one part of a job, exactly once.

What a part makes, the row that says it is still to be done, and the count of what was done change in one
transaction. A process that dies before the commit has changed nothing; one that dies after it has left
nothing to repeat; and of two that do the same part the second finds it done.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import structlog
from sqlmodel import Session

from issuer.full_storage import CODE as FULL
from issuer.full_storage import is_full
from issuer.jobs.copies import CopiesWork
from issuer.jobs.imports import ImportWork
from issuer.jobs.kinds import UNEXPECTED, Kind, OutdatedError, Progress, StoppedError, TakenOverError, Work
from issuer.jobs.offers import OffersWork
from issuer.jobs.reading import ReadingWork
from issuer.jobs.words import WordsWork
from issuer.observability import fault
from issuer.service import Service
from issuer.store import jobs as store
from issuer.store.organisations import organisation_by_id
from issuer.tables import Job, JobPart, Organisation
from standard.errors import KlusCVError

WORK: Final[Mapping[Kind, Work[Any]]] = {
    Kind.OFFERS: OffersWork(),
    Kind.COPIES: CopiesWork(),
    Kind.IMPORT: ImportWork(),
    Kind.READING: ReadingWork(),
    Kind.WORDS: WordsWork(),
}
MAX_FAILURES: Final = 5

log = structlog.get_logger()


class Outcome(StrEnum):
    """How it went with a part."""

    DONE = "done"
    AGAIN = "again"
    GIVEN_UP = "given-up"
    TAKEN_OVER = "taken-over"
    LEFT = "left"


def run_part(service: Service, job_id: UUID, number: int) -> Outcome:
    """Do one part of a job; a part that was done before is left alone.

    What goes wrong is noted with the job, and the part is tried again later, five times in all.
    """
    job, organisation = _begin(service, job_id)
    work = WORK[Kind(job.kind)]
    try:
        prepared = work.prepare(service, organisation, job, number)
        with service.database.writing() as session:
            part = store.lock_part(session, job_id, number)
            if part is None:
                return Outcome.DONE
            progress = work.apply(session, service, organisation, prepared)
            _end(session, service, part, progress)
    except TakenOverError:
        return Outcome.TAKEN_OVER
    except (StoppedError, OutdatedError):
        return Outcome.LEFT
    except Exception as error:  # A part may fail in any way; the job has to say so and go on.
        code = _code(error)
        log.warning("part failed", job=str(job_id), kind=job.kind, part=number, code=code, **fault(error))
        return _fail(service, job_id, number, code)
    return Outcome.DONE


def retry_delay(failure_count: int) -> timedelta:
    """How long to wait before a part that went wrong is tried again."""
    return timedelta(seconds=2**failure_count)


def _begin(service: Service, job_id: UUID) -> tuple[Job, Organisation]:
    with service.database.writing() as session:
        job = store.lock_job(session, job_id)
        if job.state == "waiting":
            job.state = "running"
        job.heartbeat_at = service.clock()
        return job, organisation_by_id(session, job.organisation_id)


def _code(error: Exception) -> str:
    if is_full(error):
        return FULL
    return error.code if isinstance(error, KlusCVError) else UNEXPECTED


def _fail(service: Service, job_id: UUID, number: int, code: str) -> Outcome:
    with service.database.writing() as session:
        part = store.lock_part(session, job_id, number)
        if part is None:
            return Outcome.DONE
        part.failure_count += 1
        if part.failure_count < MAX_FAILURES:
            part.due_at = service.clock() + retry_delay(part.failure_count)
            return Outcome.AGAIN
        store.lock_job(session, job_id).error_code = code
        _end(session, service, part, Progress(handled=0, made=0))
        return Outcome.GIVEN_UP


def _end(session: Session, service: Service, part: JobPart, progress: Progress) -> None:
    """Strike a part off. The job is locked last and briefly: all of its parts have to pass here."""
    session.delete(part)
    job = store.lock_job(session, part.job_id)
    job.done_count += progress.handled
    job.made_count += progress.made
    job.parts_left -= 1
    job.heartbeat_at = service.clock()
    if job.parts_left == 0:
        job.state = "failed" if job.error_code else "done"
        job.finished_at = service.clock()
        WORK[Kind(job.kind)].finish(session, job)
