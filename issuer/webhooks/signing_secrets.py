"""The secrets that messages are signed with: derived from address and round, so the database holds none.

A new secret does not make the old one useless at once: for a day messages carry a signature of each, and
the receiver changes over when it likes. Source: Standard Webhooks, "Secret rotation".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

from issuer.errors import WebhookError
from issuer.tables import Webhook

OVERLAP: Final = timedelta(days=1)
PREFIX: Final = "whsec_"
FIRST_ROUND: Final = 1


def signing_secrets(webhook: Webhook, service_secret: bytes, *, now: datetime) -> tuple[bytes, ...]:
    """Derive the secrets that count now, the newest first: one, or two for a while after a roll."""
    rounds = [webhook.secret_round]
    if old_counts_until(webhook, now=now) is not None:
        rounds.append(webhook.secret_round - 1)
    return tuple(_derived(webhook.id, number, service_secret) for number in rounds)


def written_secret(webhook: Webhook, service_secret: bytes) -> str:
    """Write the newest secret as receivers take it."""
    secret = _derived(webhook.id, webhook.secret_round, service_secret)
    return PREFIX + base64.b64encode(secret).decode("ascii")


def old_counts_until(webhook: Webhook, *, now: datetime) -> datetime | None:
    """Tell when the secret of before stops to count; None when it has, or when there was none."""
    until = webhook.rolled_at + OVERLAP if webhook.rolled_at else None
    return until if until is not None and until > now else None


def roll(webhook: Webhook, *, now: datetime) -> None:
    """Give an address that is locked another secret.

    Raises:
        WebhookError: the secret of before still counts; a second roll would end it unseen.
    """
    if old_counts_until(webhook, now=now) is not None:
        raise WebhookError("two secrets count already; wait for a day, or replace the address")
    webhook.secret_round += 1
    webhook.rolled_at = now


def _derived(webhook_id: str, number: int, service_secret: bytes) -> bytes:
    # The first round has no number in it: its secrets are from before there were rounds.
    told = f"webhook\0{webhook_id}" if number == FIRST_ROUND else f"webhook\0{webhook_id}\0{number}"
    return hmac.digest(service_secret, told.encode(), hashlib.sha256)
