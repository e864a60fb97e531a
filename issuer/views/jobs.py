"""How far a job is, as the operator sees it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from issuer.errors import NotFoundError
from issuer.organisations import identity
from issuer.store import jobs as store
from issuer.tables import Job, Organisation


@dataclass(frozen=True, slots=True)
class JobPage:
    """A job and whether it still goes on."""

    job: Job
    is_active: bool


def job_page(session: Session, organisation: Organisation, job_id: UUID) -> JobPage:
    """Show a job; raises `NotFoundError`."""
    job = store.job_by_id(session, identity(organisation), job_id)
    if job is None:
        raise NotFoundError("no such job")
    return JobPage(job, is_active=job.state in store.ACTIVE)
