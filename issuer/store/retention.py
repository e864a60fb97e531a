"""Forgetting what has had its time.

Claims clear away what has expired as well, each in an order of its own. So what somebody else holds is left
for the next time: who tidies waits for nobody, and nobody waits in a circle with him.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Table, tuple_
from sqlalchemy import delete as delete_rows
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, exists, select, update

from issuer.store.imports import drop_import
from issuer.store.profiles import drop_uploads_of
from issuer.store.webhooks import WAITING
from issuer.tables import (
    METADATA,
    Allowance,
    Import,
    Job,
    Offer,
    RefusedRow,
    RepeatableAnswer,
    StagedBlock,
    WebhookDelivery,
)

KEPT: Final = frozenset({"offer", "api_key"})
"""Tables whose rows say when they end, and mean something after it."""


def expiring_tables() -> list[Table]:
    """The tables whose rows are nothing any more after `expires_at`; a new one counts by itself."""
    return [
        table for table in METADATA.sorted_tables if "expires_at" in table.columns and table.name not in KEPT
    ]


def drop_expired(session: Session, now: datetime) -> int:
    """Forget nonces, tokens, login links and sessions that are past their time."""
    dropped = 0
    # Backwards: a table comes after those that it refers to.
    for table in reversed(expiring_tables()):
        dropped += _drop(session, table, table.c.expires_at <= now)
    return dropped


def drop_paid_allowances(session: Session, now: datetime) -> int:
    """Forget allowances that are whole again: whoever comes back begins with the same."""
    return _drop(session, METADATA.tables["allowance"], col(Allowance.paid_until) <= now)


def drop_answers(session: Session, before: datetime) -> int:
    """Forget what requests with an idempotency key were answered before a moment."""
    return _drop(session, METADATA.tables["repeatable_answer"], col(RepeatableAnswer.created_at) < before)


def drop_deliveries(session: Session, before: datetime) -> int:
    """Forget messages to webhooks that arrived, or were given up, and are older than a moment."""
    is_over = (col(WebhookDelivery.state) != WAITING) & (col(WebhookDelivery.created_at) < before)
    return _drop(session, METADATA.tables["webhook_delivery"], is_over)


def drop_jobs(session: Session, before: datetime) -> int:
    """Forget bulk work that came to its end before a moment."""
    return _drop(session, METADATA.tables["job"], col(Job.finished_at) < before)


def discard_previews(session: Session, before: datetime) -> int:
    """Discard exports that nobody decided on, with everything that was staged of them."""
    is_old = (col(Import.state) == "preview") & (col(Import.created_at) < before)
    staged = col(StagedBlock.import_id).in_(select(Import.id).where(is_old))
    session.exec(delete(StagedBlock).where(staged))
    return session.exec(update(Import).where(is_old).values(state="discarded")).rowcount


def drop_unread(session: Session, before: datetime) -> int:
    """Forget exports that began to be read before a moment and never came to an end."""
    query = select(Import.id).where(Import.state == "reading", col(Import.created_at) < before)
    unread = session.exec(query).all()
    for import_id in unread:
        drop_uploads_of(session, import_id)
        drop_import(session, import_id)
    return len(unread)


def drop_refused_rows(session: Session, before: datetime) -> int:
    """Forget what was wrong with the rows of old exports."""
    old = select(Import.id).where(col(Import.created_at) < before)
    return session.exec(delete(RefusedRow).where(col(RefusedRow.import_id).in_(old))).rowcount


def spent_offers(session: Session, before: datetime, now: datetime) -> list[str]:
    """List offers that are over, except each worker's last one, which says what was claimed."""
    later = aliased(Offer)
    query = select(Offer.id).where(
        (col(Offer.state) != "open") | (col(Offer.expires_at) <= now),
        col(Offer.created_at) < before,
        exists().where(col(later.worker_id) == Offer.worker_id, col(later.created_at) > Offer.created_at),
    )
    return list(session.exec(query))


def _drop(session: Session, table: Table, condition: ColumnElement[bool]) -> int:
    """Delete rows that nobody else is changing at this moment; count them."""
    key = tuple_(*table.primary_key.columns)
    free = select_rows(*table.primary_key.columns).where(condition).with_for_update(skip_locked=True)
    return session.connection().execute(delete_rows(table).where(key.in_(free))).rowcount


def drop_offers(session: Session, offer_ids: list[str]) -> None:
    """Delete offers with what refers to them."""
    for start in range(0, len(offer_ids), 500):
        part = offer_ids[start : start + 500]
        for table in METADATA.tables.values():
            for key in table.foreign_keys:
                if key.column.table.name == "offer":
                    session.execute(delete_rows(table).where(key.parent.in_(part)))
        session.exec(delete(Offer).where(col(Offer.id).in_(part)))
