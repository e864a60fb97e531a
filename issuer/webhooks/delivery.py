"""Sends what waits: signed, at least once, again and again with longer pauses until it arrives."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Final

from issuer.service import Service
from issuer.store import webhooks as store
from issuer.tables import Webhook, WebhookDelivery
from issuer.webhooks import subscriptions
from issuer.webhooks.signing_secrets import signing_secrets
from standard.errors import FetchRefusedError, ResolutionError
from standard.fetch import Fetcher

PAUSES: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000)
)
"""Between attempts, about two days in all."""
LEASE: Final = timedelta(minutes=2)
"""Longer than one exchange may take: until then no other replica tries the same message."""


def deliver_due(service: Service, fetcher: Fetcher, *, limit: int) -> int:
    """Try what is due, one message after the other; count the attempts.

    1. A message is leased in a transaction of its own.
    2. It is sent while no transaction is open.
    3. What came of it is written down.

    A receiver may get a message twice when this service stops between 2 and 3; its id is the same. One that
    did not take a message is left alone until the next call: others wait for it once, not once a message.
    """
    attempts, unwilling = 0, set[str]()
    while attempts < limit:
        with service.database.reading() as session:
            if not store.is_any_due(session, service.clock()):
                break
        with service.database.writing() as session:
            now = service.clock()
            found = store.lease_due(session, besides=unwilling, now=now, until=now + LEASE)
        if found is None:
            break
        delivery, webhook = found
        answer, arrived = _send(service, fetcher, delivery, webhook)
        if not arrived:
            unwilling.add(webhook.id)
        with service.database.writing() as session:
            store.note_attempt(
                session, delivery.id, answer=answer, next_state=_state(delivery, arrived),
                due_at=service.clock() + _pause(delivery.attempts),
            )  # fmt: skip
            subscriptions.note_hearing(session, webhook.id, heard=arrived, now=service.clock())
        attempts += 1
    return attempts


def signature(secret: bytes, message_id: str, timestamp: int, payload: str) -> str:
    """Sign a message (Standard Webhooks, "Symmetric signatures")."""
    mac = hmac.digest(secret, f"{message_id}.{timestamp}.{payload}".encode(), hashlib.sha256)
    return f"v1,{base64.b64encode(mac).decode('ascii')}"


def _send(
    service: Service, fetcher: Fetcher, delivery: WebhookDelivery, webhook: Webhook
) -> tuple[str, bool]:
    """Post one message; say what came back and whether that was a yes."""
    now = service.clock()
    timestamp = int(now.timestamp())
    secrets = signing_secrets(webhook, service.keys.claim_code_key(), now=now)
    message_id = f"msg_{delivery.id.hex}"
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(
            signature(secret, message_id, timestamp, delivery.payload) for secret in secrets
        ),
    }
    try:
        answer = fetcher.post(webhook.url, delivery.payload.encode(), "application/json", headers)
    except (ResolutionError, FetchRefusedError) as error:
        return error.code, False
    return str(answer.status), 200 <= answer.status < 300


def _state(delivery: WebhookDelivery, arrived: bool) -> str:
    if arrived:
        return store.DELIVERED
    return store.WAITING if delivery.attempts < len(PAUSES) else store.GIVEN_UP


def _pause(attempts: int) -> timedelta:
    return PAUSES[min(attempts, len(PAUSES) - 1)]
