"""The exports of an organisation, and one export as the operator judges it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from issuer.errors import NotFoundError
from issuer.jobs.kinds import Kind
from issuer.organisations import identity
from issuer.store import imports as store
from issuer.store.jobs import active_job
from issuer.tables import Import, Job, Organisation, RefusedRow
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
    reading: Job | None
    """What reads it in the background, while that goes on."""
    missing_columns: Sequence[str]
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
        reading=active_job(session, identity(organisation), Kind.READING, import_id),
        missing_columns=json.loads(batch.missing_columns or "[]"),
        categories=[
            Category(row.category, label(row.occupation, language) if row.occupation else None, row.gig_count)
            for row in store.categories(session, import_id)
        ],
        refused=store.refused_rows(session, import_id, limit=SHOWN_ERRORS),
    )
