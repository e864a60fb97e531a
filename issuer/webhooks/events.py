"""What is told, and to whom: an event is written down for every address that wants it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from sqlmodel import Session

from issuer.store import webhooks as store
from issuer.tables import WebhookDelivery
from standard.strict_json import JsonValue


class Event(StrEnum):
    """One kind of thing that happens."""

    CREDENTIAL_CLAIMED = "credential.claimed"
    STATEMENT_REVOKED = "statement.revoked"
    BATCH_FINISHED = "batch.finished"


def emit(
    session: Session,
    organisation_id: int,
    event: Event,
    data: Mapping[str, JsonValue],
    *,
    now: datetime,
) -> None:
    """Write an event down for the addresses of an organisation that want it.

    Args:
        session: the transaction that makes it happen; when that is undone, so is the message.
        organisation_id: whose event.
        event: what happened.
        data: ids and counts; never a name, never what a statement says.
        now: when.
    """
    for webhook in store.webhooks_of(session, organisation_id):
        if webhook.disabled_at is not None or event not in webhook.events.split():
            continue
        message = {"type": event, "timestamp": now.isoformat(), "data": dict(data)}
        session.add(
            WebhookDelivery(
                id=uuid4(),
                webhook_id=webhook.id,
                payload=json.dumps(message, separators=(",", ":")),
                state=store.WAITING,
                due_at=now,
                created_at=now,
            )
        )
