"""Pages for operators: what was told about one worker, and one thing of it corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from issuer.access.roles import Permission
from issuer.batch import correcting
from issuer.batch.entries import AchievementEntry, Entry, GigEntry, NameEntry, NoAchievement, NoGig
from issuer.content import one_line
from issuer.errors import EntryError, ReasonMissingError, UnchangedError
from issuer.imports import Reason
from issuer.routes.dependencies import (
    ManagedOrganisation,
    OperatorDep,
    ReadDep,
    ServiceDep,
    allowed,
    page,
    see,
)
from issuer.service import Service
from issuer.tables import Organisation
from issuer.views import corrections as views

router = APIRouter(prefix="/mensen/{worker_id}/verbeteren", dependencies=[allowed(Permission.REVOKE)])
Key = Annotated[str, Query(alias="nummer", max_length=1_000)]
Typed = Annotated[str, Form(max_length=1_000)]
Shown = views.GigPage | views.AchievementPage | views.NamePage
Answer = HTMLResponse | RedirectResponse
TEMPLATES: Final[Mapping[type[Shown], str]] = {
    views.GigPage: "gig.html",
    views.AchievementPage: "achievement.html",
    views.NamePage: "name.html",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was corrected: what is wrong with which field, or that nothing is different."""

    faults: dict[str | None, Reason] = field(default_factory=dict)
    is_unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A form that corrects something, and what is to become of what was stated before."""

    request: Request
    service: Service
    actor: str
    organisation: Organisation
    worker_id: UUID
    is_superseding: bool
    reason: str

    def carry_out(self, entry: Entry, shown: Shown) -> Answer:
        """Correct it and go back to the worker, or show the form again with what is wrong."""
        refusal = self._correct(entry)
        if refusal is None:
            return see(f"/beheer/{self.organisation.slug}/mensen/{self.worker_id}")
        return _page(self.request, self.organisation, shown, entry, self, refusal)

    def _correct(self, entry: Entry) -> Refusal | None:
        try:
            with self.service.database.writing() as session:
                correcting.correct(
                    session, self.organisation, self.worker_id, entry,
                    correction=self.reason if self.is_superseding else None, actor=self.actor,
                    today=self.service.today(), now=self.service.clock(),
                )  # fmt: skip
        except EntryError as error:
            return Refusal({fault.column: fault.reason for fault in error.faults} | self._without_reason())
        except ReasonMissingError:
            return Refusal(self._without_reason())
        except UnchangedError:
            return Refusal(is_unchanged=True)
        return None

    def _without_reason(self) -> dict[str | None, Reason]:
        return {"reason": Reason.MISSING} if self.is_superseding and not one_line(self.reason) else {}


def asked(
    request: Request,
    service: ServiceDep,
    operator: OperatorDep,
    organisation: ManagedOrganisation,
    worker_id: UUID,
    supersedes: Annotated[bool, Form()],
    reason: Annotated[str, Form(max_length=300)] = "",
) -> Asked:
    """Read what every form of a correction holds."""
    return Asked(request, service, operator.actor, organisation, worker_id, supersedes, reason)


AskedDep = Annotated[Asked, Depends(asked)]


@router.get("")
def records(
    request: Request,
    session: ReadDep,
    organisation: ManagedOrganisation,
    worker_id: UUID,
    q: Annotated[str, Query(max_length=200)] = "",
    soort: Annotated[str, Query(max_length=200)] = "",
    bladzijde: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """What was told about a worker, to find what is wrong."""
    shown = views.records_page(session, organisation, worker_id, words=q, category=soort, page=bladzijde)
    return page(
        request, "records.html", organisation=organisation, shown=shown, words=q, category=soort,
        number=bladzijde,
    )  # fmt: skip


@router.get("/klus")
def gig(
    request: Request, session: ReadDep, organisation: ManagedOrganisation, worker_id: UUID, key: Key
) -> HTMLResponse:
    """One gig as it is known."""
    shown = views.gig_page(session, organisation, worker_id, key)
    return _page(request, organisation, shown, shown.entry)


@router.post("/klus", response_model=None)
def correct_gig(
    asked: AskedDep,
    key: Key,
    day: Typed = "",
    worked: Typed = "",
    category: Typed = "",
    mark: Annotated[list[str] | None, Form()] = None,
    review: Annotated[str, Form(max_length=10_000)] = "",
    never: Annotated[bool, Form()] = False,
) -> Answer:
    """Say what a gig was after all, or that it was none."""
    with asked.service.database.reading() as session:
        shown = views.gig_page(session, asked.organisation, asked.worker_id, key)
    if never:
        return asked.carry_out(NoGig(key), shown)
    marks = dict(zip([name for name, _ in shown.marks], mark or [], strict=False))
    return asked.carry_out(GigEntry(key, day, worked, category, marks, review), shown)


@router.get("/behaald")
def achievement(
    request: Request, session: ReadDep, organisation: ManagedOrganisation, worker_id: UUID, key: Key
) -> HTMLResponse:
    """One achievement as it is known."""
    shown = views.achievement_page(session, organisation, worker_id, key)
    return _page(request, organisation, shown, shown.entry)


@router.post("/behaald", response_model=None)
def correct_achievement(
    asked: AskedDep,
    key: Key,
    name: Typed = "",
    language: Typed = "",
    awarded_on: Typed = "",
    never: Annotated[bool, Form()] = False,
) -> Answer:
    """Say what was awarded after all, or that nothing was."""
    with asked.service.database.reading() as session:
        shown = views.achievement_page(session, asked.organisation, asked.worker_id, key)
    if never:
        return asked.carry_out(NoAchievement(key), shown)
    return asked.carry_out(AchievementEntry(key, name, language, awarded_on), shown)


@router.get("/naam")
def name(
    request: Request, session: ReadDep, organisation: ManagedOrganisation, worker_id: UUID
) -> HTMLResponse:
    """What the worker is called in statements."""
    shown = views.name_page(session, organisation, worker_id)
    return _page(request, organisation, shown, shown.entry)


@router.post("/naam", response_model=None)
def correct_name(asked: AskedDep, name: Typed = "") -> Answer:
    """Say what the worker is called after all."""
    with asked.service.database.reading() as session:
        shown = views.name_page(session, asked.organisation, asked.worker_id)
    return asked.carry_out(NameEntry(name), shown)


def _page(
    request: Request,
    organisation: Organisation,
    shown: Shown,
    entry: Entry,
    asked: Asked | None = None,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    is_never = isinstance(entry, NoGig | NoAchievement)
    return page(
        request, TEMPLATES[type(shown)], status_code=422 if refusal else 200, organisation=organisation,
        shown=shown, entry=shown.entry if is_never else entry, is_never=is_never, asked=asked,
        refusal=refusal or Refusal(),
    )  # fmt: skip
