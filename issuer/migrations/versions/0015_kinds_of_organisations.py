"""Kinds of organisations come from a closed list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

KINDS = (
    "platform", "cooperative", "learn-work-place", "assessment-provider", "certifier", "municipality",
)  # fmt: skip


def upgrade() -> None:
    """Apply. Other words of before said what work a platform has, so that is what they become."""
    organisation = sa.table("organisation", sa.column("kind", sa.String()))
    op.execute(organisation.update().where(organisation.c.kind.not_in(KINDS)).values(kind="platform"))
