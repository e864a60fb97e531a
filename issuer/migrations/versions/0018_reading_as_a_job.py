"""Exports that are read in the background."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Apply. Uploads from before wait for their columns to be named, and are over within a day."""
    with op.batch_alter_table("import") as table:
        table.add_column(sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("fault", sa.String(), nullable=True))
        table.add_column(sa.Column("missing_columns", sa.Text(), nullable=True))
    with op.batch_alter_table("import") as table:
        table.alter_column("attempt", server_default=None)
    with op.batch_alter_table("upload") as table:
        table.add_column(sa.Column("size_bytes", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("import_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_upload_import_id"), "import", ["import_id"], ["id"])
        table.create_index(op.f("ix_upload_import_id"), ["import_id"])
    with op.batch_alter_table("upload") as table:
        table.alter_column("size_bytes", server_default=None)
