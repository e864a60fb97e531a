"""What waits for somebody, counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from issuer.store.jobs import ACTIVE
from issuer.store.webhooks import GIVEN_UP
from issuer.tables import (
    ApiClient,
    ApiKey,
    Import,
    Job,
    Offer,
    OrganisationKey,
    Webhook,
    WebhookDelivery,
    Worker,
)


def waiting_imports(session: Session, organisation_id: int, *, limit: int) -> Sequence[Import]:
    """List the imports that wait for a decision, the latest first."""
    query = select(Import).where(Import.organisation_id == organisation_id, Import.state == "preview")
    return session.exec(query.order_by(col(Import.created_at).desc(), col(Import.id)).limit(limit)).all()


def count_expiring_offers(session: Session, organisation_id: int, *, now: datetime, until: datetime) -> int:
    """Count the open claim links that end between two moments."""
    query = (
        select(func.count(col(Offer.id)))
        .join(Worker, col(Worker.id) == Offer.worker_id)
        .where(
            Worker.organisation_id == organisation_id,
            Offer.state == "open",
            Offer.expires_at > now,
            Offer.expires_at <= until,
        )
    )
    return session.exec(query).one()


def jobs_to_see(session: Session, organisation_id: int, *, since: datetime, limit: int) -> Sequence[Job]:
    """List the jobs that go on, and those that failed since a moment, the latest first."""
    query = select(Job).where(
        Job.organisation_id == organisation_id,
        col(Job.state).in_(ACTIVE) | ((col(Job.state) == "failed") & (col(Job.created_at) >= since)),
    )
    return session.exec(query.order_by(col(Job.created_at).desc(), col(Job.id)).limit(limit)).all()


def count_announced_keys(session: Session, organisation_id: int) -> int:
    """Count the organisation's keys that were announced and do not sign yet."""
    query = select(func.count(col(OrganisationKey.id))).where(
        OrganisationKey.organisation_id == organisation_id,
        col(OrganisationKey.active_from).is_(None),
        col(OrganisationKey.retired_at).is_(None),
        col(OrganisationKey.compromised_at).is_(None),
    )
    return session.exec(query).one()


def count_programs_without_key(session: Session, organisation_id: int, *, until: datetime) -> int:
    """Count the programs whose last API key ends, or ended, before a moment."""
    ending = (
        select(ApiKey.client_id)
        .join(ApiClient, col(ApiClient.id) == ApiKey.client_id)
        .where(
            ApiClient.organisation_id == organisation_id,
            col(ApiClient.disabled_at).is_(None),
            col(ApiKey.revoked_at).is_(None),
        )
        .group_by(col(ApiKey.client_id))
        .having(func.max(ApiKey.expires_at) <= until)
    )
    return session.exec(select(func.count()).select_from(ending.subquery())).one()


def count_given_up(session: Session, organisation_id: int) -> int:
    """Count the messages that never reached their address."""
    query = (
        select(func.count(col(WebhookDelivery.id)))
        .join(Webhook, col(Webhook.id) == WebhookDelivery.webhook_id)
        .where(Webhook.organisation_id == organisation_id, WebhookDelivery.state == GIVEN_UP)
    )
    return session.exec(query).one()
