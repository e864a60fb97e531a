"""The authorization code flow, sender-constrained tokens, and deferred issuance."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply. Access tokens of before stay as they are: for everything, as Bearer."""
    op.add_column("access_token", sa.Column("configurations", sa.Text(), nullable=True))
    op.add_column("access_token", sa.Column("identified", sa.Text(), nullable=True))
    op.add_column("access_token", sa.Column("dpop_thumbprint", sa.String(), nullable=True))
    op.add_column("access_token", sa.Column("code_hash", sa.String(), nullable=True))
    op.create_index(op.f("ix_access_token_code_hash"), "access_token", ["code_hash"], unique=False)
    op.create_index(op.f("ix_access_token_expires_at"), "access_token", ["expires_at"], unique=False)
    _create_authorization_request()
    op.create_table(
        "seen_proof",
        sa.Column("proof_hash", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("proof_hash", name=op.f("pk_seen_proof")),
    )
    op.create_index(op.f("ix_seen_proof_expires_at"), "seen_proof", ["expires_at"], unique=False)
    op.create_table(
        "deferred_issuance",
        sa.Column("transaction_hash", sa.String(), nullable=False),
        sa.Column("offer_id", sa.String(), nullable=False),
        sa.Column("configuration", sa.String(), nullable=False),
        sa.Column("holders", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_deferred_issuance_offer_id")),
        sa.PrimaryKeyConstraint("transaction_hash", name=op.f("pk_deferred_issuance")),
    )
    for column in ("offer_id", "expires_at"):
        op.create_index(op.f(f"ix_deferred_issuance_{column}"), "deferred_issuance", [column], unique=False)


def _create_authorization_request() -> None:
    op.create_table(
        "authorization_request",
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("redirect_uri", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("code_challenge", sa.String(), nullable=False),
        sa.Column("configurations", sa.Text(), nullable=False),
        sa.Column("identified", sa.Text(), nullable=False),
        sa.Column("dpop_thumbprint", sa.String(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=True),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_authorization_request_organisation_id")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_authorization_request_offer_id")),
        sa.PrimaryKeyConstraint("request_hash", name=op.f("pk_authorization_request")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_authorization_request_code_hash")),
    )
    for column in ("offer_id", "expires_at"):
        name = op.f(f"ix_authorization_request_{column}")
        op.create_index(name, "authorization_request", [column], unique=False)
