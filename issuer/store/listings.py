"""What the platform API lists, a page at a time."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session, col, select

from issuer.store.imports import refused_rows
from issuer.store.pages import Page, Place, after, cut
from issuer.tables import Copy, CopyStatement, Import, Offer, RefusedRow, Statement, Worker


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
    query = (
        select(Statement)
        .join(Worker, col(Worker.id) == Statement.worker_id)
        .where(Worker.organisation_id == organisation_id)
    )
    if worker_key is not None:
        query = query.where(Worker.worker_key == worker_key)
    found = session.exec(after(query, Statement.created_at, Statement.id, place, limit=limit)).all()
    keys = worker_keys(session, {statement.worker_id for statement in found})
    with_keys = [(statement, keys[statement.worker_id]) for statement in found]
    return cut(with_keys, limit, lambda row: Place(row[0].created_at, row[0].id).cursor)


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
    query = (
        select(Offer)
        .join(Worker, col(Worker.id) == Offer.worker_id)
        .where(Worker.organisation_id == organisation_id)
    )
    if worker_key is not None:
        query = query.where(Worker.worker_key == worker_key)
    found = session.exec(after(query, Offer.created_at, Offer.id, place, limit=limit)).all()
    keys = worker_keys(session, {offer.worker_id for offer in found})
    with_keys = [(offer, keys[offer.worker_id]) for offer in found]
    return cut(with_keys, limit, lambda row: Place(row[0].created_at, row[0].id).cursor)


def worker_keys(session: Session, worker_ids: set[UUID]) -> dict[UUID, str]:
    """Read the organisation's own keys of workers."""
    query = select(Worker.id, Worker.worker_key).where(col(Worker.id).in_(worker_ids))
    return dict(session.exec(query).all())
