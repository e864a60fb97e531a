"""Refused rows are read in the order of their file, a part at a time."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Apply."""
    op.create_index(op.f("ix_refused_row_import_id_row_id"), "refused_row", ["import_id", "row", "id"])
    op.drop_index(op.f("ix_refused_row_import_id"), "refused_row")
