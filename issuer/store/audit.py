"""Queries of the audit log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlmodel import Session, col, select

from issuer.store.absent import insert_if_absent
from issuer.tables import AuditChain, AuditEntry

READ_AT_ONCE = 1_000


def lock_chain(session: Session, name: str) -> AuditChain:
    """Read the end of a log that this transaction is going to append to; made at the first use."""
    insert_if_absent(session, AuditChain, {"name": name, "length": 0, "head": ""})
    query = select(AuditChain).where(AuditChain.name == name).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def chain(session: Session, name: str) -> AuditChain | None:
    """Read the end of a log."""
    return session.get(AuditChain, name)


def latest_entries(
    session: Session, name: str, *, before: int | None, limit: int, action: str | None = None
) -> Sequence[AuditEntry]:
    """List entries, the latest first, optionally only those below a number, or of one action."""
    query = select(AuditEntry).where(AuditEntry.chain == name)
    if action is not None:
        query = query.where(AuditEntry.action == action)
    if before is not None:
        query = query.where(AuditEntry.number < before)
    return session.exec(query.order_by(col(AuditEntry.number).desc()).limit(limit)).all()


def entries_after(session: Session, name: str, number: int, *, limit: int) -> Sequence[AuditEntry]:
    """List entries, the oldest first, those after a number."""
    query = select(AuditEntry).where(AuditEntry.chain == name, AuditEntry.number > number)
    return session.exec(query.order_by(col(AuditEntry.number)).limit(limit)).all()


def entries(session: Session, name: str) -> Iterator[AuditEntry]:
    """Read a whole log from its beginning, a part at a time."""
    query = select(AuditEntry).where(AuditEntry.chain == name).order_by(col(AuditEntry.number))
    yield from session.exec(query.execution_options(yield_per=READ_AT_ONCE))
