"""What becomes of a statement: withdrawn, suspended, restored, corrected.

What is decided about a statement shows in the status of every copy of it. A copy that shows two
statements is withdrawn when one of them is, and suspended when one of them is. A withdrawal is for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuer.content import one_line
from issuer.errors import NotFoundError, ReasonMissingError, StatementStateError
from issuer.life.status_lists import show_statuses, withdraw_place
from issuer.organisations import identity
from issuer.store import copies as copies_store
from issuer.store import offers as offers_store
from issuer.store.workers import lock_statements, organisation_of_statement, statement_by_id
from issuer.tables import Copy, Organisation, Statement
from issuer.webhooks.events import Event, emit
from standard.strict_json import JsonValue


def revoke(
    session: Session, organisation: Organisation, statement_id: UUID, *, reason: str, now: datetime
) -> Statement:
    """Withdraw a statement and every copy that shows it. Repeating changes nothing.

    Raises:
        NotFoundError: the organisation has no such statement.
        ReasonMissingError: the reason is empty.
    """
    if statement_by_id(session, identity(organisation), statement_id) is None:
        raise NotFoundError("no such statement")
    revoke_many(session, identity(organisation), [statement_id], reason=reason, now=now)
    return session.get_one(Statement, statement_id)


def revoke_many(
    session: Session, organisation_id: int, statement_ids: Sequence[UUID], *, reason: str, now: datetime
) -> list[UUID]:
    """Withdraw statements of one organisation at once; give the ids of those that were not before.

    Raises:
        ReasonMissingError: the reason is empty.
    """
    reason = _reason(reason)
    # All at once and before any list, as a claim does: two transactions never wait for each other.
    statements = [each for each in lock_statements(session, statement_ids) if each.revoked_at is None]
    for statement in statements:
        statement.revoked_at, statement.revoked_reason = now, reason
    session.flush()
    withdrawn = [statement.id for statement in statements]
    show_statuses(session, organisation_id, withdrawn)
    for worker_id in dict.fromkeys(statement.worker_id for statement in statements):
        offers_store.cancel_empty_offers(session, worker_id)
    for statement_id in withdrawn:
        told: dict[str, JsonValue] = {"statement": str(statement_id)}
        emit(session, organisation_id, Event.STATEMENT_REVOKED, told, now=now)
    return withdrawn


def suspend(
    session: Session, organisation: Organisation, statement_id: UUID, *, reason: str, now: datetime
) -> Statement:
    """Make every copy of a statement invalid for the time being. Repeating changes nothing.

    Raises:
        NotFoundError: the organisation has no such statement.
        ReasonMissingError: the reason is empty.
        StatementStateError: it was withdrawn, or a copy is on a list from before there was suspension.
    """
    reason = _reason(reason)
    statement = _undecided(session, organisation, statement_id)
    if statement.suspended_at is None:
        statement.suspended_at, statement.suspended_reason = now, reason
        session.flush()
        show_statuses(session, identity(organisation), [statement_id])
    return statement


def restore(session: Session, organisation: Organisation, statement_id: UUID) -> Statement:
    """Lift a suspension. Repeating changes nothing.

    Raises:
        NotFoundError: the organisation has no such statement.
        StatementStateError: it was withdrawn, which is for good.
    """
    statement = _undecided(session, organisation, statement_id)
    if statement.suspended_at is not None:
        statement.suspended_at = statement.suspended_reason = None
        session.flush()
        show_statuses(session, identity(organisation), [statement_id])
    return statement


def revoke_by_id(session: Session, identifier: str, *, reason: str, now: datetime) -> list[Statement]:
    """Withdraw what an id names: a statement, or all that a copy shows.

    Of a copy whose worker was erased only the copy itself is left to be withdrawn.

    Raises:
        NotFoundError: nothing of this host has the id.
        ReasonMissingError: the reason is empty.
    """
    try:
        named = UUID(identifier)
    except ValueError as error:
        raise NotFoundError("not an id") from error
    copy = session.get(Copy, named)
    statement_ids = copies_store.statements_of_copy(session, named) or [named]
    if copy is not None and statement_ids == [named]:
        _reason(reason)
        withdraw_place(session, copy.organisation_id, copy.status_number, copy.status_index)
        return []
    organisation_id = organisation_of_statement(session, statement_ids[0])
    if organisation_id is None:
        raise NotFoundError("no statement and no copy has this id")
    revoke_many(session, organisation_id, statement_ids, reason=reason, now=now)
    return [session.get_one(Statement, statement_id) for statement_id in sorted(statement_ids)]


def _undecided(session: Session, organisation: Organisation, statement_id: UUID) -> Statement:
    if statement_by_id(session, identity(organisation), statement_id) is None:
        raise NotFoundError("no such statement")
    (statement,) = lock_statements(session, [statement_id])
    if statement.revoked_at is not None:
        raise StatementStateError("the statement was withdrawn, and that is for good")
    return statement


def _reason(reason: str) -> str:
    reason = one_line(reason)
    if not reason:
        raise ReasonMissingError("this needs a reason")
    return reason
