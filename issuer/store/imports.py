"""Imports: what was read, what was refused, and what waits for the operator's yes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session, col, delete, func, select

from issuer.tables import Import, IssuerTable, RefusedRow, StagedRecord

BATCH = 1_000


def import_by_id(session: Session, organisation_id: int, import_id: UUID) -> Import | None:
    """Find an import of one organisation."""
    found = session.get(Import, import_id)
    return found if found is not None and found.organisation_id == organisation_id else None


def lock_import(session: Session, organisation_id: int, import_id: UUID) -> Import | None:
    """Read an import that this transaction is going to decide on."""
    query = select(Import).where(Import.id == import_id, Import.organisation_id == organisation_id)
    return session.exec(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def recent_imports(session: Session, organisation_id: int, *, limit: int) -> Sequence[Import]:
    """List imports, the latest first."""
    query = select(Import).where(Import.organisation_id == organisation_id)
    return session.exec(query.order_by(col(Import.created_at).desc(), col(Import.id)).limit(limit)).all()


def refused_rows(session: Session, import_id: UUID, *, limit: int | None = None) -> Sequence[RefusedRow]:
    """List the rows of an import that could not be used, in the order of the file."""
    query = select(RefusedRow).where(RefusedRow.import_id == import_id).order_by(col(RefusedRow.id))
    return session.exec(query.limit(limit) if limit is not None else query).all()


def add_in_batches(session: Session, rows: Iterable[tuple[type[IssuerTable], dict[str, Any]]]) -> None:
    """Insert many rows of several tables without keeping them in memory."""
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        for table in dict.fromkeys(table for table, _ in batch):
            session.execute(insert(table), [values for own, values in batch if own is table])


def staged_categories(session: Session, import_id: UUID) -> Sequence[tuple[str, str | None, int]]:
    """Count staged gigs per category and occupation, the largest first."""
    count = func.count(col(StagedRecord.id))
    query = (
        select(StagedRecord.category, StagedRecord.occupation, count)
        .where(StagedRecord.import_id == import_id, col(StagedRecord.category).is_not(None))
        .group_by(col(StagedRecord.category), col(StagedRecord.occupation))
        .order_by(count.desc(), col(StagedRecord.category))
    )
    return [(category or "", occupation, gigs) for category, occupation, gigs in session.exec(query)]


def staged_workers(session: Session, import_id: UUID) -> Sequence[str]:
    """List the worker keys of an import."""
    query = select(StagedRecord.worker_key).where(StagedRecord.import_id == import_id).distinct()
    return session.exec(query.order_by(StagedRecord.worker_key)).all()


def staged_records(session: Session, import_id: UUID, worker_key: str) -> Sequence[StagedRecord]:
    """Read what an import says about one worker, in the order of the file."""
    query = select(StagedRecord).where(
        StagedRecord.import_id == import_id, StagedRecord.worker_key == worker_key
    )
    return session.exec(query.order_by(col(StagedRecord.id))).all()


def drop_staged(session: Session, import_id: UUID) -> None:
    """Forget what an import staged."""
    session.exec(delete(StagedRecord).where(col(StagedRecord.import_id) == import_id))
