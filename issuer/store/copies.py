"""Copies and the status lists that say whether they were withdrawn."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

import sqlalchemy
from sqlalchemy import bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import QueryableAttribute, defer
from sqlmodel import Session, col, func, select, update

from issuer.store.lengths import in_few_lengths
from issuer.tables import Copy, CopyStatement, Organisation, Statement, StatusList
from issuer.tables.copies import ENTRY_BITS
from standard.model import Form
from standard.status_list import Status, new_bits

READ_AT_ONCE = 10_000


# Every claim asks these. Built once, they cost a fraction of what they cost built anew each time.
_FIND_COPIES: Final = sqlalchemy.select(
    col(Copy.source), col(Copy.form), col(Copy.holder_thumbprint), col(Copy.id), col(Copy.status_number),
    col(Copy.status_index), col(Copy.secured), col(Copy.signed_at),
).where(
    sqlalchemy.tuple_(col(Copy.source), col(Copy.form), col(Copy.holder_thumbprint)).in_(
        bindparam("keys", expanding=True)
    )
)  # fmt: skip
_FILLING: Final = (
    select(
        StatusList.number,
        StatusList.entry_bits,
        StatusList.allocated_count,
        func.length(col(StatusList.bits)),
    )
    .where(col(StatusList.organisation_id) == bindparam("organisation"))
    .order_by(col(StatusList.number).desc())
    .limit(1)
)
CopyKey = tuple[str, str, str]
"""What no two copies have in common: source, form and thumbprint of the holder's key."""


@dataclass(frozen=True, slots=True)
class HolderCopy:
    """A copy as its holder gets it."""

    id: UUID
    form: str
    status_number: int
    status_index: int
    secured: str
    signed_at: datetime


def find_copies(session: Session, keys: Collection[CopyKey]) -> dict[CopyKey, HolderCopy]:
    """Find those of these copies that exist."""
    if not keys:
        return {}
    rows = session.connection().execute(_FIND_COPIES, {"keys": in_few_lengths(keys)})
    return {(row.source, row.form, row.holder_thumbprint): _holder_copy(row) for row in rows}


def copy_by_id(session: Session, organisation_id: int, copy_id: UUID) -> Copy | None:
    """Find a copy of one organisation."""
    found = session.get(Copy, copy_id)
    return found if found is not None and found.organisation_id == organisation_id else None


def copies_of_statement(session: Session, statement_id: UUID) -> Sequence[Copy]:
    """List every copy that shows a statement, the oldest first."""
    query = (
        select(Copy)
        .join(CopyStatement, col(CopyStatement.copy_id) == Copy.id)
        .where(CopyStatement.statement_id == statement_id)
    )
    return session.exec(query.order_by(col(Copy.signed_at), Copy.form)).all()


def corrected_copies(
    session: Session, statement_ids: Collection[UUID], *, holder_thumbprint: str
) -> Sequence[str]:
    """List the ids of the copies for one holder key of statements, and of what those corrected before.

    Paper copies carry no id.
    """
    earlier = set(statement_ids)
    corrected: set[UUID] = set()
    while earlier:
        corrected |= earlier
        query = select(Statement.corrects).where(col(Statement.id).in_(earlier))
        earlier = {found for found in session.exec(query) if found is not None} - corrected
    if not corrected:
        return []
    copies = (
        select(Copy.id)
        .join(CopyStatement, col(CopyStatement.copy_id) == Copy.id)
        .where(
            col(CopyStatement.statement_id).in_(corrected),
            Copy.holder_thumbprint == holder_thumbprint,
            Copy.form != Form.COMPACT.value,
        )
    )
    return sorted(found.urn for found in session.exec(copies))


