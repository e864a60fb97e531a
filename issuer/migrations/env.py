"""Runs migrations on the connection that `upgrade` passes in."""

from __future__ import annotations

from alembic import context

from issuer.migrations import VERSION_TABLE
from issuer.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
