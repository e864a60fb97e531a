"""Webhooks: where a platform's own systems are told what happens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from issuer.api.scopes import Scope
from issuer.audit import Action
from issuer.errors import NotFoundError
from issuer.organisations import identity
from issuer.routes.dependencies import ReadDep, ServiceDep, WriteDep
from issuer.routes.v1 import models
from issuer.routes.v1.authentication import CallerDep, NoteDep, OwnOrganisation, needs
from issuer.routes.v1.problems import JSON_BODY, documented
from issuer.routes.v1.requests import RepeatDep
from issuer.routes.v1.strict_body import StrictJsonRoute
from issuer.service import Service
from issuer.store import webhooks as store
from issuer.tables import Webhook
from issuer.webhooks import signing_secrets, subscriptions
from issuer.webhooks.events import Event

router = APIRouter(
    prefix="/webhooks",
    tags=["webhooks"],
    dependencies=[needs(Scope.WEBHOOKS)],
    route_class=StrictJsonRoute,
)
WebhookId = Annotated[str, Path(pattern="^[0-9a-f]{16}$")]
SHOWN_DELIVERIES = 50


@router.post("", status_code=201, response_model=models.NewWebhook, responses=documented(JSON_BODY))
def subscribe(
    session: WriteDep,
    service: ServiceDep,
    organisation: OwnOrganisation,
    note: NoteDep,
    repeat: RepeatDep,
    wanted: models.WebhookRequest,
) -> Response:
    """Tell an address of some events. The answer holds the secret that signs the messages."""

    def add() -> models.NewWebhook:
        made = subscriptions.subscribe(
            session, organisation, url=wanted.url, events=wanted.events,
            loopback_hosts=service.settings.loopback_hosts, now=service.clock(),
        )  # fmt: skip
        note(Action.WEBHOOK_ADDED, made.id)
        return _with_secret(made, service)

    return repeat(add, status=201)


@router.post(
    "/{webhook_id}/secret", status_code=201, response_model=models.NewWebhook, responses=documented()
)
def roll_secret(
    session: WriteDep,
    service: ServiceDep,
    organisation: OwnOrganisation,
    note: NoteDep,
    repeat: RepeatDep,
    webhook_id: WebhookId,
) -> Response:
    """Sign with a new secret. For a day every message has a signature of the old one too."""

    def roll() -> models.NewWebhook:
        found = subscriptions.own_webhook(session, organisation, webhook_id)
        signing_secrets.roll(found, now=service.clock())
        note(Action.WEBHOOK_SECRET_ROLLED, found.id)
        return _with_secret(found, service)

    return repeat(roll, status=201)


@router.post("/{webhook_id}/enable", response_model=models.Webhook, responses=documented())
def enable(
    session: WriteDep, organisation: OwnOrganisation, note: NoteDep, repeat: RepeatDep, webhook_id: WebhookId
) -> Response:
    """Tell an address again that took no message for days. Repeating changes nothing."""

    def allow() -> models.Webhook:
        found = subscriptions.enable(session, organisation, webhook_id)
        note(Action.WEBHOOK_ENABLED, found.id)
        return _webhook(found)

    return repeat(allow, status=200)


@router.get("", responses=documented())
def list_webhooks(session: ReadDep, caller: CallerDep) -> models.WebhookList:
    """The addresses that are told."""
    found = store.webhooks_of(session, caller.organisation_id)
    return models.WebhookList(items=[_webhook(item) for item in found])


@router.delete("/{webhook_id}", status_code=204, responses=documented())
def unsubscribe(
    session: WriteDep, organisation: OwnOrganisation, note: NoteDep, webhook_id: WebhookId
) -> Response:
    """Tell an address nothing any more."""
    subscriptions.unsubscribe(session, organisation, webhook_id)
    note(Action.WEBHOOK_REMOVED, webhook_id)
    return Response(status_code=204)


@router.get("/{webhook_id}/deliveries", responses=documented())
def list_deliveries(
    session: ReadDep, organisation: OwnOrganisation, webhook_id: WebhookId
) -> models.DeliveryList:
    """The latest messages for an address, and what it answered."""
    found = store.webhook_by_id(session, webhook_id)
    if found is None or found.organisation_id != identity(organisation):
        raise NotFoundError("no such webhook")
    latest = store.latest_deliveries(session, webhook_id, limit=SHOWN_DELIVERIES)
    return models.DeliveryList(
        items=[
            models.Delivery.model_validate(item.model_dump(include=set(models.Delivery.model_fields)))
            for item in latest
        ]
    )


def _with_secret(webhook: Webhook, service: Service) -> models.NewWebhook:
    secret = signing_secrets.written_secret(webhook, service.keys.claim_code_key())
    return models.NewWebhook(**_webhook(webhook).model_dump(), secret=secret)


def _webhook(webhook: Webhook) -> models.Webhook:
    events = [Event(name) for name in webhook.events.split()]
    return models.Webhook(
        id=webhook.id, url=webhook.url, events=events,
        created_at=webhook.created_at, disabled_at=webhook.disabled_at,
    )  # fmt: skip
