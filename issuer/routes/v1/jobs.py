"""Bulk work in the background: claim links for everyone, and how far a job is."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from issuer.api.scopes import Scope
from issuer.audit import Action
from issuer.errors import NotFoundError
from issuer.jobs import offers
from issuer.organisations import identity
from issuer.routes.dependencies import ReadDep, ServiceDep, WriteDep
from issuer.routes.v1 import models
from issuer.routes.v1.authentication import NoteDep, OwnOrganisation, needs
from issuer.routes.v1.problems import documented
from issuer.routes.v1.requests import RepeatDep
from issuer.store import jobs as store
from issuer.tables import Job

router = APIRouter(tags=["jobs"])


@router.post(
    "/offers/all",
    status_code=202,
    response_model=models.Job,
    dependencies=[needs(Scope.OFFERS)],
    responses=documented(),
)
def offer_all(
    session: WriteDep, service: ServiceDep, organisation: OwnOrganisation, note: NoteDep, repeat: RepeatDep
) -> Response:
    """Make sure that every worker has a claim link for the newest statements. Safe to repeat."""

    def start() -> models.Job:
        job = offers.start(session, organisation, now=service.clock())
        note(Action.OFFERS_MADE, str(job.id))
        return _job(job)

    return repeat(start, status=202)


@router.get("/jobs/{job_id}", dependencies=[needs(Scope.READ)], responses=documented())
def show_job(session: ReadDep, organisation: OwnOrganisation, job_id: UUID) -> models.Job:
    """How far a job is."""
    found = store.job_by_id(session, identity(organisation), job_id)
    if found is None:
        raise NotFoundError("no such job")
    return _job(found)


def _job(job: Job) -> models.Job:
    return models.Job.model_validate(job.model_dump(include=set(models.Job.model_fields)))
