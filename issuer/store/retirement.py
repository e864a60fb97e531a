"""What an organisation that stops leaves unclaimed, and whom it owes a letter."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, exists, select, update

from issuer.tables import CopyStatement, Offer, OfferStatement, Statement, Worker

AT_ONCE = 500


def unclaimed(session: Session, organisation_id: int) -> Sequence[tuple[Worker, Statement]]:
    """List the newest statements in force of which nobody has a copy, by worker."""
    later = aliased(Statement)
    is_replaced = exists().where(
        col(later.worker_id) == Statement.worker_id,
        col(later.type) == Statement.type,
        col(later.version) > Statement.version,
    )
    query = (
        select(Worker, Statement)
        .join(Statement, col(Statement.worker_id) == Worker.id)
        .where(
            Worker.organisation_id == organisation_id,
            col(Statement.revoked_at).is_(None),
            ~exists().where(col(CopyStatement.statement_id) == Statement.id),
            ~is_replaced,
        )
        .order_by(col(Worker.worker_key), col(Statement.type).desc())
    )
    return session.exec(query).all()


def drop_statements(session: Session, statement_ids: Sequence[UUID]) -> None:
    """Forget statements of which there are no copies."""
    for start in range(0, len(statement_ids), AT_ONCE):
        part = statement_ids[start : start + AT_ONCE]
        session.exec(delete(OfferStatement).where(col(OfferStatement.statement_id).in_(part)))
        session.exec(delete(Statement).where(col(Statement.id).in_(part)))


def close_offers(session: Session, organisation_id: int) -> None:
    """Let no claim link of an organisation work any more."""
    workers = select(Worker.id).where(Worker.organisation_id == organisation_id)
    session.exec(
        update(Offer)
        .where(col(Offer.worker_id).in_(workers), col(Offer.state) == "open")
        .values(state="cancelled")
    )
