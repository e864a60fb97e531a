"""Deleting a worker with everything that refers to one, whatever tables that is in."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Table, delete, select
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from issuer.tables import METADATA, Copy, CopyStatement, Statement, Worker


def blank_copies(session: Session, worker_id: UUID) -> Sequence[UUID]:
    """Forget of a worker's copies everything but id, place, hash and date; give their ids."""
    shown = (
        select_rows(CopyStatement.copy_id)
        .join(Statement, col(Statement.id) == CopyStatement.statement_id)
        .where(Statement.worker_id == worker_id)
    )
    copies = session.exec(select_rows(Copy).where(col(Copy.id).in_(shown)).with_for_update()).all()
    for copy in copies:
        copy.source, copy.holder_thumbprint, copy.secured, copy.wallet_event = str(copy.id), "", "", None
    session.flush()
    return [copy.id for copy in copies]


def delete_worker(session: Session, worker_id: UUID) -> None:
    """Delete a worker, and every row of every table that refers to one, directly or not."""
    table = METADATA.tables["worker"]
    _delete(session, table, table.c.id == worker_id)
    session.expire_all()


def worker_id_of(session: Session, organisation_id: int, worker_key: str) -> UUID | None:
    """Find a worker by the organisation's own key."""
    query = select_rows(Worker.id).where(
        Worker.organisation_id == organisation_id, Worker.worker_key == worker_key
    )
    return session.exec(query).one_or_none()


def _delete(session: Session, table: Table, condition: ColumnElement[bool]) -> None:
    """Follow the foreign keys backwards, so that a table that is added later is not forgotten."""
    for child in METADATA.tables.values():
        for key in child.foreign_keys:
            # A row that refers to another of its own table is deleted together with it.
            if key.column.table is table and child is not table:
                parents = select(key.column).where(condition)
                _delete(session, child, key.parent.in_(parents))
    session.execute(delete(table).where(condition))
