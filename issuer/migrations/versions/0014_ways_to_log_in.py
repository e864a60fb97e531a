"""Passkeys, passwords with one-time codes, and sessions that are known by their use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Apply. Everybody logs in anew: sessions of before do not say when they were used."""
    moment = sa.DateTime(timezone=True)
    op.add_column("operator", sa.Column("login_name", sa.String(), nullable=True))
    op.add_column("operator", sa.Column("removed_at", moment, nullable=True))
    op.create_index(op.f("ix_operator_login_name"), "operator", ["login_name"], unique=True)
    op.drop_table("operator_session")
    op.create_table(
        "operator_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        _operator(),
        sa.Column("is_set_up", sa.Boolean(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("confirmed_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        _refers("operator_session"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_operator_session")),
    )
    op.create_index(op.f("ix_operator_session_operator_id"), "operator_session", ["operator_id"])
    op.create_index(op.f("ix_operator_session_expires_at"), "operator_session", ["expires_at"])
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(), nullable=False),
        _operator(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("used_at", moment, nullable=True),
        _refers("passkey"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
    )
    op.create_index(op.f("ix_passkey_operator_id"), "passkey", ["operator_id"])
    op.create_table(
        "passkey_challenge",
        sa.Column("challenge_hash", sa.String(), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", moment, nullable=False),
        _refers("passkey_challenge"),
        sa.PrimaryKeyConstraint("challenge_hash", name=op.f("pk_passkey_challenge")),
    )
    op.create_index(op.f("ix_passkey_challenge_operator_id"), "passkey_challenge", ["operator_id"])
    op.create_index(op.f("ix_passkey_challenge_expires_at"), "passkey_challenge", ["expires_at"])
    _passwords()


def _passwords() -> None:
    op.create_table(
        "operator_password",
        _operator(),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("used_counter", sa.Integer(), nullable=False),
        _refers("operator_password"),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_operator_password")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.String(), nullable=False),
        _operator(),
        _refers("recovery_code"),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_operator_id"), "recovery_code", ["operator_id"])


def _operator() -> sa.Column[int]:
    return sa.Column("operator_id", sa.Integer(), nullable=False)


def _refers(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f(f"fk_{table}_operator_id"))
