"""What an organisation that stops leaves unclaimed, and whom it owes a letter."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, exists, func, select, update

from issuer.tables import (
    CopyStatement,
    DeferredIssuance,
    Dispute,
    Nonce,
    Offer,
    OfferStatement,
    Statement,
    Worker,
)

AT_ONCE = 500


def hold_everything(session: Session, organisation_id: int) -> None:
    """Wait for whoever claims, offers or withdraws, and have all who come later wait.

    In the order of everybody else, workers and then statements by their ids, so that nobody waits in a
    circle. Counting them has all rows locked and none read.
    """
    workers = select(Worker.id).where(Worker.organisation_id == organisation_id).order_by(col(Worker.id))
    statements = (
        select(Statement.id)
        .where(col(Statement.worker_id).in_(workers.order_by(None)))
        .order_by(col(Statement.id))
    )
    for query in (workers, statements):
        held = query.with_for_update(key_share=True).subquery()
        session.exec(select(func.count()).select_from(held)).one()


def take_back_beginnings(session: Session, organisation_id: int) -> None:
    """Forget the nonces and promises that claims begin with.

    A claim that waited for a statement read before that the organisation goes on; here it ends all the same.
    """
    workers = select(Worker.id).where(Worker.organisation_id == organisation_id)
    offers = select(Offer.id).where(col(Offer.worker_id).in_(workers))
    session.exec(delete(DeferredIssuance).where(col(DeferredIssuance.offer_id).in_(offers)))
    session.exec(delete(Nonce).where(col(Nonce.organisation_id) == organisation_id))


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
    """Forget statements of which there are no copies, and what their workers said about them."""
    for start in range(0, len(statement_ids), AT_ONCE):
        part = statement_ids[start : start + AT_ONCE]
        session.exec(delete(OfferStatement).where(col(OfferStatement.statement_id).in_(part)))
        session.exec(delete(Dispute).where(col(Dispute.statement_id).in_(part)))
        session.exec(delete(Statement).where(col(Statement.id).in_(part)))


def close_offers(session: Session, organisation_id: int) -> None:
    """Let no claim link of an organisation work any more."""
    workers = select(Worker.id).where(Worker.organisation_id == organisation_id)
    session.exec(
        update(Offer)
        .where(col(Offer.worker_id).in_(workers), col(Offer.state) == "open")
        .values(state="cancelled")
    )
