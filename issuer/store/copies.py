"""Copies and the status lists that say whether they were withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, func, select

from issuer.tables import Copy, CopyStatement, StatusList


def find_copy(session: Session, *, source: str, form: str, holder_thumbprint: str) -> Copy | None:
    """Find the copy that one holder key has of these statements in this form."""
    query = select(Copy).where(
        Copy.source == source, Copy.form == form, Copy.holder_thumbprint == holder_thumbprint
    )
    return session.exec(query).one_or_none()


def copy_by_id(session: Session, organisation_id: int, copy_id: UUID) -> Copy | None:
    """Find a copy of one organisation."""
    found = session.get(Copy, copy_id)
    return found if found is not None and found.organisation_id == organisation_id else None


def copies_of_statement(session: Session, statement_id: UUID) -> Sequence[Copy]:
    """List every copy that shows a statement, the oldest first."""
    query = (
        select(Copy)
        .join(CopyStatement, col(CopyStatement.copy_id) == Copy.id)
        .where(CopyStatement.statement_id == statement_id)
    )
    return session.exec(query.order_by(col(Copy.signed_at), Copy.form)).all()


def statements_of_copy(session: Session, copy_id: UUID) -> Sequence[UUID]:
    """List the ids of the statements that a copy shows."""
    query = select(CopyStatement.statement_id).where(CopyStatement.copy_id == copy_id)
    return session.exec(query).all()


def count_copies(session: Session, organisation_id: int) -> int:
    """Count an organisation's copies."""
    query = select(func.count(col(Copy.id))).where(Copy.organisation_id == organisation_id)
    return session.exec(query).one()


def index_taken(session: Session, organisation_id: int, number: int, index: int) -> bool:
    """Whether a copy already has this place on a status list."""
    query = select(Copy.id).where(
        Copy.organisation_id == organisation_id, Copy.status_number == number, Copy.status_index == index
    )
    return session.exec(query).first() is not None


def newest_status_list(session: Session, organisation_id: int) -> StatusList:
    """Read and lock the list from which new places are drawn; every organisation has one."""
    query = select(StatusList).where(StatusList.organisation_id == organisation_id)
    query = query.order_by(col(StatusList.number).desc()).limit(1).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def status_list(session: Session, organisation_id: int, number: int) -> StatusList | None:
    """Read a status list."""
    return session.get(StatusList, (organisation_id, number))


def lock_status_list(session: Session, organisation_id: int, number: int) -> StatusList | None:
    """Read a status list that this transaction is going to change."""
    query = select(StatusList).where(
        StatusList.organisation_id == organisation_id, StatusList.number == number
    )
    return session.exec(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def status_lists(session: Session, organisation_id: int) -> Sequence[StatusList]:
    """List an organisation's status lists."""
    query = select(StatusList).where(StatusList.organisation_id == organisation_id)
    return session.exec(query.order_by(col(StatusList.number))).all()
