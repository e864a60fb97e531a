"""Accounts, key slots, logins and sealed rows.

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

_SEALED = ("holder_key", "recovery_sheet", "received", "held_credential", "selection")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "worker",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("account_name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_worker_account_name", "worker", ["account_name"], unique=True)
    op.create_table(
        "key_slot",
        sa.Column("id", sa.String(), primary_key=True),
        _worker_column(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("memory_kib", sa.Integer(), nullable=False),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("worker_id", "kind"),
    )
    op.create_index("ix_key_slot_worker_id", "key_slot", ["worker_id"])
    op.create_table(
        "login_session",
        sa.Column("id", sa.String(), primary_key=True),
        _worker_column(),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.Column("idle_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_login_session_worker_id", "login_session", ["worker_id"])
    op.create_index("ix_login_session_ends_at", "login_session", ["ends_at"])
    op.create_table(
        "failed_login",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("counting_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_failed_login_counting_until", "failed_login", ["counting_until"])
    for table in _SEALED:
        op.create_table(
            table,
            sa.Column("id", sa.String(), primary_key=True),
            _worker_column(),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("sealed", sa.LargeBinary(), nullable=False),
        )
        op.create_index(f"ix_{table}_worker_id", table, ["worker_id"])


def downgrade() -> None:
    """Drop the tables."""
    for table in (*_SEALED, "failed_login", "login_session", "key_slot", "worker"):
        op.drop_table(table)


def _worker_column() -> sa.Column[str]:
    return sa.Column("worker_id", sa.String(), sa.ForeignKey("worker.id", ondelete="CASCADE"), nullable=False)
