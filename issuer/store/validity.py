"""How long statements count, and which are about to end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, exists, select

from issuer.tables import Statement, Validity, Worker


def limits(session: Session, organisation_id: int) -> Mapping[str, int]:
    """Read the days of each type that is limited."""
    query = select(Validity.type, Validity.days).where(Validity.organisation_id == organisation_id)
    return dict(session.exec(query).all())


def drop_limit(session: Session, organisation_id: int, kind: str) -> None:
    """Let statements of a type count on."""
    session.exec(
        delete(Validity).where(col(Validity.organisation_id) == organisation_id, col(Validity.type) == kind)
    )


def ending_statements(session: Session, organisation_id: int, before: datetime) -> Sequence[Statement]:
    """List the newest statements of each worker and type that are in force and end before a moment."""
    later = aliased(Statement)
    query = (
        select(Statement)
        .join(Worker, col(Worker.id) == Statement.worker_id)
        .where(
            Worker.organisation_id == organisation_id,
            col(Statement.valid_until) < before,
            col(Statement.revoked_at).is_(None),
            col(Statement.suspended_at).is_(None),
            ~exists().where(
                col(later.worker_id) == Statement.worker_id,
                col(later.type) == Statement.type,
                col(later.version) > Statement.version,
            ),
        )
        .order_by(col(Statement.id))
    )
    return session.exec(query).all()
