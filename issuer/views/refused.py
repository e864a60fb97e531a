"""The rows that could not be used, as a table for whoever has to mend the export."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from issuer.database import Database
from issuer.errors import NotFoundError
from issuer.imports import Reason
from issuer.organisations import identity
from issuer.spreadsheet import csv_pieces
from issuer.store.imports import import_by_id, refused_rows
from issuer.tables import Organisation, RefusedRow
from templates.environment import environment

AT_ONCE: Final = 1_000


def refused_lines(
    database: Database, organisation: Organisation, import_id: UUID, *, language: str
) -> Iterator[str]:
    """Write the bad rows of an import as CSV; raises `NotFoundError` when there is none such."""
    with database.reading() as session:
        if import_by_id(session, identity(organisation), import_id) is None:
            raise NotFoundError("no such import")
    return refused_csv(database, import_id, language=language)


def refused_csv(database: Database, import_id: UUID, *, language: str) -> Iterator[str]:
    """Write the bad rows of an import as CSV, with words in one language and in pieces."""
    parts: Any = environment(language).get_template("issuer/parts.html").module
    words = {reason: str(parts.reason(reason)).strip() for reason in Reason}

    def cells() -> Iterator[list[str]]:
        yield [
            str(parts.refused_heading(name)).strip() for name in ("file", "row", "column", "reason", "code")
        ]
        for row in _all_refused(database, import_id):
            reason = Reason(row.reason)
            yield [row.file, str(row.row), row.column or "", words[reason], reason]

    return csv_pieces(cells())


def _all_refused(database: Database, import_id: UUID) -> Iterator[RefusedRow]:
    """Read in short transactions: on SQLite a long one holds up every writer, and downloads may be slow."""
    last_id = 0
    while True:
        with database.reading() as session:
            found = refused_rows(session, import_id, after_id=last_id, limit=AT_ONCE)
        yield from found
        if len(found) < AT_ONCE:
            return
        last_id = found[-1].id or 0
