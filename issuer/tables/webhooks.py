"""Where an organisation wants to hear what happened, and what still has to be told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlmodel import Field

from issuer.tables.base import IssuerTable, UtcDateTime


class Webhook(IssuerTable, table=True):
    """An address that is told of some events. `events` are separated by spaces.

    Its secret is derived from the id and from `secret_round`, which goes up when the secret is replaced.
    `unheard_since` is when it did not take a message for the first time after the last that it took.
    """

    id: str = Field(primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    url: str
    events: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    secret_round: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    rolled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    unheard_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WebhookDelivery(IssuerTable, table=True):
    """One message for one address. `state` is waiting, delivered or given-up."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index(None, "state", "due_at"),)
    id: UUID = Field(primary_key=True)
    webhook_id: str = Field(foreign_key="webhook.id", index=True, ondelete="CASCADE")
    payload: str = Field(sa_type=Text)
    state: str
    attempts: int = 0
    due_at: datetime = Field(sa_type=UtcDateTime)
    last_answer: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
