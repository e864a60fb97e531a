"""Pages for owners: what an organisation is called and is, how it looks, and how long statements count."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from issuer import organisations
from issuer.access.roles import Permission
from issuer.audit import Action
from issuer.batch import profiles
from issuer.branding import brands, logo
from issuer.errors import ColourError, LogoError, SettingsError
from issuer.life import validity
from issuer.organisations import OrganisationKind
from issuer.routes.dashboard.logged_in_first import LoggedInFirst
from issuer.routes.dependencies import (
    AuditDep,
    ManagedOrganisation,
    ReadDep,
    ServiceDep,
    WriteDep,
    allowed,
    page,
    see,
)
from issuer.service import Service
from issuer.tables import Organisation
from standard.model import StatementType

router = APIRouter(
    prefix="/instellingen", route_class=LoggedInFirst, dependencies=[allowed(Permission.SETTINGS)]
)
Words = Annotated[str, Form(max_length=500)]
Days = Annotated[int | None, Form(ge=1, le=validity.LONGEST_DAYS)]
Refusal = SettingsError | ColourError | LogoError
LOGO_FIELD: Final = "logo"


@router.get("")
def shown(
    request: Request,
    session: ReadDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    opgeslagen: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Everything that can be set, and what is kept for how long; `opgeslagen` names what was just saved."""
    return _page(request, session, service, organisation, saved=opgeslagen)


@router.post("")
def change(
    request: Request,
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    name: Words,
    contact: Words,
    kind: Annotated[OrganisationKind, Form()],
    profile: Words = "",
) -> Response:
    """Change what the organisation is called, where it is reached, what it is, how its exports are read."""
    known = [each.name for each in profiles.available(session, organisation)]
    typed = {"name": name, "contact": contact}
    try:
        organisations.change(
            session, organisation, name=name, contact=contact, kind=kind, profile=profile, profiles=known
        )
    except SettingsError as error:
        return _page(request, session, service, organisation, refusal=error, typed=typed)
    note(Action.SETTINGS_CHANGED, organisation.did)
    return _back(organisation, "organisatie")


@router.post("/kleuren")
def change_colours(
    request: Request,
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    accent: Words = "",
    text: Words = "",
) -> Response:
    """Choose two colours, or none."""
    try:
        brands.set_colours(session, organisation, accent=accent, text=text)
    except ColourError as error:
        typed = {"accent": accent, "text": text}
        return _page(request, session, service, organisation, refusal=error, typed=typed)
    note(Action.BRANDING_CHANGED, organisation.did)
    return _back(organisation, "huisstijl")


@router.post("/logo")
def change_logo(
    request: Request,
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    picture: Annotated[UploadFile, Form(alias=LOGO_FIELD)],
) -> Response:
    """Take a logo in."""
    try:
        brands.set_logo(session, organisation, picture.file.read(logo.LARGEST_BYTES + 1))
    except LogoError as error:
        return _page(request, session, service, organisation, refusal=error)
    note(Action.BRANDING_CHANGED, organisation.did)
    return _back(organisation, "huisstijl")


@router.post("/logo/verwijderen")
def remove_logo(session: WriteDep, organisation: ManagedOrganisation, note: AuditDep) -> Response:
    """Show no logo any more."""
    brands.drop_logo(session, organisation)
    note(Action.BRANDING_CHANGED, organisation.did)
    return _back(organisation, "huisstijl")


@router.post("/geldigheid")
def change_validity(
    session: WriteDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    work_history: Days = None,
    rating: Days = None,
) -> Response:
    """Say for how many days statements count that are made from now on; an empty field: without an end."""
    before = validity.limits(session, organisation)
    asked = {StatementType.WORK_HISTORY: work_history, StatementType.RATING: rating}
    for kind, days in asked.items():
        if before.get(kind) != days:
            validity.limit(session, organisation, kind, days)
            note(Action.VALIDITY_SET, kind.value)
    return _back(organisation, "geldigheid")


def _page(
    request: Request,
    session: Session,
    service: Service,
    organisation: Organisation,
    *,
    refusal: Refusal | None = None,
    typed: dict[str, str] | None = None,
    saved: str = "",
) -> HTMLResponse:
    look = brands.brand_of(session, organisation)
    stored = {
        "name": organisation.name, "contact": organisation.contact,
        "accent": look.accent or "", "text": look.text or "",
    }  # fmt: skip
    return page(
        request,
        "settings.html",
        status_code=422 if refusal else 200,
        organisation=organisation,
        look=look,
        value=stored | (typed or {}),
        refusal=refusal,
        saved=saved,
        kinds=list(OrganisationKind),
        profiles=profiles.available(session, organisation),
        own_profiles=profiles.own(session, organisation),
        days=validity.limits(session, organisation),
        longest_days=validity.LONGEST_DAYS,
        kept=service.settings,
    )


def _back(organisation: Organisation, saved: str) -> Response:
    """Lead back to the part of the page that was saved: the page is long, and opens at its top otherwise."""
    return see(f"/beheer/{organisation.slug}/instellingen?opgeslagen={saved}#{saved}")
