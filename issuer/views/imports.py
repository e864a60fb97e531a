"""The exports of an organisation, and one export as the operator judges it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from issuer.errors import NotFoundError
from issuer.organisations import identity
from issuer.store import imports as store
from issuer.tables import Import, Organisation, RefusedRow
from standard.taxonomy import label

SHOWN_ERRORS = 200
SHOWN_IMPORTS = 20


@dataclass(frozen=True, slots=True)
class Category:
    """One of the platform's own kinds of work, and the occupation that it stands for."""

    name: str
    occupation: str | None
    gig_count: int


@dataclass(frozen=True, slots=True)
class ImportPage:
    """An import as the operator judges it."""

    batch: Import
    categories: Sequence[Category]
    refused: Sequence[RefusedRow]


def recent_imports(session: Session, organisation: Organisation) -> Sequence[Import]:
    """List the latest exports."""
    return store.recent_imports(session, identity(organisation), limit=SHOWN_IMPORTS)


def import_page(
    session: Session, organisation: Organisation, import_id: UUID, *, language: str
) -> ImportPage:
    """Show what an export says and what is wrong with it; raises `NotFoundError`."""
    batch = store.import_by_id(session, identity(organisation), import_id)
    if batch is None:
        raise NotFoundError("no such import")
    return ImportPage(
        batch=batch,
        categories=[
            Category(row.category, label(row.occupation, language) if row.occupation else None, row.gig_count)
            for row in store.categories(session, import_id)
        ],
        refused=list(store.refused_rows(session, import_id, limit=SHOWN_ERRORS)),
    )
