"""Organisations that have stopped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Apply."""
    op.add_column("organisation", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
