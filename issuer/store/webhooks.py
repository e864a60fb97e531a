"""Addresses of webhooks, and the messages that wait for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import Session, col, delete, select, update

from issuer.tables import Webhook, WebhookDelivery

WAITING: Final = "waiting"
DELIVERED: Final = "delivered"
GIVEN_UP: Final = "given-up"


# Built once, because every claim asks it.
_WEBHOOKS_OF: Final = (
    select(Webhook)
    .where(col(Webhook.organisation_id) == bindparam("organisation"))
    .order_by(col(Webhook.created_at), col(Webhook.id))
)


def webhooks_of(session: Session, organisation_id: int) -> Sequence[Webhook]:
    """List an organisation's addresses, the oldest first."""
    return session.execute(_WEBHOOKS_OF, {"organisation": organisation_id}).scalars().all()


def webhook_by_id(session: Session, webhook_id: str) -> Webhook | None:
    """Find an address."""
    return session.get(Webhook, webhook_id)


def lock_webhook(session: Session, webhook_id: str) -> Webhook | None:
    """Find an address that this transaction is going to change."""
    return session.get(Webhook, webhook_id, with_for_update=True, populate_existing=True)


def drop_webhook(session: Session, webhook: Webhook) -> None:
    """Forget an address and what waits for it."""
    session.exec(delete(WebhookDelivery).where(col(WebhookDelivery.webhook_id) == webhook.id))
    session.delete(webhook)
    session.flush()


def latest_deliveries(session: Session, webhook_id: str, *, limit: int) -> Sequence[WebhookDelivery]:
    """List messages for an address, the latest first."""
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
    return session.exec(query.order_by(col(WebhookDelivery.created_at).desc()).limit(limit)).all()


def is_any_due(session: Session, now: datetime) -> bool:
    """Whether a message waits: asked first, because a look locks nothing."""
    query = select(WebhookDelivery.id).where(WebhookDelivery.state == WAITING, WebhookDelivery.due_at <= now)
    return session.exec(query.limit(1)).first() is not None


def lease_due(
    session: Session, *, besides: Collection[str], now: datetime, until: datetime
) -> tuple[WebhookDelivery, Webhook] | None:
    """Take the message that has waited longest, so that nobody else takes it before `until`.

    Args:
        session: a writing transaction.
        besides: the addresses whose messages are not taken.
        now: the moment.
        until: when others may take it, if nothing came of it.
    """
    query = (
        select(WebhookDelivery)
        .where(WebhookDelivery.state == WAITING, WebhookDelivery.due_at <= now)
        .where(col(WebhookDelivery.webhook_id).not_in(besides))
        .order_by(col(WebhookDelivery.due_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = session.exec(query).one_or_none()
    if found is None:
        return None
    found.due_at = until
    session.flush()
    return found, session.get_one(Webhook, found.webhook_id)


def give_up_waiting(session: Session, webhook_id: str) -> None:
    """Give up what still waits for an address."""
    waiting = update(WebhookDelivery).where(
        col(WebhookDelivery.webhook_id) == webhook_id, col(WebhookDelivery.state) == WAITING
    )
    session.exec(waiting.values(state=GIVEN_UP))


def note_attempt(
    session: Session, delivery_id: UUID, *, answer: str, next_state: str, due_at: datetime
) -> None:
    """Write down what came of an attempt; nothing when the address was dropped meanwhile."""
    found = session.get(WebhookDelivery, delivery_id)
    if found is None:
        return
    found.attempts += 1
    found.last_answer, found.state, found.due_at = answer, next_state, due_at
