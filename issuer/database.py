"""The database: one engine, and the ways to open a transaction."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlmodel import Session

from standard.errors import ProtocolError

BUSY_SECONDS = 30
REST_SECONDS = 1.0
"""Whoever restarts a database server takes longer."""


class Database:
    """Opens transactions; each is committed or rolled back when its block ends."""

    def __init__(self, url: str) -> None:
        """Prepare an engine for `sqlite:///…` or `postgresql+psycopg://…`; nothing connects yet."""
        self.url = url
        self.engine = _sqlite_engine(url) if self.is_embedded else _server_engine(url)

    @property
    def is_embedded(self) -> bool:
        """Whether the database is a file of this machine."""
        return self.url.startswith("sqlite")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that changes nothing."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is committed at the end of the block and rolled back on an error.

        A `ProtocolError` commits: a wrong transaction code or a spent nonce is itself a fact to keep.
        """
        engine = self.engine.execution_options(kluscv_writes=True)
        with Session(engine, expire_on_commit=False) as session:
            try:
                yield session
            except ProtocolError:
                session.commit()
                raise
            session.commit()

    def ping(self) -> None:
        """Ask the database for an answer; raises SQLAlchemy's error when there is none."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _server_engine(url: str) -> Engine:
    """Look at a connection before its use only when it rested: a claim is a handful of questions itself."""
    engine = create_engine(url, hide_parameters=True)

    def rest(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["resting_since"] = time.monotonic()

    def wake(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
        now = time.monotonic()
        if now - record.info.get("resting_since", now) < REST_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            # The pool then opens another one.
            raise DisconnectionError from error

    event.listen(engine, "checkin", rest)
    event.listen(engine, "checkout", wake)
    return engine


def _sqlite_engine(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would begin transactions by itself, too late to take the write lock.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # Emptying the journal commits, and is waited for; deleting it would not be, and takes longer.
    connection.execute("PRAGMA journal_mode = PERSIST")
    connection.execute("PRAGMA synchronous = FULL")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads before it writes can only wait for another writer when it takes the
    # write lock first; otherwise SQLite refuses it as deadlocked.
    writes = connection.get_execution_options().get("kluscv_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