def places_of_statements(session: Session, statement_ids: Sequence[UUID]) -> Sequence[tuple[UUID, int, int]]:
    """List the copies that show any of these statements, each with its list and index."""
    query = (
        select(Copy.id, Copy.status_number, Copy.status_index)
        .join(CopyStatement, col(CopyStatement.copy_id) == Copy.id)
        .where(col(CopyStatement.statement_id).in_(statement_ids))
        .distinct()
    )
    return session.exec(query).all()


def _holder_copy(row: Any) -> HolderCopy:
    return HolderCopy(row.id, row.form, row.status_number, row.status_index, row.secured, row.signed_at)


def statuses_of_copies(session: Session, copy_ids: Sequence[UUID]) -> dict[UUID, Status]:
    """Tell what the statements that copies show make of them; the worst of them counts."""
    query = (
        select(
            CopyStatement.copy_id,
            func.count(col(Statement.revoked_at)),
            func.count(col(Statement.suspended_at)),
        )
        .join(Statement, col(Statement.id) == CopyStatement.statement_id)
        .where(col(CopyStatement.copy_id).in_(copy_ids))
        .group_by(col(CopyStatement.copy_id))
    )
    return {
        copy_id: Status.INVALID if revoked else Status.SUSPENDED if suspended else Status.VALID
        for copy_id, revoked, suspended in session.exec(query)
    }


def statements_of_copy(session: Session, copy_id: UUID) -> Sequence[UUID]:
    """List the ids of the statements that a copy shows."""
    query = select(CopyStatement.statement_id).where(CopyStatement.copy_id == copy_id)
    return session.exec(query).all()


def count_copies(session: Session, organisation_id: int) -> int:
    """Count an organisation's copies."""
    query = select(func.count(col(Copy.id))).where(Copy.organisation_id == organisation_id)
    return session.exec(query).one()


def signature_counts(session: Session) -> dict[str, int]:
    """Tell by organisation how many copies were ever signed: each took a place of its own."""
    query = (
        select(Organisation.slug, func.sum(StatusList.allocated_count))
        .join(StatusList, col(StatusList.organisation_id) == Organisation.id)
        .group_by(Organisation.slug)
        .order_by(Organisation.slug)
    )
    return {slug: int(count) for slug, count in session.exec(query)}


def taken_indexes(
    session: Session, organisation_id: int, number: int, indexes: Collection[int]
) -> frozenset[int]:
    """Tell which of these places on a status list copies have."""
    query = select(Copy.status_index).where(
        Copy.organisation_id == organisation_id,
        Copy.status_number == number,
        col(Copy.status_index).in_(indexes),
    )
    return frozenset(session.exec(query))


def known_copies(session: Session, sources: Collection[str]) -> frozenset[tuple[str, str, str]]:
    """Tell which copies of these sources exist: source, form and holder of each."""
    query = select(Copy.source, Copy.form, Copy.holder_thumbprint).where(col(Copy.source).in_(sources))
    return frozenset((source, form, holder) for source, form, holder in session.exec(query))


def copies_of_worker(session: Session, worker_id: UUID, holder_thumbprint: str) -> Sequence[Copy]:
    """List the copies that one holder key has of a worker's statements, the oldest first."""
    query = (
        select(Copy)
        .join(CopyStatement, col(CopyStatement.copy_id) == Copy.id)
        .join(Statement, col(Statement.id) == CopyStatement.statement_id)
        .where(Statement.worker_id == worker_id, Copy.holder_thumbprint == holder_thumbprint)
        .distinct()
    )
    return session.exec(query.order_by(col(Copy.signed_at), Copy.source, Copy.form)).all()


def new_status_list(organisation_id: int, number: int) -> StatusList:
    """Make an empty list; the caller stores it."""
    bits = new_bits(entry_bits=ENTRY_BITS)
    return StatusList(organisation_id=organisation_id, number=number, entry_bits=ENTRY_BITS, bits=bits)


def indexes_of_list(session: Session, organisation_id: int, number: int) -> Sequence[int]:
    """List the places of a list that copies have."""
    query = select(Copy.status_index).where(
        Copy.organisation_id == organisation_id, Copy.status_number == number
    )
    return session.exec(query).all()


