"""Statements that an import makes, and which ones they take the place of."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session, col, func, select, update

from issuer.tables import Statement


def add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Store many statements at once, given as their columns."""
    if rows:
        session.execute(insert(Statement), rows)


def count_of_import(session: Session, import_id: UUID) -> int:
    """Count the statements that an import made."""
    return session.exec(select(func.count(col(Statement.id))).where(Statement.import_id == import_id)).one()


def chain_corrections(session: Session, outdated: Sequence[UUID]) -> None:
    """Let each of these statements, the newest first, stand in the place of the next one.

    They outdated each other as updates. Once all of them are found wrong, whoever follows the corrections
    from the statement that replaces the newest comes past every one.
    """
    for newer, older in pairwise(outdated):
        session.execute(
            update(Statement)
            .where(col(Statement.id) == newer, col(Statement.corrects).is_(None))
            .values(corrects=older)
        )
