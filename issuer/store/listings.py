"""What the platform API lists, a page at a time."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from issuer.store.imports import refused_rows
from issuer.store.pages import Page, Place, after, cut
from issuer.tables import Copy, CopyStatement, Import, Offer, RefusedRow, Statement, Worker

OfWorker = TypeVar("OfWorker", Statement, Offer)


def imports_page(session: Session, organisation_id: int, place: Place | None, *, limit: int) -> Page[Import]:
    """List imports."""
    query = select(Import).where(Import.organisation_id == organisation_id)
    found = session.exec(after(query, Import.created_at, Import.id, place, limit=limit)).all()
    return cut(found, limit, lambda row: Place(row.created_at, row.id).cursor)


def refused_page(session: Session, import_id: UUID, *, after_id: int, limit: int) -> Page[RefusedRow]:
    """List refused rows in the order of the file, those after the one with an id."""
    found = refused_rows(session, import_id, after_id=after_id, limit=limit + 1)
    return cut(found, limit, lambda row: str(row.id))


def statements_page(
    session: Session, organisation_id: int, worker_key: str | None, place: Place | None, *, limit: int
) -> Page[tuple[Statement, str]]:
    """List statements with the organisation's key of their worker."""
    return _of_workers(session, Statement, organisation_id, worker_key, place, limit=limit)


def copies_page(
    session: Session, organisation_id: int, worker_key: str | None, place: Place | None, *, limit: int
) -> Page[Copy]:
    """List copies, of one worker or of all."""
    query = select(Copy).where(Copy.organisation_id == organisation_id)
    if worker_key is not None:
        of_worker = (
            select(CopyStatement.copy_id)
            .join(Statement, col(Statement.id) == CopyStatement.statement_id)
            .join(Worker, col(Worker.id) == Statement.worker_id)
            .where(Worker.organisation_id == organisation_id, Worker.worker_key == worker_key)
        )
        query = query.where(col(Copy.id).in_(of_worker))
    found = session.exec(after(query, Copy.signed_at, Copy.id, place, limit=limit)).all()
    return cut(found, limit, lambda row: Place(row.signed_at, row.id).cursor)


def offers_page(
    session: Session, organisation_id: int, worker_key: str | None, place: Place | None, *, limit: int
) -> Page[tuple[Offer, str]]:
    """List offers with the organisation's key of their worker."""
    return _of_workers(session, Offer, organisation_id, worker_key, place, limit=limit)


def worker_keys(session: Session, worker_ids: set[UUID]) -> dict[UUID, str]:
    """Read the organisation's own keys of workers."""
    query = select(Worker.id, Worker.worker_key).where(col(Worker.id).in_(worker_ids))
    return dict(session.exec(query).all())


def _of_workers(
    session: Session,
    table: type[OfWorker],
    organisation_id: int,
    worker_key: str | None,
    place: Place | None,
    *,
    limit: int,
) -> Page[tuple[OfWorker, str]]:
    query = (
        select(table)
        .join(Worker, col(Worker.id) == table.worker_id)
        .where(Worker.organisation_id == organisation_id)
    )
    if worker_key is not None:
        query = query.where(Worker.worker_key == worker_key)
    found = session.exec(after(query, table.created_at, table.id, place, limit=limit)).all()
    keys = worker_keys(session, {row.worker_id for row in found})
    with_keys = [(row, keys[row.worker_id]) for row in found]
    return cut(with_keys, limit, lambda pair: Place(pair[0].created_at, pair[0].id).cursor)
