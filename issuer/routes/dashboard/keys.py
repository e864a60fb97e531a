"""Pages for operators: the keys, announced, rotated and reported stolen."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from issuer.access.roles import Permission
from issuer.audit import Action
from issuer.keyring import key_life
from issuer.routes.dependencies import (
    CONFIRMED,
    AuditDep,
    ManagedOrganisation,
    ReadDep,
    ServiceDep,
    WriteDep,
    allowed,
    page,
    see,
)

router = APIRouter(prefix="/sleutels")
MAY = [allowed(Permission.KEYS), CONFIRMED]


@router.get("")
def keys(
    request: Request, session: ReadDep, service: ServiceDep, organisation: ManagedOrganisation
) -> HTMLResponse:
    """Every key with its time."""
    known = [(key, key_life.state(key)) for key in key_life.known_keys(session, organisation)]
    return page(
        request, "keys.html", organisation=organisation, keys=known,
        did_address=f"{service.credential_issuer(organisation.slug)}/did.json",
        are_open=service.settings.secure_cookies and service.keys.has_open_files(),
    )  # fmt: skip


@router.post("/aankondigen", dependencies=MAY)
def announce(
    session: WriteDep, service: ServiceDep, organisation: ManagedOrganisation, note: AuditDep
) -> RedirectResponse:
    """Publish new keys that do not sign yet."""
    key_life.announce(session, service.keys, organisation, plan=None, now=service.clock())
    note(Action.KEYS_ANNOUNCED, organisation.did)
    return see(f"/beheer/{organisation.slug}/sleutels")


@router.post("/vernieuwen", dependencies=MAY)
def rotate(
    session: WriteDep, service: ServiceDep, organisation: ManagedOrganisation, note: AuditDep
) -> RedirectResponse:
    """Sign with the announced keys, or with new ones."""
    key_life.rotate(session, service.keys, organisation, plan=None, now=service.clock())
    note(Action.KEYS_ROTATED, organisation.did)
    return see(f"/beheer/{organisation.slug}/sleutels")


@router.post("/gestolen", dependencies=MAY)
def report_theft(
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    sleutel: Annotated[str, Form(max_length=300)],
) -> RedirectResponse:
    """Say that a key was stolen, as of now."""
    now = service.clock()
    found = key_life.report_theft(session, service.keys, organisation, sleutel, since=now, now=now)
    note(Action.KEY_COMPROMISED, found.verification_method)
    return see(f"/beheer/{organisation.slug}/sleutels")
