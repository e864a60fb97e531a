"""How an organisation looks to workers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Apply. Nobody has a logo or colours yet."""
    op.create_table(
        "branding",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("accent", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("logo_hash", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_branding_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_branding")),
    )
