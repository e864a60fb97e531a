"""Moments by which the overview counts."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Apply."""
    op.create_index(op.f("ix_statement_revoked_at"), "statement", ["revoked_at"])
    op.create_index(op.f("ix_offer_created_at"), "offer", ["created_at"])
    op.create_index(op.f("ix_copy_organisation_id_signed_at"), "copy", ["organisation_id", "signed_at"])
