"""The history of the issuer's database, run from code: no alembic.ini is needed."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from issuer.database import Database
from issuer.jobs import postgres_queue


def upgrade(database: Database) -> None:
    """Bring the database, and on PostgreSQL the queue of jobs, to the newest version; safe to repeat."""
    with database.engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    if not database.is_embedded:
        postgres_queue.upgrade(database)
