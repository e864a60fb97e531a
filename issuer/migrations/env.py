"""Runs migrations on the connection that `upgrade` passes in."""

from __future__ import annotations

from alembic import context

from issuer.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table="issuer_version",
)
with context.begin_transaction():
    context.run_migrations()
