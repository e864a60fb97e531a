"""What the page of credentials lists: statements, found by the organisation's own reference."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from issuer.tables import CopyStatement, Statement, Worker


def find_statements(
    session: Session,
    organisation_id: int,
    reference: str,
    state: str,
    *,
    now: datetime,
    limit: int,
    offset: int,
) -> Sequence[tuple[Statement, str]]:
    """List statements with the key of their worker, the newest first.

    Args:
        session: any transaction.
        organisation_id: whose statements.
        reference: a worker key, or the id of a statement or a copy; empty for all. Never a name.
        state: in-force, suspended, withdrawn or expired; anything else for all.
        now: the moment for which is told what has expired.
        limit: how many at most.
        offset: how many to pass over.
    """
    query = (
        select(Statement, Worker.worker_key)
        .join(Worker, col(Worker.id) == Statement.worker_id)
        .where(Worker.organisation_id == organisation_id)
    )
    if reference:
        query = query.where(_named(reference))
    revoked, suspended = col(Statement.revoked_at), col(Statement.suspended_at)
    has_ended = col(Statement.valid_until) <= now
    chosen = {
        "in-force": revoked.is_(None) & suspended.is_(None) & (has_ended.is_(None) | ~has_ended),
        "suspended": revoked.is_(None) & suspended.is_not(None),
        "withdrawn": revoked.is_not(None),
        "expired": revoked.is_(None) & has_ended,
    }
    if state in chosen:
        query = query.where(chosen[state])
    order = (col(Statement.created_at).desc(), col(Worker.worker_key), col(Statement.type).desc())
    return session.exec(query.order_by(*order).limit(limit).offset(offset)).all()


def count_copies_of(session: Session, statement_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Count the copies of some statements."""
    query = (
        select(CopyStatement.statement_id, func.count(col(CopyStatement.copy_id)))
        .where(col(CopyStatement.statement_id).in_(statement_ids))
        .group_by(col(CopyStatement.statement_id))
    )
    return dict(session.exec(query).all())


def _named(reference: str) -> ColumnElement[bool]:
    by_key = col(Worker.worker_key) == reference
    try:
        identifier = UUID(reference)
    except ValueError:
        return by_key
    shown = select(CopyStatement.statement_id).where(CopyStatement.copy_id == identifier)
    return or_(by_key, col(Statement.id) == identifier, col(Statement.id).in_(shown))
