"""The gigs behind the statements about one worker, for whoever corrects one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from issuer.batch import correcting, profiles
from issuer.errors import NotFoundError
from issuer.imports import GigRecord, ProfileError
from issuer.organisations import identity
from issuer.store.workers import worker_by_id
from issuer.tables import Organisation, Worker
from standard.model import OccupationUri

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class GigsPage:
    """One page of a worker's gigs, and the kinds of work to choose from."""

    worker: Worker
    gigs: Sequence[GigRecord]
    categories: Sequence[str]
    has_next: bool


@dataclass(frozen=True, slots=True)
class GigPage:
    """One gig, and what it may be corrected to."""

    worker: Worker
    gig: GigRecord
    occupations: Mapping[str, OccupationUri | None]


def gigs_page(
    session: Session, organisation: Organisation, worker_id: UUID, *, words: str, category: str, page: int
) -> GigsPage:
    """List gigs whose key or review holds some words; raises `NotFoundError`."""
    worker = _worker(session, organisation, worker_id)
    gigs = correcting.gigs_of(session, worker)
    sought = words.strip().casefold()
    found = [
        gig
        for gig in gigs
        if category in ("", gig.category)
        and (sought in gig.key.casefold() or (gig.review and sought in gig.review.text.casefold()))
    ]
    start = (page - 1) * PAGE_SIZE
    return GigsPage(
        worker=worker,
        gigs=found[start : start + PAGE_SIZE],
        categories=sorted({gig.category for gig in gigs}),
        has_next=len(found) > start + PAGE_SIZE,
    )


def gig_page(session: Session, organisation: Organisation, worker_id: UUID, key: str) -> GigPage:
    """Show one gig; raises `NotFoundError`."""
    worker = _worker(session, organisation, worker_id)
    gig = correcting.gig_of(session, worker, key)
    return GigPage(worker, gig, _occupations(session, organisation, worker))


def _occupations(
    session: Session, organisation: Organisation, worker: Worker
) -> Mapping[str, OccupationUri | None]:
    """The kinds of work of the profile, unless it is gone, and those that the worker already did."""
    done = {gig.category: gig.occupation for gig in correcting.gigs_of(session, worker)}
    name = correcting.latest_import(session, organisation, worker).profile
    try:
        return {**profiles.find(session, organisation, name).categories, **done}
    except ProfileError:
        return done


def _worker(session: Session, organisation: Organisation, worker_id: UUID) -> Worker:
    found = worker_by_id(session, identity(organisation), worker_id)
    if found is None:
        raise NotFoundError("no such worker")
    return found
