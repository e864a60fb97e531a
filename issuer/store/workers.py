"""Workers, what they did, and what is stated about them."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from operator import itemgetter
from typing import Any, Final, TypeVar
from uuid import UUID

import sqlalchemy
from sqlalchemy import insert
from sqlmodel import Session, col, func, select, update

from issuer.imports import Worker as WorkerValue
from issuer.tables import Ledger, Offer, Statement, Worker

ASKED_AT_ONCE: Final = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KnownStatement:
    """What there is to know about a statement beside its content."""

    id: UUID
    type: str
    version: int
    as_of: date
    content_hash: str
    revoked: bool


def worker_by_id(session: Session, organisation_id: int, worker_id: UUID) -> Worker | None:
    """Find a worker of one organisation."""
    found = session.get(Worker, worker_id)
    return found if found is not None and found.organisation_id == organisation_id else None


def worker_by_key(session: Session, organisation_id: int, worker_key: str) -> Worker | None:
    """Find a worker by the organisation's own key."""
    query = select(Worker).where(Worker.organisation_id == organisation_id, Worker.worker_key == worker_key)
    return session.exec(query).one_or_none()


def search_text(words: str) -> str:
    """Write words as they are searched for: without case, accents and control characters."""
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    return "".join(
        character
        for character in decomposed
        if character.isprintable() and not unicodedata.combining(character)
    )


def search_workers(
    session: Session,
    organisation_id: int,
    words: str,
    *,
    limit: int,
    offset: int = 0,
    link_ends: tuple[datetime, datetime] | None = None,
) -> Sequence[Worker]:
    """List workers by name whose name or key holds every word.

    Args:
        session: a transaction.
        organisation_id: whose workers.
        words: what to look for; nothing finds everyone.
        limit: how many at most.
        offset: how many to pass over.
        link_ends: only those whose open claim link ends after the one moment and by the other.
    """
    query = select(Worker).where(Worker.organisation_id == organisation_id)
    if link_ends is not None:
        after, until = link_ends
        ending = select(Offer.worker_id).where(
            Offer.state == "open", Offer.expires_at > after, Offer.expires_at <= until
        )
        query = query.where(col(Worker.id).in_(ending))
    for word in search_text(words).split():
        query = query.where(col(Worker.search_text).contains(word, autoescape=True))
    return session.exec(query.order_by(Worker.search_text).limit(limit).offset(offset)).all()


def count_workers(session: Session, organisation_id: int) -> int:
    """Count an organisation's workers."""
    query = select(func.count(col(Worker.id))).where(Worker.organisation_id == organisation_id)
    return session.exec(query).one()


def worker_ids(session: Session, organisation_id: int) -> Sequence[UUID]:
    """List every worker of an organisation, in a fixed order."""
    query = select(Worker.id).where(Worker.organisation_id == organisation_id)
    return session.exec(query.order_by(Worker.worker_key)).all()


def ids_by_key(session: Session, organisation_id: int, worker_keys: Collection[str]) -> dict[str, UUID]:
    """Find workers by the organisation's own keys."""
    query = select(Worker.worker_key, Worker.id).where(
        Worker.organisation_id == organisation_id, col(Worker.worker_key).in_(worker_keys)
    )
    return dict(session.exec(query).all())


def worker_ids_between(session: Session, organisation_id: int, first: UUID, last: UUID) -> Sequence[UUID]:
    """List an organisation's workers whose ids lie in a range, its ends included."""
    query = select(Worker.id).where(
        Worker.organisation_id == organisation_id, Worker.id >= first, Worker.id <= last
    )
    return session.exec(query.order_by(col(Worker.id))).all()


def lock_workers(session: Session, worker_ids: Sequence[UUID]) -> None:
    """Let one transaction at a time make claim links for these workers; locked in the order of their ids."""
    query = select(Worker.id).where(col(Worker.id).in_(worker_ids)).order_by(col(Worker.id))
    session.exec(query.with_for_update(key_share=True)).all()


def workers_by_keys(session: Session, organisation_id: int, worker_keys: Iterable[str]) -> Iterator[Worker]:
    """Find workers by the organisation's own keys; those that are not known are left out."""
    for keys in _batches(worker_keys):
        query = select(Worker).where(
            Worker.organisation_id == organisation_id, col(Worker.worker_key).in_(keys)
        )
        yield from session.exec(query)


