"""The addresses that an organisation wants to be told at."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final
from urllib.parse import urlsplit

from sqlmodel import Session

from issuer import audit
from issuer.audit import Action
from issuer.errors import NotFoundError, WebhookError
from issuer.organisations import identity
from issuer.store import webhooks as store
from issuer.tables import Organisation, Webhook
from issuer.webhooks.events import Event
from standard.fetch import is_public

ID_BYTES: Final = 8
MOST_WEBHOOKS: Final = 10
URL_LENGTH: Final = 2_000
PATIENCE: Final = timedelta(days=5)


def subscribe(
    session: Session,
    organisation: Organisation,
    *,
    url: str,
    events: Iterable[Event],
    loopback_hosts: frozenset[str],
    now: datetime,
) -> Webhook:
    """Tell an address of some events from now on.

    Raises:
        WebhookError: the address is not https, there is no event, or there are too many addresses.
    """
    check_address(url, loopback_hosts)
    wanted = sorted(set(events))
    if not wanted:
        raise WebhookError("name at least one event")
    if len(store.webhooks_of(session, identity(organisation))) >= MOST_WEBHOOKS:
        raise WebhookError(f"an organisation has at most {MOST_WEBHOOKS} addresses")
    made = Webhook(
        id=token_hex(ID_BYTES), organisation_id=identity(organisation), url=url,
        events=" ".join(wanted), created_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def unsubscribe(session: Session, organisation: Organisation, webhook_id: str) -> None:
    """Tell an address nothing any more, also what still waited; raises `NotFoundError`."""
    store.drop_webhook(session, own_webhook(session, organisation, webhook_id))


def note_hearing(session: Session, webhook_id: str, *, heard: bool, now: datetime) -> None:
    """Note whether an address took a message; one that takes none for days is told nothing any more.

    Source: Standard Webhooks, "Operational considerations", "Disabling failing endpoints".
    """
    webhook = store.lock_webhook(session, webhook_id)
    if webhook is None or webhook.disabled_at is not None:
        return
    webhook.unheard_since = None if heard else webhook.unheard_since or now
    if webhook.unheard_since is not None and now - webhook.unheard_since >= PATIENCE:
        webhook.disabled_at = now
        store.give_up_waiting(session, webhook_id)
        audit.record(
            session, webhook.organisation_id, actor=audit.SYSTEM, action=Action.WEBHOOK_DISABLED,
            subject=webhook_id, now=now,
        )  # fmt: skip
    session.flush()


def enable(session: Session, organisation: Organisation, webhook_id: str) -> Webhook:
    """Tell an address again from now on; raises `NotFoundError`. Repeating changes nothing."""
    webhook = own_webhook(session, organisation, webhook_id)
    webhook.unheard_since = webhook.disabled_at = None
    session.flush()
    return webhook


def own_webhook(session: Session, organisation: Organisation, webhook_id: str) -> Webhook:
    """Find an address of an organisation, for whoever changes it; raises `NotFoundError`."""
    found = store.lock_webhook(session, webhook_id)
    if found is None or found.organisation_id != organisation.id:
        raise NotFoundError("no such webhook")
    return found


def check_address(url: str, loopback_hosts: frozenset[str]) -> None:
    """Refuse an address that could never be reached; raises `WebhookError`.

    Whether a name leads to the public network is judged at every call, by `standard/fetch.py`.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise WebhookError("not an address") from error
    if len(url) > URL_LENGTH or not url.isascii() or not host or parts.username is not None or parts.fragment:
        raise WebhookError("an address is https://, without a login and a fragment")
    if f"{host}:{port}" in loopback_hosts:
        return
    if parts.scheme != "https":
        raise WebhookError("an address is https://")
    if not _may_be_public(host):
        raise WebhookError("the address does not lead to the public network")


def _may_be_public(host: str) -> bool:
    try:
        return is_public(ipaddress.ip_address(host))
    except ValueError:
        return True
