"""Claim links for everyone, as a job: each part serves the workers of one range of ids."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from issuer.claiming.offering import WORKERS_AT_ONCE, offer_workers
from issuer.jobs.enqueueing import enqueue
from issuer.jobs.kinds import Kind, Progress
from issuer.organisations import identity
from issuer.service import Service
from issuer.store.workers import count_workers, worker_ids_between
from issuer.tables import Job, Organisation

UUID_BITS: Final = 128


def start(session: Session, organisation: Organisation, *, now: datetime) -> Job:
    """Make claim links for everyone, in the background."""
    workers = count_workers(session, identity(organisation))
    return enqueue(
        session, organisation, Kind.OFFERS, total=workers, part_count=-(-workers // WORKERS_AT_ONCE), now=now
    )


def id_range(number: int, count: int) -> tuple[UUID, UUID]:
    """Cut all ids into `count` equal ranges and give the first and last id of one.

    The ids of workers are random, so each range holds about as many. Nobody has to list them first, and
    a worker who was added after the job was made is served too.
    """
    first, after = ((edge << UUID_BITS) // count for edge in (number, number + 1))
    return UUID(int=first), UUID(int=after - 1)


class OffersWork:
    """Makes sure that every worker has a claim link."""

    def prepare(self, service: Service, organisation: Organisation, job: Job, number: int) -> Sequence[UUID]:
        """List the workers of a range."""
        first, last = id_range(number, job.part_count)
        with service.database.reading() as session:
            return worker_ids_between(session, identity(organisation), first, last)

    def apply(
        self,
        session: Session,
        service: Service,
        organisation: Organisation,  # noqa: ARG002 - the ids are already of one organisation
        prepared: Sequence[UUID],
    ) -> Progress:
        """Offer to each of them."""
        lifetime = service.settings.offer_lifetime
        made = offer_workers(session, prepared, now=service.clock(), lifetime=lifetime)
        return Progress(handled=len(prepared), made=made)

    def finish(self, session: Session, job: Job) -> None:
        """Nothing comes after the last part."""
