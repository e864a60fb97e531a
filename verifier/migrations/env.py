"""Runs the verifier's migrations on the connection that `verifier.database.migrate` hands over."""

from __future__ import annotations

from alembic import context

from verifier.tables import VerifierTable

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=VerifierTable.metadata,
    version_table="verifier_alembic_version",
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
