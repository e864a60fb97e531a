"""The migrations bring an empty database to exactly what the models describe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from issuer.database import Database
from issuer.migrations import upgrade
from issuer.tables import METADATA
from tests.databases import shape


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def test_migrated_tables_match_the_models(database: Database) -> None:
    upgrade(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": "issuer_version", "compare_server_default": True}
        )
        assert compare_metadata(context, METADATA) == []


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    upgrade(database)
    before = shape(database.engine)
    upgrade(database)
    assert shape(database.engine) == before
    database.ping()
