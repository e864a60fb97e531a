"""Keys that are announced, stolen, or kept elsewhere than in a file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply. Keys of before are files that were in use from the start."""
    with op.batch_alter_table("organisation_key") as table:
        table.add_column(sa.Column("store", sa.String(), nullable=False, server_default="file"))
        table.add_column(sa.Column("label", sa.String(), nullable=True))
        table.add_column(sa.Column("active_from", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("compromised_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("organisation_key") as table:
        table.alter_column("store", server_default=None)
    op.execute("UPDATE organisation_key SET active_from = created_at")
