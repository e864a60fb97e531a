"""Imports: what was read, what was refused, and what waits for the operator's yes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import insert, literal, tuple_
from sqlmodel import Session, col, delete, func, select

from issuer.imports import RowError
from issuer.tables import Import, ImportCategory, IssuerTable, RefusedRow, StagedBlock

BATCH = 1_000


def import_by_id(session: Session, organisation_id: int, import_id: UUID) -> Import | None:
    """Find an import of one organisation."""
    found = session.get(Import, import_id)
    return found if found is not None and found.organisation_id == organisation_id else None


def lock_import(session: Session, organisation_id: int, import_id: UUID) -> Import | None:
    """Read an import that this transaction is going to decide on."""
    query = select(Import).where(Import.id == import_id, Import.organisation_id == organisation_id)
    return session.exec(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def lock_import_by_id(session: Session, import_id: UUID) -> Import | None:
    """Read an import of whatever organisation that this transaction is going to change."""
    query = select(Import).where(Import.id == import_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def recent_imports(session: Session, organisation_id: int, *, limit: int) -> Sequence[Import]:
    """List imports, the latest first."""
    query = select(Import).where(Import.organisation_id == organisation_id)
    return session.exec(query.order_by(col(Import.created_at).desc(), col(Import.id)).limit(limit)).all()


def committing_imports(session: Session, organisation_id: int) -> Sequence[UUID]:
    """List the imports that are being committed, or whose commit was broken off."""
    query = select(Import.id).where(Import.organisation_id == organisation_id, Import.state == "committing")
    return session.exec(query).all()


def undecided_imports(session: Session, organisation_id: int) -> Sequence[UUID]:
    """List the imports of which something is staged."""
    query = select(Import.id).where(
        Import.organisation_id == organisation_id,
        col(Import.state).in_(["reading", "preview", "committing"]),
    )
    return session.exec(query).all()


def refused_rows(session: Session, import_id: UUID, *, after_id: int = 0, limit: int) -> Sequence[RefusedRow]:
    """List rows of an import that could not be used, in the order of the file, those after one of them."""
    query = select(RefusedRow).where(RefusedRow.import_id == import_id)
    last = session.get(RefusedRow, after_id)
    if last is not None:
        place = tuple_(col(RefusedRow.row), col(RefusedRow.id))
        query = query.where(place > tuple_(literal(last.row), literal(last.id)))
    return session.exec(query.order_by(col(RefusedRow.row), col(RefusedRow.id)).limit(limit)).all()


def add_refused(session: Session, import_id: UUID, errors: Iterable[RowError]) -> None:
    """Keep rows that could not be used."""
    rows = [
        {"import_id": import_id, "file": error.file, "row": error.row, "column": error.column,
         "reason": error.reason.value, "message": error.message}
        for error in errors
    ]  # fmt: skip
    if rows:
        session.execute(insert(RefusedRow), rows)


def set_categories(
    session: Session, import_id: UUID, counts: Mapping[str, int], occupations: Mapping[str, str | None]
) -> None:
    """Keep how many gigs of each kind of work an import holds."""
    rows = [
        {"import_id": import_id, "category": name, "occupation": occupations[name], "gig_count": count}
        for name, count in counts.items()
    ]
    if rows:
        session.execute(insert(ImportCategory), rows)


def categories(session: Session, import_id: UUID) -> Sequence[ImportCategory]:
    """List the kinds of work of an import, the one with most gigs first."""
    query = select(ImportCategory).where(ImportCategory.import_id == import_id)
    return session.exec(query.order_by(col(ImportCategory.gig_count).desc(), ImportCategory.category)).all()


def add_in_batches(session: Session, rows: Iterable[tuple[type[IssuerTable], dict[str, Any]]]) -> None:
    """Insert many rows of several tables without keeping them in memory."""
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        for table in dict.fromkeys(table for table, _ in batch):
            session.execute(insert(table), [values for own, values in batch if own is table])


def add_blocks(session: Session, blocks: Sequence[StagedBlock]) -> None:
    """Stage blocks of records."""
    if blocks:
        session.execute(insert(StagedBlock), [block.model_dump() for block in blocks])


def blocks(session: Session, import_id: UUID, buckets: Collection[int]) -> Iterator[StagedBlock]:
    """Stream the blocks of some buckets in the order of the file."""
    query = select(StagedBlock).where(
        StagedBlock.import_id == import_id, col(StagedBlock.bucket).in_(buckets)
    )
    for block in session.exec(query.order_by(col(StagedBlock.number))).all():
        yield block
        session.expunge(block)


def digests(session: Session, import_id: UUID, bucket: int) -> Sequence[bytes]:
    """Read the identities of the records in one bucket, a string of digests for each block."""
    query = select(StagedBlock.digests).where(
        StagedBlock.import_id == import_id, StagedBlock.bucket == bucket
    )
    return session.exec(query).all()


def replace_block(session: Session, block: StagedBlock) -> None:
    """Write a block anew."""
    session.merge(block)
    session.flush()


def filled_buckets(session: Session, import_id: UUID) -> Sequence[tuple[int, int]]:
    """List the buckets that hold records, each with how many."""
    count = func.sum(col(StagedBlock.record_count))
    query = select(StagedBlock.bucket, count).where(StagedBlock.import_id == import_id)
    return [
        (bucket, int(records))
        for bucket, records in session.exec(
            query.group_by(col(StagedBlock.bucket)).order_by(col(StagedBlock.bucket))
        )
    ]


def drop_buckets(session: Session, import_id: UUID, buckets: Collection[int]) -> frozenset[int]:
    """Forget what an import staged in some buckets; tell which of them were there."""
    dropped = delete(StagedBlock).where(
        col(StagedBlock.import_id) == import_id, col(StagedBlock.bucket).in_(buckets)
    )
    return frozenset(session.execute(dropped.returning(col(StagedBlock.bucket))).scalars())


def drop_staged(session: Session, import_id: UUID) -> None:
    """Forget what an import staged."""
    session.exec(delete(StagedBlock).where(col(StagedBlock.import_id) == import_id))


def drop_read(session: Session, import_id: UUID) -> None:
    """Forget what was read of an import."""
    drop_staged(session, import_id)
    session.exec(delete(RefusedRow).where(col(RefusedRow.import_id) == import_id))
    session.exec(delete(ImportCategory).where(col(ImportCategory.import_id) == import_id))


def drop_import(session: Session, import_id: UUID) -> None:
    """Forget an import of which nothing was stated."""
    drop_read(session, import_id)
    session.exec(delete(Import).where(col(Import.id) == import_id))
