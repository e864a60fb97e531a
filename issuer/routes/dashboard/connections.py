"""Pages for operators: programs that use the platform API, and addresses that are told of events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from issuer.access.roles import Permission
from issuer.api import assertions, clients
from issuer.api.clients import NewKey
from issuer.api.scopes import Scope
from issuer.audit import Action
from issuer.errors import ApiClientError, WebhookError
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
from issuer.tables import ApiClient, Organisation, Webhook
from issuer.views import connections as views
from issuer.webhooks import signing_secrets, subscriptions
from issuer.webhooks.events import Event

router = APIRouter(prefix="/koppelingen", dependencies=[allowed(Permission.SETTINGS)])
Jwks = Annotated[str, Form(max_length=assertions.JWKS_LIMIT_BYTES)]


@dataclass(frozen=True, slots=True)
class Typed:
    """Public keys that cannot be used, of a program or of a new one, and what else was typed with them.

    A new program can also be refused because nothing was ticked that it may do.
    """

    client_id: str | None
    jwks: str
    name: str = ""
    scopes: frozenset[Scope] = frozenset()


@dataclass(frozen=True, slots=True)
class TypedAddress:
    """An address that cannot be told of events, or of none."""

    url: str
    events: frozenset[Event]


@router.get("")
def connections(
    request: Request, session: ReadDep, service: ServiceDep, organisation: ManagedOrganisation
) -> HTMLResponse:
    """Every program with its keys, every address with what it was last told."""
    return _page(request, session, service, organisation)


@router.post("/programmas", dependencies=[CONFIRMED], response_model=None)
def add_program(
    request: Request,
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    name: Annotated[str, Form(max_length=500)],
    scope: Annotated[list[Scope] | None, Form()] = None,
    jwks: Jwks = "",
) -> HTMLResponse | RedirectResponse:
    """Register a program; without public keys of its own it gets an API key, shown this once."""
    now = service.clock()
    try:
        keys = _checked(jwks)
        made = clients.add_client(session, organisation, name=name, scopes=scope or [], jwks=keys, now=now)
    except ApiClientError:
        typed = Typed(None, jwks, name, frozenset(scope or []))
        return _page(request, session, service, organisation, refused=typed)
    note(Action.CLIENT_ADDED, made.id)
    if keys is not None:
        return see(f"/beheer/{organisation.slug}/koppelingen")
    key = clients.add_key(session, made, now=now, lifetime=_key_lifetime(service))
    return _key_page(request, organisation, made, key)


@router.post("/programmas/{client_id}/openbare-sleutels", dependencies=[CONFIRMED], response_model=None)
def set_public_keys(
    request: Request,
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    client_id: str,
    jwks: Jwks = "",
) -> HTMLResponse | RedirectResponse:
    """Let a program sign with other keys of its own, or with none."""
    found = clients.find_client(session, organisation, client_id)
    try:
        clients.set_jwks(session, found, _checked(jwks))
    except ApiClientError:
        return _page(request, session, service, organisation, refused=Typed(client_id, jwks))
    note(Action.CLIENT_JWKS_SET, client_id)
    return see(f"/beheer/{organisation.slug}/koppelingen")


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
    event: Annotated[list[Event] | None, Form()] = None,
) -> HTMLResponse:
    """Tell an address of events, and show the secret with which its messages are signed, this once."""
    try:
        made = subscriptions.subscribe(
            session, organisation, url=url, events=event or [], now=service.clock(),
            loopback_hosts=service.settings.loopback_hosts,
        )  # fmt: skip
    except WebhookError:
        typed = TypedAddress(url, frozenset(event or []))
        return _page(request, session, service, organisation, refused_address=typed)
    note(Action.WEBHOOK_ADDED, made.id)
    return _webhook_secret_page(request, service, organisation, made)


@router.post("/webhooks/{webhook_id}/geheim", dependencies=[CONFIRMED])
def show_webhook_secret(
    request: Request,
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    webhook_id: str,
) -> HTMLResponse:
    """Show the secret of an address again."""
    found = subscriptions.own_webhook(session, organisation, webhook_id)
    note(Action.WEBHOOK_SECRET_SHOWN, found.id)
    return _webhook_secret_page(request, service, organisation, found)


@router.post("/webhooks/{webhook_id}/geheim/vernieuwen", dependencies=[CONFIRMED])
def roll_webhook_secret(
    request: Request,
    session: WriteDep,
    service: ServiceDep,
    organisation: ManagedOrganisation,
    note: AuditDep,
    webhook_id: str,
) -> HTMLResponse:
    """Sign with a new secret, for a day beside the old one."""
    found = subscriptions.own_webhook(session, organisation, webhook_id)
    signing_secrets.roll(found, now=service.clock())
    note(Action.WEBHOOK_SECRET_ROLLED, found.id)
    return _webhook_secret_page(request, service, organisation, found)


@router.post("/webhooks/{webhook_id}/aanzetten", dependencies=[CONFIRMED])
def enable_webhook(
    session: WriteDep, organisation: ManagedOrganisation, note: AuditDep, webhook_id: str
) -> RedirectResponse:
    """Tell an address again that was told nothing any more."""
    subscriptions.enable(session, organisation, webhook_id)
    note(Action.WEBHOOK_ENABLED, webhook_id)
    return see(f"/beheer/{organisation.slug}/koppelingen")


@router.post("/webhooks/{webhook_id}/verwijderen", dependencies=[CONFIRMED])
def remove_webhook(
    session: WriteDep, organisation: ManagedOrganisation, note: AuditDep, webhook_id: str
) -> RedirectResponse:
    """Tell an address nothing any more."""
    subscriptions.unsubscribe(session, organisation, webhook_id)
    note(Action.WEBHOOK_REMOVED, webhook_id)
    return see(f"/beheer/{organisation.slug}/koppelingen")


def _page(
    request: Request,
    session: Session,
    service: Service,
    organisation: Organisation,
    *,
    refused: Typed | None = None,
    refused_address: TypedAddress | None = None,
) -> HTMLResponse:
    return page(
        request, "connections.html", status_code=422 if refused or refused_address else 200,
        organisation=organisation, refused_address=refused_address,
        shown=views.connections_page(session, organisation, now=service.clock()),
        scopes=list(Scope), events=list(Event), most_keys=clients.LIVE_KEYS, refused=refused,
    )  # fmt: skip


def _checked(jwks: str) -> str | None:
    return assertions.check_jwks(jwks) if jwks.strip() else None


def _key_lifetime(service: Service) -> timedelta:
    return timedelta(days=service.settings.api_key_days)


def _webhook_secret_page(
    request: Request, service: Service, organisation: ManagedOrganisation, webhook: Webhook
) -> HTMLResponse:
    return page(
        request, "connection_secret.html", organisation=organisation, name=webhook.url, until=None,
        secret=signing_secrets.written_secret(webhook, service.keys.claim_code_key()), is_kept=True,
        old_until=signing_secrets.old_counts_until(webhook, now=service.clock()),
    )  # fmt: skip


def _key_page(
    request: Request, organisation: ManagedOrganisation, client: ApiClient, key: NewKey
) -> HTMLResponse:
    return page(
        request, "connection_secret.html", organisation=organisation, name=client.name, secret=key.text,
        until=key.expires_at, is_kept=False, old_until=None,
    )  # fmt: skip
