"""The history of the issuer's database, run from code: no alembic.ini is needed."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from issuer.database import Database
from issuer.jobs import postgres_queue

VERSION_TABLE = "issuer_version"


def upgrade(database: Database) -> None:
    """Bring the database, and on PostgreSQL the queue of jobs, to the newest version; safe to repeat."""
    with database.engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    if not database.is_embedded:
        postgres_queue.upgrade(database)


def is_current(database: Database) -> bool:
    """Whether the database, and on PostgreSQL the queue of jobs, has the newest version."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        found = context.get_current_revision()
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    return found == newest and (database.is_embedded or postgres_queue.is_current(database))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
