"""Withdrawing many statements at once: ids or worker keys, from a table or a selection."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Final
from uuid import UUID

from sqlmodel import Session

from issuer.errors import RevocationListError
from issuer.life.status import revoke_many
from issuer.organisations import identity
from issuer.store import copies as copies_store
from issuer.store.workers import hold_statements, latest_statements, statement_by_id, worker_by_key
from issuer.tables import Organisation

LIMIT_BYTES: Final = 64 << 20
LIMIT_LINE_CHARACTERS: Final = 1_000
LIMIT_ROWS: Final = 250_000
"""They are in memory together, and withdrawn in one transaction."""
COLUMNS: Final = ("id", "worker")
AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Named:
    """One row: an id of a statement or a copy, or the organisation's own key of a worker."""

    row: int
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What came of a list: statements withdrawn now and before, and rows that name nothing here."""

    withdrawn: int
    withdrawn_before: int
    unknown: tuple[Named, ...]

    def as_json(self) -> dict[str, Any]:
        """The same as an object."""
        return {
            "withdrawn": self.withdrawn,
            "withdrawn_before": self.withdrawn_before,
            "unknown": [{"row": each.row, each.column: each.value} for each in self.unknown],
        }


def read_list(file: BinaryIO) -> Iterator[Named]:
    """Read a CSV file with a column `id` or `worker`; other columns are left alone.

    Raises:
        RevocationListError: not UTF-8, no such column, a line that is too long, or too many of them; it names
            the row.
    """
    try:
        lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        rows = csv.reader(_bounded(lines))
        heading = [name.strip().lower() for name in next(rows, [])]
        column = next((name for name in COLUMNS if name in heading), None)
        if column is None:
            raise RevocationListError("row 1: there is no column `id` or `worker`")
        place = heading.index(column)
        for number, row in enumerate(rows, start=2):
            if number > LIMIT_ROWS + 1:
                raise RevocationListError(f"row {number}: more than {LIMIT_ROWS} rows; split the list")
            if row and any(cell.strip() for cell in row):
                if len(row) <= place or not row[place].strip():
                    raise RevocationListError(f"row {number}: the column `{column}` is empty")
                yield Named(number, column, row[place].strip())
    except UnicodeDecodeError as error:
        raise RevocationListError("the file is not UTF-8") from error
    except csv.Error as error:
        raise RevocationListError(f"the file is not CSV: {error}") from error


def revoke_list(
    session: Session, organisation: Organisation, named: Iterable[Named], *, reason: str, now: datetime
) -> Withdrawal:
    """Withdraw what a list names, and nothing when it names nothing. Repeating changes nothing.

    Raises:
        ReasonMissingError: the reason is empty.
    """
    statements: set[UUID] = set()
    unknown: list[Named] = []
    for each in named:
        found = _statements(session, organisation, each)
        statements.update(found)
        if not found:
            unknown.append(each)
    ordered, withdrawn = sorted(statements), 0
    # All of them before the first list, as a claim does: two transactions never wait for each other.
    hold_statements(session, ordered)
    for start in range(0, max(len(ordered), 1), AT_ONCE):
        part = ordered[start : start + AT_ONCE]
        withdrawn += len(revoke_many(session, identity(organisation), part, reason=reason, now=now))
    return Withdrawal(withdrawn, len(ordered) - withdrawn, tuple(unknown))


def _statements(session: Session, organisation: Organisation, named: Named) -> list[UUID]:
    if named.column == "worker":
        worker = worker_by_key(session, identity(organisation), named.value)
        return [each.id for each in latest_statements(session, worker.id)] if worker else []
    try:
        identifier = UUID(named.value)
    except ValueError:
        return []
    copy = copies_store.copy_by_id(session, identity(organisation), identifier)
    if copy is not None:
        return list(copies_store.statements_of_copy(session, copy.id))
    statement = statement_by_id(session, identity(organisation), identifier)
    return [statement.id] if statement is not None else []


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    read = 0
    for number, line in enumerate(lines, start=1):
        read += len(line)
        if len(line) > LIMIT_LINE_CHARACTERS or read > LIMIT_BYTES:
            raise RevocationListError(f"row {number}: the line or the file is too long")
        yield line
