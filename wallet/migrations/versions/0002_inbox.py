"""The worker's inbox, and the offers in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "inbox",
        sa.Column("worker_id", sa.String(), sa.ForeignKey("worker.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("address", sa.String(), nullable=False, unique=True),
    )
    op.create_table(
        "inbox_offer",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("worker_id", sa.String(), sa.ForeignKey("worker.id", ondelete="CASCADE"), nullable=False),
        sa.Column("offer_uri", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("worker_id", "offer_uri"),
    )
    op.create_index("ix_inbox_offer_worker_id", "inbox_offer", ["worker_id"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("inbox_offer")
    op.drop_table("inbox")
