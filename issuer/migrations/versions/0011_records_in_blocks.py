"""Records of one worker, and staged ones, in compressed blocks; the kinds of work of an import."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import groupby
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

RECORD = sa.table(
    "record",
    sa.column("id", sa.Integer()),
    sa.column("worker_id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("content", sa.Text()),
)
KINDS = {"GigRecord": "gigs", "CancelledGig": "cancelled", "AchievementRecord": "achievements"}


def upgrade() -> None:
    """Apply. Previews are thrown away: their files can be read again."""
    ledger = op.create_table(
        "ledger",
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_ledger_worker_id")),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_ledger")),
    )
    for worker_id, content in _ledgers(op.get_bind()):
        op.execute(ledger.insert().values(worker_id=worker_id, content=content))
    op.drop_table("record")
    _imports()


def _imports() -> None:
    op.drop_table("staged_record")
    op.execute(sa.text("UPDATE import SET state = 'discarded' WHERE state = 'preview'"))
    op.add_column("import", sa.Column("last_day", sa.Date(), nullable=True))
    op.add_column("import", sa.Column("as_of", sa.Date(), nullable=True))
    op.add_column("import", sa.Column("updated_count", sa.Integer(), nullable=True))
    op.add_column("import", sa.Column("changed_count", sa.Integer(), nullable=True))
    op.add_column("import", sa.Column("correction_reason", sa.String(), nullable=True))
    op.create_table(
        "import_category",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("occupation", sa.String(), nullable=True),
        sa.Column("gig_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_import_category_import_id")),
        sa.PrimaryKeyConstraint("import_id", "category", name=op.f("pk_import_category")),
    )
    op.create_table(
        "staged_block",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("record_count", sa.Integer(), nullable=False),
        sa.Column("digests", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_staged_block_import_id")),
        sa.PrimaryKeyConstraint("import_id", "bucket", "number", name=op.f("pk_staged_block")),
    )


def _ledgers(connection: sa.Connection) -> Iterator[tuple[UUID, bytes]]:
    """Join the records of each worker, which were JSON one by one, into one compressed JSON object."""
    workers = connection.execute(sa.select(RECORD.c.worker_id).distinct()).scalars().all()
    for worker_id in workers:
        query = sa.select(RECORD.c.kind, RECORD.c.content).where(RECORD.c.worker_id == worker_id)
        rows = connection.execute(query.order_by(RECORD.c.kind, RECORD.c.id)).all()
        kinds = groupby(rows, lambda row: row.kind)
        lists = {KINDS[kind]: [row.content for row in own] for kind, own in kinds}
        members = (f'"{name}":[{",".join(lists.get(name, []))}]' for name in KINDS.values())
        yield worker_id, zlib.compress(f"{{{','.join(members)}}}".encode(), 1)
