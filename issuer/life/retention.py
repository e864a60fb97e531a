"""What is kept no longer than it serves: the service tidies up by itself, and on command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from issuer.batch import uploads
from issuer.settings import IssuerSettings
from issuer.store import retention as store

READ_WITHIN: Final = uploads.KEPT
"""What was not read by then has no upload any more from which it could be."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """How much was forgotten."""

    expired: int
    answers: int
    deliveries: int
    unread: int
    previews: int
    refused_rows: int
    offers: int
    jobs: int


def tidy(session: Session, settings: IssuerSettings, *, now: datetime) -> Tidied:
    """Forget what the settings give no more time. Repeating changes nothing."""
    expired = store.drop_expired(session, now) + store.drop_paid_allowances(session, now)
    answers = store.drop_answers(session, now - timedelta(days=settings.keep_answer_days))
    deliveries = store.drop_deliveries(session, now - timedelta(days=settings.keep_delivery_days))
    unread = store.drop_unread(session, now - READ_WITHIN)
    previews = store.discard_previews(session, now - timedelta(days=settings.keep_preview_days))
    refused = store.drop_refused_rows(session, now - timedelta(days=settings.keep_refused_row_days))
    offers = store.spent_offers(session, now - timedelta(days=settings.keep_offer_days), now)
    store.drop_offers(session, offers)
    jobs = store.drop_jobs(session, now - timedelta(days=settings.keep_job_days))
    return Tidied(expired, answers, deliveries, unread, previews, refused, len(offers), jobs)
