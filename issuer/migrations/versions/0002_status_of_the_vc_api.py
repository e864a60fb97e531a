"""The status entries of credentials that the VC-API issues."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "issued_status",
        sa.Column("list_number", sa.Integer(), nullable=False),
        sa.Column("list_index", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("list_number", "list_index", name=op.f("pk_issued_status")),
    )
    op.create_index(op.f("ix_issued_status_credential_id"), "issued_status", ["credential_id"], unique=False)
