"""Pages for operators: programs that use the platform API, and addresses that are told of events."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from issuer.access.roles import Permission
from issuer.api import clients
from issuer.api.clients import NewKey
from issuer.api.scopes import Scope
from issuer.audit import Action
from issuer.organisations import identity
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
from issuer.service import Service
from issuer.store import api as store
from issuer.store import webhooks as webhooks_store
from issuer.tables import ApiClient
from issuer.webhooks import subscriptions
from issuer.webhooks.events import Event

router = APIRouter(prefix="/koppelingen", dependencies=[allowed(Permission.SETTINGS)])
SHOWN_DELIVERIES: Final = 5


@router.get("")
def connections(
    request: Request, session: ReadDep, service: ServiceDep, organisation: ManagedOrganisation
) -> HTMLResponse:
    """Every program with its keys, every address with what it was last told."""
    organisation_id = identity(organisation)
    programs = [
        (client, store.live_keys(session, client.id, service.clock()))
        for client in store.clients_of(session, organisation_id)
    ]
    webhooks = [
        (webhook, webhooks_store.latest_deliveries(session, webhook.id, limit=SHOWN_DELIVERIES))
        for webhook in webhooks_store.webhooks_of(session, organisation_id)
    ]
    return page(
        request, "connections.html", organisation=organisation, programs=programs, webhooks=webhooks,
        scopes=list(Scope), events=list(Event), most_keys=clients.LIVE_KEYS,
    )  # fmt: skip


@router.post("/programmas", dependencies=[CONFIRMED])
def add_program(
    request: Request,
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    name: Annotated[str, Form(max_length=500)],
    scope: Annotated[list[Scope], Form()],
) -> HTMLResponse:
    """Register a program and show its first key, this once."""
    now = service.clock()
    made = clients.add_client(session, organisation, name=name, scopes=scope, jwks=None, now=now)
    key = clients.add_key(session, made, now=now, lifetime=_key_lifetime(service))
    note(Action.CLIENT_ADDED, made.id)
    return _key_page(request, organisation, made, key)


@router.post("/programmas/{client_id}/sleutels", dependencies=[CONFIRMED])
def add_key(
    request: Request,
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    client_id: str,
) -> HTMLResponse:
    """Make another key and show it, this once."""
    found = clients.find_client(session, organisation, client_id)
    key = clients.add_key(session, found, now=service.clock(), lifetime=_key_lifetime(service))
    note(Action.CLIENT_KEY_ADDED, key.id)
    return _key_page(request, organisation, found, key)


@router.post("/programmas/{client_id}/sleutels/{key_id}/intrekken", dependencies=[CONFIRMED])
def revoke_key(
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    client_id: str,
    key_id: str,
) -> RedirectResponse:
    """Withdraw a key."""
    found = clients.find_client(session, organisation, client_id)
    clients.revoke_key(session, found, key_id, now=service.clock())
    note(Action.CLIENT_KEY_REVOKED, key_id)
    return see(f"/beheer/{organisation.slug}/koppelingen")


@router.post("/programmas/{client_id}/uitzetten", dependencies=[CONFIRMED])
def disable(
    session: WriteDep, service: ServiceDep, organisation: ManagedOrganisation, note: AuditDep, client_id: str
) -> RedirectResponse:
    """Shut a program out."""
    clients.disable_client(session, organisation, client_id, now=service.clock())
    note(Action.CLIENT_DISABLED, client_id)
    return see(f"/beheer/{organisation.slug}/koppelingen")


@router.post("/webhooks", dependencies=[CONFIRMED])
def add_webhook(
    request: Request,
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    url: Annotated[str, Form(max_length=subscriptions.URL_LENGTH)],
    event: Annotated[list[Event], Form()],
) -> HTMLResponse:
    """Tell an address of events, and show the secret with which its messages are signed, this once."""
    made = subscriptions.subscribe(
        session, organisation, url=url, events=event, loopback_hosts=service.settings.loopback_hosts,
        now=service.clock(),
    )  # fmt: skip
    note(Action.WEBHOOK_ADDED, made.id)
    secret = subscriptions.written_secret(made.id, service.keys.claim_code_key())
    return page(
        request, "connection_secret.html", organisation=organisation, name=made.url, secret=secret, until=None
    )


@router.post("/webhooks/{webhook_id}/verwijderen", dependencies=[CONFIRMED])
def remove_webhook(
    session: WriteDep, organisation: ManagedOrganisation, note: AuditDep, webhook_id: str
) -> RedirectResponse:
    """Tell an address nothing any more."""
    subscriptions.unsubscribe(session, organisation, webhook_id)
    note(Action.WEBHOOK_REMOVED, webhook_id)
    return see(f"/beheer/{organisation.slug}/koppelingen")


def _key_lifetime(service: Service) -> timedelta:
    return timedelta(days=service.settings.api_key_days)


def _key_page(
    request: Request, organisation: ManagedOrganisation, client: ApiClient, key: NewKey
) -> HTMLResponse:
    return page(
        request, "connection_secret.html", organisation=organisation, name=client.name, secret=key.text,
        until=key.expires_at,
    )  # fmt: skip
