"""An organisation at a glance, and one export as the operator judges it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from issuer.errors import NotFoundError
from issuer.organisations import identity
from issuer.store import copies as copies_store
from issuer.store import imports as imports_store
from issuer.store import offers as offers_store
from issuer.store import workers as workers_store
from issuer.tables import Import, Organisation, RefusedRow
from standard.taxonomy import label

SHOWN_ERRORS = 200
SHOWN_IMPORTS = 20


@dataclass(frozen=True, slots=True)
class Overview:
    """The numbers of one organisation."""

    workers: int
    statements: int
    open_offers: int
    claimed_offers: int
    copies: int
    imports: Sequence[Import]


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


def overview(session: Session, organisation: Organisation) -> Overview:
    """Count what an organisation has."""
    organisation_id = identity(organisation)
    by_state = offers_store.count_offers(session, organisation_id)
    return Overview(
        workers=workers_store.count_workers(session, organisation_id),
        statements=workers_store.count_statements(session, organisation_id),
        open_offers=by_state.get("open", 0),
        claimed_offers=by_state.get("redeemed", 0),
        copies=copies_store.count_copies(session, organisation_id),
        imports=imports_store.recent_imports(session, organisation_id, limit=SHOWN_IMPORTS),
    )


def import_page(
    session: Session, organisation: Organisation, import_id: UUID, *, language: str
) -> ImportPage:
    """Show what an export says and what is wrong with it; raises `NotFoundError`."""
    batch = imports_store.import_by_id(session, identity(organisation), import_id)
    if batch is None:
        raise NotFoundError("no such import")
    return ImportPage(
        batch=batch,
        categories=[
            Category(row.category, label(row.occupation, language) if row.occupation else None, row.gig_count)
            for row in imports_store.categories(session, import_id)
        ],
        refused=list(imports_store.refused_rows(session, import_id, limit=SHOWN_ERRORS)),
    )
