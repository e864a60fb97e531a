"""Secrets of webhooks can be replaced."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Apply. Every address keeps the secret that it has: that of the first round."""
    op.add_column("webhook", sa.Column("secret_round", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("webhook", sa.Column("rolled_at", sa.DateTime(timezone=True), nullable=True))
