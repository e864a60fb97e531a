"""Claims that are not finished, and questions to issuers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_SEALED = ("claim", "asked_leave")


def upgrade() -> None:
    """Make the tables."""
    for table in _SEALED:
        op.create_table(
            table,
            sa.Column("id", sa.String(), primary_key=True),
            sa.Column(
                "worker_id", sa.String(), sa.ForeignKey("worker.id", ondelete="CASCADE"), nullable=False
            ),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("sealed", sa.LargeBinary(), nullable=False),
        )
        op.create_index(f"ix_{table}_worker_id", table, ["worker_id"])


def downgrade() -> None:
    """Drop the tables."""
    for table in _SEALED:
        op.drop_table(table)
