"""The words of an upload are counted once, and kept with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Apply. Of an upload whose columns were named before, they have to be named again."""
    with op.batch_alter_table("upload") as table:
        table.add_column(sa.Column("words", sa.Text(), nullable=True))
