"""Jobs: work that outlives a request, cut into parts that are each done in one transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index
from sqlmodel import Field

from issuer.tables.base import IssuerTable, UtcDateTime


class Job(IssuerTable, table=True):
    """One piece of bulk work for an organisation. `state` is waiting, running, done or failed.

    `subject` is the id of what the job is about, such as an import; ids are all that a job knows.
    `made_count` counts what did not exist before: new claim links, statements or copies.
    """

    __table_args__ = (Index(None, "organisation_id", "created_at"),)
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    kind: str
    subject: UUID | None = None
    state: str = "waiting"
    part_count: int
    parts_left: int
    total_count: int
    done_count: int = 0
    made_count: int = 0
    error_code: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    heartbeat_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class JobPart(IssuerTable, table=True):
    """One part of a job that is not done yet; gone afterwards.

    Anybody may take a part that is due. Whoever works on it pushes `due_at` ahead for as long as that
    lasts, so the parts of a process that died become due by themselves.
    """

    __tablename__ = "job_part"
    job_id: UUID = Field(foreign_key="job.id", primary_key=True)
    number: int = Field(primary_key=True)
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    failure_count: int = 0


class HolderKey(IssuerTable, table=True):
    """A worker whose copies are to be signed for this key; the list is a job's subject and goes with it."""

    __tablename__ = "holder_key"
    list_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    did: str
