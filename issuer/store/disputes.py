"""Disputes of workers."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, func, select

from issuer.tables import Dispute, Worker

WAITING = ("received", "noted")
MARKED = ("noted", "maintained")


def dispute_by_id(session: Session, organisation_id: int, dispute_id: UUID) -> Dispute | None:
    """Find a dispute about a worker of one organisation, to change it."""
    query = (
        select(Dispute)
        .join(Worker, col(Worker.id) == Dispute.worker_id)
        .where(Dispute.id == dispute_id, Worker.organisation_id == organisation_id)
    )
    return session.exec(query.with_for_update(of=Dispute)).one_or_none()


def disputes_of_organisation(session: Session, organisation_id: int) -> Sequence[tuple[Dispute, Worker]]:
    """List disputes with their workers: what waits first, then the latest."""
    query = (
        select(Dispute, Worker)
        .join(Worker, col(Worker.id) == Dispute.worker_id)
        .where(Worker.organisation_id == organisation_id)
        .order_by(col(Dispute.state).in_(WAITING).desc(), col(Dispute.received_at).desc())
        .limit(200)
    )
    return session.exec(query).all()


def count_waiting(session: Session, organisation_id: int) -> int:
    """Count the disputes that wait for a decision."""
    query = (
        select(func.count(col(Dispute.id)))
        .join(Worker, col(Worker.id) == Dispute.worker_id)
        .where(Worker.organisation_id == organisation_id, col(Dispute.state).in_(WAITING))
    )
    return session.exec(query).one()


def disputes_of_worker(session: Session, worker_id: UUID) -> Sequence[Dispute]:
    """List what a worker said, the oldest first."""
    query = select(Dispute).where(Dispute.worker_id == worker_id)
    return session.exec(query.order_by(col(Dispute.received_at), col(Dispute.id))).all()


def marks_of_workers(session: Session, worker_ids: Sequence[UUID]) -> Sequence[Dispute]:
    """List the disputes of some workers whose records carry a mark."""
    query = select(Dispute).where(
        col(Dispute.worker_id).in_(worker_ids),
        col(Dispute.state).in_(MARKED),
        col(Dispute.record_key).is_not(None),
    )
    return session.exec(query.order_by(col(Dispute.received_at))).all()
