"""The cache of fetched documents.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "fetched_document",
        sa.Column("identifier", sa.String(), primary_key=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_fetched_document_fetched_at", "fetched_document", ["fetched_at"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("fetched_document")
