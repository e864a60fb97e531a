"""Storing a job, and on PostgreSQL telling the workers of it, in the transaction of what it is about."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuer.jobs import postgres_queue
from issuer.jobs.kinds import Kind
from issuer.organisations import identity, lock_for_change
from issuer.store import jobs as store
from issuer.tables import Job, Organisation


def enqueue(
    session: Session,
    organisation: Organisation,
    kind: Kind,
    *,
    total: int,
    part_count: int,
    subject: UUID | None = None,
    now: datetime,
) -> Job:
    """Store a job; it begins when the transaction is committed.

    When one of the same kind about the same thing is not finished yet, that one is given: pressing a
    button twice starts nothing twice.

    Args:
        session: a writing transaction.
        organisation: whose job.
        kind: what it does.
        total: how much there is to handle, for the progress.
        part_count: into how many parts the work is cut; at least one is made.
        subject: the id of what it is about.
        now: the moment.

    Raises:
        RetiredError: the organisation has stopped.
    """
    lock_for_change(session, organisation)
    active = store.active_job(session, identity(organisation), kind, subject)
    if active is not None:
        return active
    parts = max(part_count, 1)
    job = Job(
        organisation_id=identity(organisation), kind=kind, subject=subject, part_count=parts,
        parts_left=parts, total_count=total, created_at=now,
    )  # fmt: skip
    store.add(session, job)
    if session.get_bind().dialect.name == "postgresql":
        postgres_queue.defer_parts(session, job)
    return job
