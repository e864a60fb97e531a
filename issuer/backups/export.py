"""The database as lines that either database can take: one moment of it, out and back in."""

from __future__ import annotations

import base64
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Connection, Table, TypeDecorator, create_engine, func, insert, select, text
from sqlalchemy.engine import make_url
from sqlmodel import Session

from issuer.database import Database
from issuer.errors import BackupError
from issuer.tables import METADATA

FLEETING: Final = frozenset(
    {"login_link", "operator_session", "access_token", "nonce", "job", "job_part", "holder_key"}
    | {"upload", "upload_chunk"}
)
"""What opens something for a while: nobody should come in with it after a restore. And bulk work, of which
the queue of another database knows nothing, with what it was to read: it is started again, and makes what
is missing."""

# A statement may point to an earlier one, which has a smaller version.
ORDER: Final[Mapping[str, str]] = {"statement": "version"}
ROWS_AT_ONCE: Final = 500

_WRITTEN: Final[Mapping[type, Callable[[Any], Any]]] = {
    bytes: lambda value: base64.b64encode(value).decode("ascii"),
    datetime: datetime.isoformat,
    date: date.isoformat,
    UUID: str,
}
_READ: Final[Mapping[type, Callable[[Any], Any]]] = {
    bytes: base64.b64decode,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    UUID: UUID,
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment of a database, for as long as the connection is open."""

    connection: Connection
    revision: str

    def lines(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every table with its columns, and every row of it with the table's name."""
        for table in _tables():
            yield "", {"table": table.name, "columns": [column.name for column in table.columns]}
            query = table.select().execution_options(yield_per=ROWS_AT_ONCE)
            if table.name in ORDER:
                query = query.order_by(table.c[ORDER[table.name]])
            kinds = [_kind(column) for column in table.columns]
            for row in self.connection.execute(query):
                yield (
                    table.name,
                    {"row": [_written(value, kind) for value, kind in zip(row, kinds, strict=True)]},
                )


@contextmanager
def snapshot(database: Database) -> Iterator[Snapshot]:
    """Hold one moment of a database while it is being used.

    SQLite is copied first, with its own means, so that nobody waits while the copy is read.
    """
    if database.is_embedded:
        with tempfile.TemporaryDirectory(prefix="kluscv-backup-", dir=_folder(database)) as folder:
            copy = Path(folder) / "copy.sqlite3"
            _copy_sqlite(database, copy)
            engine = create_engine(f"sqlite:///{copy}")
            with engine.connect() as connection:
                yield Snapshot(connection, _revision(connection))
            engine.dispose()
        return
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with database.engine.connect().execution_options(**options) as connection:
        yield Snapshot(connection, _revision(connection))


def refuse_unless_empty(database: Database, revision: str) -> None:
    """Go on only when the tables are those of a backup, and nothing is in them.

    Raises:
        BackupError: there is something, or the tables are of another release.
    """
    with database.engine.connect() as connection:
        present = _revision(connection)
        if present != revision:
            raise BackupError(
                f"the backup is of database version {revision} and this release has {present}: restore it "
                "with the release that made it, then migrate"
            )
        for table in METADATA.sorted_tables:
            if connection.execute(select(func.count()).select_from(table)).scalar_one():
                raise BackupError("the database holds something already; nothing is overwritten")


def fill(database: Database, lines: Iterable[Mapping[str, Any]]) -> None:
    """Put the rows of a verified backup into empty tables, in one transaction."""
    with database.writing() as session:
        for table, rows in _batches(lines):
            session.execute(insert(table), rows)
        if not database.is_embedded:
            _set_sequences(session)


def _batches(lines: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    known = {table.name: table for table in _tables()}
    table: Table | None = None
    columns: list[str] = []
    rows: list[dict[str, Any]] = []
    for line in lines:
        if "row" in line and table is not None:
            kinds = [_kind(table.c[name]) for name in columns]
            values = [_read(value, kind) for value, kind in zip(line["row"], kinds, strict=True)]
            rows.append(dict(zip(columns, values, strict=True)))
        if table is not None and rows and ("row" not in line or len(rows) == ROWS_AT_ONCE):
            yield table, rows
            rows = []
        if "table" in line:
            if line["table"] not in known:
                raise BackupError(f"the backup has a table that this release has not: {line['table']}")
            table, columns = known[line["table"]], line["columns"]


def _tables() -> list[Table]:
    return [table for table in METADATA.sorted_tables if table.name not in FLEETING]


def _kind(column: Column[Any]) -> type:
    """What Python makes of a column; a type of ours is asked what it is made of."""
    kind = column.type
    return (kind.impl_instance if isinstance(kind, TypeDecorator) else kind).python_type


def _written(value: Any, kind: type) -> Any:
    return value if value is None or kind not in _WRITTEN else _WRITTEN[kind](value)


def _read(value: Any, kind: type) -> Any:
    return value if value is None or kind not in _READ else _READ[kind](value)


def _revision(connection: Connection) -> str:
    return str(connection.execute(text("SELECT version_num FROM issuer_version")).scalar_one())


def _folder(database: Database) -> str | None:
    """Beside the database, where the disk has room for another one and nobody else may look."""
    path = make_url(database.url).database
    return str(Path(path).absolute().parent) if path and path != ":memory:" else None


def _copy_sqlite(database: Database, copy: Path) -> None:
    copy.touch(mode=0o600)
    target = sqlite3.connect(copy)
    try:
        with database.engine.connect() as connection:
            source = connection.connection.driver_connection
            if not isinstance(source, sqlite3.Connection):
                raise BackupError("not an SQLite database")
            source.backup(target)
    finally:
        target.close()


def _set_sequences(session: Session) -> None:
    """Let PostgreSQL count on from the rows that came with their numbers."""
    for table in _tables():
        for column in table.primary_key.columns:
            if _kind(column) is int and column.autoincrement is not False:
                sequence = session.execute(
                    select(func.pg_get_serial_sequence(f'"{table.name}"', column.name))
                ).scalar_one()
                if sequence is not None:
                    session.execute(select(func.setval(sequence, func.coalesce(func.max(column), 1))))