def ledgers(session: Session, worker_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """Read what the exports told about workers, by worker."""
    found: dict[UUID, bytes] = {}
    for ids in _batches(worker_ids):
        query = select(Ledger.worker_id, Ledger.content).where(col(Ledger.worker_id).in_(ids))
        found.update(dict(session.exec(query).all()))
    return found


def put_workers(
    session: Session, organisation_id: int, workers: Iterable[tuple[UUID, WorkerValue, Worker | None]]
) -> None:
    """Store what workers are called and how they are reached; the third is what was stored before."""
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for identity, worker, known in workers:
        values = {"id": identity, "name": worker.name, "contact": worker.contact}
        if known is None:
            values |= {"organisation_id": organisation_id, "worker_key": worker.key}
            new.append(values | {"search_text": search_text(f"{worker.name} {worker.key}")})
        elif (known.name, known.contact) != (worker.name, worker.contact):
            changed.append(values | {"search_text": search_text(f"{worker.name} {worker.key}")})
    if new:
        session.execute(insert(Worker), new)
    if changed:
        # In the order of their ids, as everybody locks workers.
        session.execute(update(Worker), sorted(changed, key=itemgetter("id")))


def put_ledgers(session: Session, *, new: Mapping[UUID, bytes], changed: Mapping[UUID, bytes]) -> None:
    """Store what the exports told about workers."""
    for statement, ledgers in ((insert(Ledger), new), (update(Ledger), changed)):
        if ledgers:
            session.execute(
                statement,
                [{"worker_id": worker, "content": content} for worker, content in ledgers.items()],
            )


def known_statements(session: Session, worker_ids: Iterable[UUID]) -> dict[UUID, list[KnownStatement]]:
    """List what is stated about workers, by worker and without the contents."""
    found: dict[UUID, list[KnownStatement]] = {}
    for ids in _batches(worker_ids):
        # The function of SQLModel has no types for as many columns.
        query = sqlalchemy.select(
            Statement.worker_id, Statement.id, Statement.type, Statement.version, Statement.as_of,
            Statement.content_hash, col(Statement.revoked_at).is_not(None),
        ).where(col(Statement.worker_id).in_(ids))  # type: ignore[call-overload]  # fmt: skip
        for worker_id, *values in session.execute(query):
            found.setdefault(worker_id, []).append(KnownStatement(*values))
    return found


def latest_statements(session: Session, worker_id: UUID) -> Sequence[Statement]:
    """Read the newest statement of each type, withdrawn ones included."""
    newest: dict[str, Statement] = {}
    for statement in statements_of(session, worker_id):
        newest.setdefault(statement.type, statement)
    return [newest[kind] for kind in sorted(newest, reverse=True)]


def newest_statement_ids(
    session: Session, worker_ids: Sequence[UUID], *, now: datetime
) -> dict[UUID, frozenset[UUID]]:
    """Tell for each of these workers the newest statement of each type, if it is in force and not expired."""
    is_in_force = col(Statement.revoked_at).is_(None) & col(Statement.suspended_at).is_(None)
    has_not_expired = col(Statement.valid_until).is_(None) | (col(Statement.valid_until) > now)
    query = (
        select(Statement.worker_id, Statement.type, Statement.id, is_in_force & has_not_expired)
        .where(col(Statement.worker_id).in_(worker_ids))
        .order_by(col(Statement.version))
    )
    newest = {
        (worker_id, kind): (found, in_force) for worker_id, kind, found, in_force in session.exec(query)
    }
    valid: dict[UUID, set[UUID]] = {}
    for (worker_id, _), (statement_id, in_force) in newest.items():
        if in_force:
            valid.setdefault(worker_id, set()).add(statement_id)
    return {worker_id: frozenset(statement_ids) for worker_id, statement_ids in valid.items()}


def statements_by_id(session: Session, statement_ids: Collection[UUID]) -> Sequence[Statement]:
    """Read statements."""
    return session.exec(select(Statement).where(col(Statement.id).in_(statement_ids))).all()


def statements_of(session: Session, worker_id: UUID) -> Sequence[Statement]:
    """Read every statement about a worker, the newest first."""
    query = select(Statement).where(Statement.worker_id == worker_id)
    return session.exec(query.order_by(col(Statement.version).desc(), col(Statement.type).desc())).all()


def statement_by_id(session: Session, organisation_id: int, statement_id: UUID) -> Statement | None:
    """Find a statement of one organisation."""
    query = (
        select(Statement)
        .join(Worker, col(Worker.id) == Statement.worker_id)
        .where(Statement.id == statement_id, Worker.organisation_id == organisation_id)
    )
    return session.exec(query).one_or_none()


def organisation_of_statement(session: Session, statement_id: UUID) -> int | None:
    """Tell which organisation states something."""
    query = select(Worker.organisation_id).join(Statement, col(Statement.worker_id) == Worker.id)
    return session.exec(query.where(Statement.id == statement_id)).one_or_none()


def lock_statements(session: Session, statement_ids: Sequence[UUID]) -> Sequence[Statement]:
    """Read statements for as long as the transaction lasts without anyone changing them.

    Always locked in the order of their ids, so that two transactions cannot wait for each other.
    """
    query = select(Statement).where(col(Statement.id).in_(statement_ids)).order_by(col(Statement.id))
    locked = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.exec(locked).all()


def hold_statements(session: Session, statement_ids: Sequence[UUID]) -> None:
    """Lock statements as `lock_statements` does, without reading them."""
    for ids in _batches(sorted(statement_ids)):
        query = select(Statement.id).where(col(Statement.id).in_(ids)).order_by(col(Statement.id))
        session.exec(query.with_for_update(key_share=True)).all()


def count_statements(session: Session, organisation_id: int) -> int:
    """Count an organisation's statements."""
    query = (
        select(func.count(col(Statement.id)))
        .join(Worker, col(Worker.id) == Statement.worker_id)
        .where(Worker.organisation_id == organisation_id)
    )
    return session.exec(query).one()


def last_as_of(session: Session, organisation_id: int) -> date | None:
    """Tell the latest date of which an organisation has stated anything."""
    query = (
        select(func.max(Statement.as_of))
        .join(Worker, col(Worker.id) == Statement.worker_id)
        .where(Worker.organisation_id == organisation_id)
    )
    return session.exec(query).one()


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    """Cut what a query asks for into pieces that every database takes."""
    remaining = iter(items)
    while batch := list(islice(remaining, ASKED_AT_ONCE)):
        yield batch
