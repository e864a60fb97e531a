"""Runs the wallet's migrations on the connection that `wallet.database.migrate` hands over."""

from __future__ import annotations

from alembic import context

from wallet.tables import WalletTable

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=WalletTable.metadata,
    version_table="wallet_alembic_version",
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
