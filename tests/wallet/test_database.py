from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from tests.databases import shape
from wallet.database import make_engine, migrate
from wallet.tables import WalletTable


def test_migrations_make_exactly_the_tables_of_the_code(engine: Engine) -> None:
    with engine.connect() as connection:
        options = {"version_table": "wallet_alembic_version"}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, WalletTable.metadata) == []


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    migrate(database_url)
    engine = make_engine(database_url)
    before = shape(engine)
    migrate(database_url)
    assert shape(engine) == before
    engine.dispose()
