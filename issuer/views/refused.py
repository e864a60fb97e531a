"""The rows that could not be used, as a table for whoever has to mend the export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from issuer.database import Database
from issuer.errors import NotFoundError
from issuer.imports import Reason
from issuer.organisations import identity
from issuer.spreadsheet import csv_lines
from issuer.store import imports as store
from issuer.tables import Organisation, RefusedRow
from templates.environment import environment


def refused_lines(
    database: Database, organisation: Organisation, import_id: UUID, *, language: str
) -> Iterator[str]:
    """Write the bad rows of an import as CSV; raises `NotFoundError` when the organisation has none such."""
    with database.reading() as session:
        if store.import_by_id(session, identity(organisation), import_id) is None:
            raise NotFoundError("no such import")

    def lines() -> Iterator[str]:
        with database.reading() as session:
            yield from refused_csv(store.refused_rows(session, import_id), language=language)

    return lines()


def refused_csv(rows: Iterable[RefusedRow], *, language: str) -> Iterator[str]:
    """Write bad rows as CSV with words in one language, line by line."""
    parts: Any = environment(language).get_template("issuer/parts.html").module
    words = {reason: str(parts.reason(reason)).strip() for reason in Reason}

    def cells() -> Iterator[list[str]]:
        yield [
            str(parts.refused_heading(name)).strip() for name in ("file", "row", "column", "reason", "code")
        ]
        for row in rows:
            reason = Reason(row.reason)
            yield [row.file, str(row.row), row.column or "", words[reason], reason]

    return csv_lines(cells())
