"""Offers, the tokens they give, and nonces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import literal, tuple_
from sqlmodel import Session, col, delete, func, select, update

from issuer.tables import Offer, OfferStatement, Statement, Worker

READ_AT_ONCE: Final = 1_000


def offer_by_id(session: Session, offer_id: str) -> Offer | None:
    """Find an offer."""
    return session.get(Offer, offer_id)


def lock_offer(session: Session, offer_id: str) -> Offer | None:
    """Read an offer that this transaction is going to change."""
    query = select(Offer).where(Offer.id == offer_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def latest_offer(session: Session, worker_id: UUID) -> Offer | None:
    """Find the offer that a worker got last."""
    query = select(Offer).where(Offer.worker_id == worker_id).order_by(col(Offer.created_at).desc())
    return session.exec(query.limit(1)).one_or_none()


def latest_offers(session: Session, worker_ids: Sequence[UUID]) -> dict[UUID, Offer]:
    """Find for each of these workers the offer that they got last."""
    query = select(Offer).where(col(Offer.worker_id).in_(worker_ids)).order_by(col(Offer.created_at))
    return {offer.worker_id: offer for offer in session.exec(query)}


def covered_statement_ids(session: Session, offer_ids: Sequence[str]) -> dict[str, frozenset[UUID]]:
    """Tell which statements each of these offers covers."""
    query = select(OfferStatement).where(col(OfferStatement.offer_id).in_(offer_ids))
    covered: dict[str, set[UUID]] = {}
    for row in session.exec(query):
        covered.setdefault(row.offer_id, set()).add(row.statement_id)
    return {offer_id: frozenset(statement_ids) for offer_id, statement_ids in covered.items()}


def cancel_open_offers(session: Session, worker_ids: Sequence[UUID]) -> None:
    """Close whatever offers of these workers are open, expired ones too."""
    session.exec(
        update(Offer)
        .where(col(Offer.worker_id).in_(worker_ids), col(Offer.state) == "open")
        .values(state="cancelled")
    )


def open_offers(session: Session, worker_id: UUID) -> Sequence[Offer]:
    """List the offers that a worker can still use, or that expired unused."""
    return session.exec(select(Offer).where(Offer.worker_id == worker_id, Offer.state == "open")).all()


def waiting_offers(
    session: Session, organisation_id: int, now: datetime, *, after: tuple[str, str] = ("", "")
) -> Sequence[tuple[Worker, Offer]]:
    """List some of the offers that can be used now, with their workers, in a fixed order.

    They are `READ_AT_ONCE` at most, those after a worker's key and an offer's id.
    """
    place = tuple_(col(Worker.worker_key), col(Offer.id))
    query = (
        select(Worker, Offer)
        .join(Offer, col(Offer.worker_id) == col(Worker.id))
        .where(Worker.organisation_id == organisation_id, Offer.state == "open", Offer.expires_at > now)
        .where(place > tuple_(*map(literal, after)))
        .order_by(Worker.worker_key, col(Offer.id))
    )
    return session.exec(query.limit(READ_AT_ONCE)).all()


def count_offers(session: Session, organisation_id: int) -> dict[str, int]:
    """Count an organisation's offers by state."""
    query = (
        select(Offer.state, func.count(col(Offer.id)))
        .join(Worker, col(Worker.id) == Offer.worker_id)
        .where(Worker.organisation_id == organisation_id)
        .group_by(Offer.state)
    )
    return dict(session.exec(query).all())


def offered_statements(session: Session, offer_id: str) -> Sequence[Statement]:
    """Read the statements that an offer covers, work history first."""
    query = (
        select(Statement)
        .join(OfferStatement, col(OfferStatement.statement_id) == Statement.id)
        .where(OfferStatement.offer_id == offer_id)
    )
    return session.exec(query.order_by(col(Statement.type).desc())).all()


def set_offered_statements(session: Session, offer_id: str, statement_ids: Iterable[UUID]) -> None:
    """Make an offer cover these statements and no others."""
    session.exec(delete(OfferStatement).where(col(OfferStatement.offer_id) == offer_id))
    session.add_all(OfferStatement(offer_id=offer_id, statement_id=identity) for identity in statement_ids)
    session.flush()


def cancel_empty_offers(session: Session, worker_id: UUID) -> None:
    """Close a worker's open offers of which every statement was withdrawn."""
    for offer in open_offers(session, worker_id):
        if all(statement.revoked_at for statement in offered_statements(session, offer.id)):
            offer.state = "cancelled"
    session.flush()
