"""The wallet's engine and its migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, create_engine

_MIGRATIONS = Path(__file__).parent / "migrations"


def make_engine(database_url: str) -> Engine:
    """Make an engine; SQLite gets its foreign keys, patience, and overwriting of deleted rows."""
    url = make_url(database_url)
    engine = create_engine(url, pool_pre_ping=True)
    if url.get_backend_name() == "sqlite":
        if url.database:
            Path(url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def migrate(database_url: str) -> None:
    """Bring the tables to their newest shape."""
    engine = make_engine(database_url)
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """Lend a session; commit when the block ends well, else roll back."""
    with Session(engine) as session:
        yield session
        session.commit()


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA busy_timeout = 5000")
    # Erasure means erasure: freed pages are overwritten with zeros.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()
