"""Suspension, corrections and ends of validity; the hash of every copy, for the archive."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

from standard import compact, jws, proofs
from standard.keys import PublicKey
from standard.trust import HashingKey

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Apply. Lists of before have one bit an entry and stay so; the next copy opens a new list."""
    with op.batch_alter_table("status_list") as table:
        table.add_column(sa.Column("entry_bits", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("is_outdated", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("suspension", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("status_list") as table:
        table.alter_column("entry_bits", server_default=None)
        table.alter_column("is_outdated", server_default=None)
    with op.batch_alter_table("statement") as table:
        table.add_column(sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("corrects", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("suspended_reason", sa.String(), nullable=True))
        table.create_index(op.f("ix_statement_corrects"), ["corrects"])
        table.create_foreign_key(op.f("fk_statement_corrects"), "statement", ["corrects"], ["id"])
    op.create_table(
        "validity",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_validity_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "type", name=op.f("pk_validity")),
    )
    op.add_column("copy", sa.Column("copy_hash", sa.LargeBinary(), nullable=True))
    _hash_copies(op.get_bind())
    with op.batch_alter_table("copy") as table:
        table.alter_column("copy_hash", existing_type=sa.LargeBinary(), nullable=False)


def _hash_copies(connection: sa.Connection) -> None:
    """Give the copies that were signed before their hashes."""
    known = connection.execute(sa.text("SELECT verification_method, multikey FROM organisation_key"))
    keys = {method: PublicKey.from_multikey(multikey) for method, multikey in known}
    copy = sa.table("copy", sa.column("id", sa.Uuid()), sa.column("form"), sa.column("secured"),
                    sa.column("copy_hash", sa.LargeBinary()))  # fmt: skip
    for identity, form, secured in connection.execute(
        sa.select(copy.c.id, copy.c.form, copy.c.secured)
    ).all():
        found = _copy_hash(form, secured, keys)
        connection.execute(sa.update(copy).where(copy.c.id == identity).values(copy_hash=found))


def _copy_hash(form: str, secured: str, keys: Mapping[str, PublicKey]) -> bytes:
    if form == "dc+sd-jwt":
        return hashlib.sha256(jws.parse(secured.partition("~")[0]).signing_input).digest()
    if form == "kluscv-compact":
        return hashlib.sha256(compact.parse(secured).to_be_signed).digest()
    document = json.loads(secured)
    key = HashingKey.of(keys[document["proof"]["verificationMethod"]])
    proofs.verify_proof(document, document["proof"], key)
    return key.copy_hash