def copy_hashes(session: Session, organisation_id: int, until: datetime) -> Iterator[bytes]:
    """Read the hash of every copy that was signed until a moment, a part at a time."""
    query = select(Copy.copy_hash).where(
        Copy.organisation_id == organisation_id, col(Copy.signed_at) <= until
    )
    yield from session.exec(query.execution_options(yield_per=READ_AT_ONCE))


@dataclass(frozen=True, slots=True)
class Filling:
    """How full a status list is."""

    number: int
    entry_bits: int
    allocated_count: int
    bits_bytes: int


def newest_list_filling(session: Session, organisation_id: int) -> Filling:
    """Tell how full the newest list is, without reading or locking it; every organisation has one."""
    return Filling(*session.connection().execute(_FILLING, {"organisation": organisation_id}).one())


def add_copies(session: Session, copies: Sequence[dict[str, Any]]) -> frozenset[UUID]:
    """Store signed copies and tell which; the others lost their places to somebody else.

    The statements are locked by the caller, so nobody else stores a copy of the same for the same holder.
    """
    put = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    added = put(Copy).on_conflict_do_nothing().returning(col(Copy.id))
    return frozenset(session.execute(added, copies).scalars())


def show_statements(session: Session, shown: Sequence[tuple[UUID, UUID]]) -> None:
    """Note which statements copies show."""
    rows = [{"copy_id": copy_id, "statement_id": statement_id} for copy_id, statement_id in shown]
    session.execute(insert(CopyStatement), rows)


def count_places(session: Session, organisation_id: int, used: Mapping[int, int]) -> None:
    """Count places of lists as used. Last in a transaction: whoever else uses places waits here."""
    for number in sorted(used):
        session.execute(
            update(StatusList)
            .where(col(StatusList.organisation_id) == organisation_id, col(StatusList.number) == number)
            .values(allocated_count=StatusList.allocated_count + used[number])
            .execution_options(synchronize_session=False)
        )


def signed_list(session: Session, organisation_id: int, number: int) -> StatusList | None:
    """Read what was signed of a status list; its bits are left where they are."""
    query = select(StatusList).where(
        StatusList.organisation_id == organisation_id, StatusList.number == number
    )
    without_bits = defer(cast("QueryableAttribute[bytes]", StatusList.bits))
    return session.exec(query.options(without_bits)).one_or_none()


def lock_status_list(session: Session, organisation_id: int, number: int) -> StatusList | None:
    """Read a status list that this transaction is going to change."""
    query = select(StatusList).where(
        StatusList.organisation_id == organisation_id, StatusList.number == number
    )
    return session.exec(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def lists_to_sign(session: Session, signed_before: datetime) -> Sequence[tuple[int, int]]:
    """List organisation and number of every list that changed, or was signed too long ago, or never."""
    query = (
        select(StatusList.organisation_id, StatusList.number)
        .join(Organisation, col(Organisation.id) == StatusList.organisation_id)
        .where(
            col(Organisation.retired_at).is_(None),
            col(StatusList.is_outdated)
            | col(StatusList.published_at).is_(None)
            | (col(StatusList.published_at) <= signed_before),
        )
    )
    return session.exec(query.order_by(col(StatusList.organisation_id), col(StatusList.number))).all()


def outdate_lists(session: Session, organisation_id: int) -> None:
    """Have every list of an organisation signed anew."""
    session.exec(
        update(StatusList).where(col(StatusList.organisation_id) == organisation_id).values(is_outdated=True)
    )


def status_lists(session: Session, organisation_id: int) -> Sequence[StatusList]:
    """List an organisation's status lists."""
    query = select(StatusList).where(StatusList.organisation_id == organisation_id)
    return session.exec(query.order_by(col(StatusList.number))).all()
