"""Remembered answers are sealed from now on; those of before hold secrets in plain, and are forgotten."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Apply."""
    op.execute("DELETE FROM repeatable_answer")
