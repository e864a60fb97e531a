"""Jobs and their parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session, col, delete, func, select, update

from issuer.tables import HolderKey, Job, JobPart

ACTIVE = ("waiting", "running")


def add(session: Session, job: Job) -> None:
    """Store a job and one row for each of its parts."""
    session.add(job)
    session.flush()
    parts = [
        {"job_id": job.id, "number": number, "due_at": job.created_at, "failure_count": 0}
        for number in range(job.part_count)
    ]
    session.execute(insert(JobPart), parts)


def job_by_id(session: Session, organisation_id: int, job_id: UUID) -> Job | None:
    """Find a job of one organisation."""
    found = session.get(Job, job_id)
    return found if found is not None and found.organisation_id == organisation_id else None


def active_job(session: Session, organisation_id: int, kind: str, subject: UUID | None) -> Job | None:
    """Find a job about the same thing that is not finished."""
    query = select(Job).where(
        Job.organisation_id == organisation_id,
        Job.kind == kind,
        Job.subject == subject,
        col(Job.state).in_(ACTIVE),
    )
    return session.exec(query).first()


def lock_job(session: Session, job_id: UUID) -> Job:
    """Read a job that this transaction is going to change."""
    query = select(Job).where(Job.id == job_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def note_progress(session: Session, job_id: UUID, done: int, *, now: datetime) -> None:
    """Tell how far the one part of a job is, and that somebody is at it."""
    job = lock_job(session, job_id)
    job.done_count = min(done, job.total_count)
    job.heartbeat_at = now


def lock_part(session: Session, job_id: UUID, number: int) -> JobPart | None:
    """Read a part that this transaction is going to do; None when it was done before."""
    query = select(JobPart).where(JobPart.job_id == job_id, JobPart.number == number).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def due_parts(session: Session, now: datetime, *, limit: int) -> Sequence[JobPart]:
    """Read and lock parts that nobody works on, those of the oldest job first."""
    query = (
        select(JobPart)
        .join(Job, col(Job.id) == JobPart.job_id)
        .where(JobPart.due_at <= now)
        .order_by(col(Job.created_at), col(JobPart.job_id), col(JobPart.number))
        .limit(limit)
        .with_for_update(of=JobPart, skip_locked=True)
    )
    return session.exec(query).all()


def set_due(session: Session, parts: Iterable[tuple[UUID, int]], due_at: datetime) -> None:
    """Say from when on these parts may be taken by somebody else."""
    for job_id, number in parts:
        session.exec(
            update(JobPart)
            .where(col(JobPart.job_id) == job_id, col(JobPart.number) == number)
            .values(due_at=due_at)
        )


def forget_holder_keys(session: Session, list_id: UUID) -> None:
    """Remove a list of holder keys."""
    session.exec(delete(HolderKey).where(col(HolderKey.list_id) == list_id))


def holder_keys(session: Session, list_id: UUID, *, first: int, count: int) -> Sequence[HolderKey]:
    """Read some keys of a list, in their order."""
    query = select(HolderKey).where(
        HolderKey.list_id == list_id, HolderKey.number >= first, HolderKey.number < first + count
    )
    return session.exec(query.order_by(col(HolderKey.number))).all()


def count_by_state(session: Session) -> dict[tuple[str, str], int]:
    """Count the jobs of this host by kind and state."""
    query = select(Job.kind, Job.state, func.count(col(Job.id))).group_by(Job.kind, Job.state)
    return {(kind, state): count for kind, state, count in session.exec(query)}


def oldest_active(session: Session) -> datetime | None:
    """Tell since when the oldest unfinished job waits for its end."""
    return session.exec(select(func.min(Job.created_at)).where(col(Job.state).in_(ACTIVE))).one()
