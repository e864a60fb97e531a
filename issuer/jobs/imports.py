"""Stating what a large import says, as a job: one part, which goes on where it was broken off."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlmodel import Session

from issuer import audit, batch
from issuer.audit import Action
from issuer.jobs.enqueueing import enqueue
from issuer.jobs.kinds import Kind, Progress, StoppedError
from issuer.organisations import identity
from issuer.service import Service
from issuer.store import imports as imports_store
from issuer.store import jobs as store
from issuer.tables import Import, Job, Organisation

LARGE: Final = 20_000
"""From so many records on a commit takes longer than somebody waits for a page."""


def start_if_large(
    service: Service, organisation: Organisation, import_id: UUID, *, correction: str | None, actor: str
) -> Job | None:
    """Decide on a large import now, and state it in the background; None for one that is not large.

    Raises:
        NotFoundError: the organisation has no such import.
        ImportStateError: it was committed or discarded before, or another one is being committed.
    """
    with service.database.writing() as session:
        records = _staged_count(session, import_id)
        if records < LARGE:
            return None
        batch.begin(session, organisation, import_id, as_of=None, correction=correction)
        job = enqueue(
            session, organisation, Kind.IMPORT,
            total=records, part_count=1, subject=import_id, now=service.clock(),
        )  # fmt: skip
        audit.record(
            session, identity(organisation),
            actor=actor, action=Action.IMPORT_DECIDED, subject=str(import_id), now=service.clock(),
        )  # fmt: skip
        return job


class ImportWork:
    """States an import in the many short transactions of its own commit."""

    def prepare(
        self,
        service: Service,
        organisation: Organisation,
        job: Job,
        number: int,  # noqa: ARG002 - there is one part
    ) -> tuple[UUID, UUID]:
        """Commit what is left, and let the progress follow.

        Raises:
            StoppedError: this process is to end; somebody else goes on where it was.
        """
        if job.subject is None:
            raise ValueError("the job has no import")
        import_id = job.subject
        with service.database.reading() as session:
            state = session.get_one(Import, import_id).state
        # A process may have died between the end of the commit and the end of the job.
        if state != "committed":
            batch.commit(
                service.database, organisation, import_id,
                as_of=None, correction=None, actor=f"job:{job.id}", now=service.clock(),
                told=lambda _: _follow(service, job.id, import_id),
            )  # fmt: skip
        return job.id, import_id

    def apply(
        self,
        session: Session,
        service: Service,  # noqa: ARG002 - nothing is left to do
        organisation: Organisation,  # noqa: ARG002 - the ids are already of one organisation
        prepared: tuple[UUID, UUID],
    ) -> Progress:
        """Count what the progress has not counted yet."""
        job, stated = store.lock_job(session, prepared[0]), session.get_one(Import, prepared[1])
        return Progress(handled=job.total_count - job.done_count, made=stated.new_statement_count)

    def finish(self, session: Session, job: Job) -> None:
        """Nothing comes after the last part; a commit that failed is taken up by the next one."""


def _follow(service: Service, job_id: UUID, import_id: UUID) -> None:
    if service.stopping():
        raise StoppedError
    with service.database.writing() as session:
        job = store.lock_job(session, job_id)
        job.done_count = max(job.total_count - _staged_count(session, import_id), 0)
        job.heartbeat_at = service.clock()


def _staged_count(session: Session, import_id: UUID) -> int:
    return sum(count for _, count in imports_store.filled_buckets(session, import_id))
