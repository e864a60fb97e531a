"""Corrections by hand: one thing that was told about a worker, put right without an export."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Response
from pydantic import Field

from issuer.api.scopes import Scope
from issuer.batch import correcting
from issuer.batch.entries import AchievementEntry, Entry, GigEntry, NameEntry, NoAchievement, NoGig
from issuer.life.erasure import worker_of
from issuer.routes.dependencies import ServiceDep, WriteDep
from issuer.routes.v1 import models
from issuer.routes.v1.authentication import CallerDep, OwnOrganisation, needs
from issuer.routes.v1.problems import CONFLICT, JSON_BODY, documented
from issuer.routes.v1.requests import RepeatDep
from issuer.routes.v1.strict_body import StrictJsonRoute
from issuer.routes.v1.workers import WorkerKey

router = APIRouter(prefix="/workers", tags=["workers"], route_class=StrictJsonRoute)
RecordKey = Annotated[str, Field(min_length=1, max_length=1_000, description="your own key for it")]
Typed = Annotated[str | None, Field(max_length=200)]
Never = Annotated[bool, Field(description="it never was; then no other field is given")]


class Correction(models.Message):
    """What becomes of what was stated before; `reason` is needed when it is withdrawn."""

    supersede: bool = Field(
        description="true: what was stated before was wrong, and is withdrawn with all its copies; "
        "false: it stays valid as of its day",
        examples=[True],
    )
    reason: models.Reason | None = None


class GigCorrection(Correction):
    """A gig with its marks and review. What is left out, or null, stays as it is."""

    record: Literal["gig"]
    key: RecordKey
    never: Never = False
    day: Typed = Field(default=None, description="on which it began", examples=["2026-11-03"])
    worked: Typed = Field(default=None, description="hours and minutes", examples=["6:30"])
    category: Typed = Field(default=None, description="your own word for the kind of work")
    marks: dict[Annotated[str, Field(max_length=200)], Typed] = Field(
        default_factory=dict,
        max_length=100,
        description="by what they are about, `overall` where it is not said; empty takes a mark away",
        examples=[{"overall": "4"}],
    )
    review: str | None = Field(default=None, max_length=4_000, description="empty takes the review away")

    def entry(self) -> Entry:
        """What is laid over the gig."""
        if self.never:
            return NoGig(self.key)
        marks = {name: said for name, said in self.marks.items() if said is not None}
        return GigEntry(self.key, self.day, self.worked, self.category, marks, self.review)


class AchievementCorrection(Correction):
    """Something that was awarded: a badge, a certificate, an assessment. What is left out stays as it is."""

    record: Literal["achievement"]
    key: RecordKey
    never: Never = False
    name: Typed = Field(default=None, description="what was awarded", examples=["Topkracht"])
    language: Typed = Field(default=None, description="of the name", examples=["nl"])
    awarded_on: Typed = Field(default=None, examples=["2026-03-01"])

    def entry(self) -> Entry:
        """What is laid over the achievement."""
        if self.never:
            return NoAchievement(self.key)
        return AchievementEntry(self.key, self.name, self.language, self.awarded_on)


class NameCorrection(Correction):
    """What the worker is called in every statement."""

    record: Literal["name"]
    name: str = Field(max_length=200, examples=["Fatima de Jong"])

    def entry(self) -> Entry:
        """What is laid over the name."""
        return NameEntry(self.name)


Wanted = Annotated[GigCorrection | AchievementCorrection | NameCorrection, Field(discriminator="record")]
EXAMPLES: Final[dict[str, Any]] = {
    "hours": {"summary": "Fewer hours", "value": {
        "record": "gig", "key": "K-2041", "worked": "6:30", "supersede": True, "reason": "hours",
    }},
    "mark": {"summary": "Another mark, and no review", "value": {
        "record": "gig", "key": "K-2041", "marks": {"overall": "4"}, "review": "", "supersede": True,
        "reason": "of another gig",
    }},
    "achievement": {"summary": "Never awarded", "value": {
        "record": "achievement", "key": "B-7", "never": True, "supersede": True, "reason": "mix-up",
    }},
    "name": {"summary": "Another name; what was stated stays valid", "value": {
        "record": "name", "name": "Fatima de Jong", "supersede": False,
    }},
}  # fmt: skip


@router.post(
    "/{worker}/corrections",
    status_code=201,
    response_model=models.Batch,
    dependencies=[needs(Scope.BATCHES)],
    responses=documented(CONFLICT, JSON_BODY),
)
def correct_record(
    session: WriteDep,
    service: ServiceDep,
    caller: CallerDep,
    organisation: OwnOrganisation,
    repeat: RepeatDep,
    worker: WorkerKey,
    wanted: Annotated[Wanted, Body(openapi_examples=EXAMPLES)],
) -> Response:
    """Put one thing right, as a committed export of it alone would; `file_name` of the batch is empty.

    It stays so while exports tell what they told before; one that tells something else counts again.
    """

    def correct() -> models.Batch:
        done = correcting.correct(
            session, organisation, worker_of(session, organisation, worker), wanted.entry(),
            correction=(wanted.reason or "") if wanted.supersede else None, actor=caller.actor,
            today=service.today(), now=service.clock(),
        )  # fmt: skip
        return models.Batch.of(done)

    return repeat(correct, status=201)
