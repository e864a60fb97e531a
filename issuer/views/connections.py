"""The programs and addresses of an organisation, as an owner manages them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from issuer.organisations import identity
from issuer.store import api as store
from issuer.store import webhooks as webhooks_store
from issuer.tables import ApiClient, ApiKey, Organisation, Webhook, WebhookDelivery
from issuer.webhooks.signing_secrets import old_counts_until

SHOWN_DELIVERIES: Final = 5


@dataclass(frozen=True, slots=True)
class ProgramView:
    """A program with the API keys that open something."""

    client: ApiClient
    keys: Sequence[ApiKey]


@dataclass(frozen=True, slots=True)
class WebhookView:
    """An address, what it was told last, and until when its secret of before counts too."""

    webhook: Webhook
    deliveries: Sequence[WebhookDelivery]
    old_secret_until: datetime | None


@dataclass(frozen=True, slots=True)
class ConnectionsPage:
    """Everything that is connected."""

    programs: Sequence[ProgramView]
    webhooks: Sequence[WebhookView]


def connections_page(session: Session, organisation: Organisation, *, now: datetime) -> ConnectionsPage:
    """Show every program with its keys, and every address with what it was last told."""
    organisation_id = identity(organisation)
    return ConnectionsPage(
        programs=[
            ProgramView(client, store.live_keys(session, client.id, now))
            for client in store.clients_of(session, organisation_id)
        ],
        webhooks=[
            WebhookView(
                webhook,
                webhooks_store.latest_deliveries(session, webhook.id, limit=SHOWN_DELIVERIES),
                old_counts_until(webhook, now=now),
            )
            for webhook in webhooks_store.webhooks_of(session, organisation_id)
        ],
    )
