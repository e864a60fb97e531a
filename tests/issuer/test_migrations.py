"""The migrations bring an empty database to exactly what the models describe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text

import issuer.migrations
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


def test_words_for_kinds_of_before_become_platforms(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(issuer.migrations.__file__).parent))
    kinds = ("day-gigs", "babysitting", "cooperative", "platform")
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0014")
        for kind in kinds:
            connection.execute(
                text(
                    "INSERT INTO organisation (slug, name, kind, contact, did, profile, created_at)"
                    " VALUES (:kind, 'A', :kind, 'a', :kind, '', '2026-01-01 00:00:00')"
                ),
                {"kind": kind},
            )
        command.upgrade(config, "0015")
        found = connection.execute(text("SELECT kind FROM organisation ORDER BY id")).scalars().all()
    assert found == ["platform", "platform", "cooperative", "platform"]
