"""Webhooks that take no message for days are told nothing any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Apply."""
    op.add_column("webhook", sa.Column("unheard_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("webhook", sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True))
