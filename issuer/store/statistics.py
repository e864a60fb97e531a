"""What happened, counted by periods of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlmodel import Session, col

from issuer.tables import Copy, Offer, Statement, Worker


def offers_made(session: Session, organisation_id: int, bounds: Sequence[datetime]) -> list[int]:
    """Count the claim links made in each period; period n runs from bound n up to bound n + 1."""
    of_organisation = _is_of(organisation_id, col(Offer.worker_id))
    return _counts(session, col(Offer.created_at), of_organisation, bounds)


def copies_signed(session: Session, organisation_id: int, bounds: Sequence[datetime]) -> list[int]:
    """Count the copies that workers got in each period."""
    return _counts(session, col(Copy.signed_at), col(Copy.organisation_id) == organisation_id, bounds)


def statements_revoked(session: Session, organisation_id: int, bounds: Sequence[datetime]) -> list[int]:
    """Count the statements withdrawn in each period."""
    of_organisation = _is_of(organisation_id, col(Statement.worker_id))
    return _counts(session, col(Statement.revoked_at), of_organisation, bounds)


def _is_of(organisation_id: int, worker_id: Any) -> ColumnElement[bool]:
    """Whose worker it is, asked of each row: a list of all workers would be longer than that of the rows."""
    return exists().where(col(Worker.id) == worker_id, col(Worker.organisation_id) == organisation_id)


def _counts(
    session: Session, moment: Any, of_organisation: ColumnElement[bool], bounds: Sequence[datetime]
) -> list[int]:
    """Let the database put every row in its period, so that as many rows come back as there are periods.

    Comparing with the bounds themselves is right over a change of the clock, and needs no function of
    dates, in which databases differ.
    """
    period = case(*((moment < end, place) for place, end in enumerate(bounds[1:])))
    rows = select(period.label("period")).where(of_organisation, moment >= bounds[0], moment < bounds[-1])
    placed = rows.subquery()
    query = select(placed.c.period, func.count()).group_by(placed.c.period)
    counts = [0] * (len(bounds) - 1)
    for place, count in session.execute(query):
        counts[place] = count
    return counts
