"""Signing for many holders whose keys are known beforehand, without making anybody wait for it.

Signing takes long and storing is short. So the drafts are made without a lock, at places that were free
then; storing locks the statements, leaves out what was withdrawn or signed meanwhile, and signs again what
lost its place to somebody else, which is rare.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuer.claiming.offers import OFFERED_FORMS, configurations
from issuer.errors import RetiredError
from issuer.organisations import identity
from issuer.signing.drafts import Draft, Signing, Wanted, wanted_copy
from issuer.signing.storing import store_drafts
from issuer.store import copies as store
from issuer.store.organisations import has_stopped
from issuer.store.workers import lock_statements, newest_statement_ids, statements_by_id
from issuer.tables import Organisation, Statement
from standard.keys import PublicKey


def wanted_copies(
    session: Session, holders: Iterable[tuple[UUID, PublicKey]], *, now: datetime
) -> list[Wanted]:
    """List what these workers miss: the newest statements, in every form that is offered.

    Args:
        session: a transaction.
        holders: workers by id, each with a key.
        now: statements that have expired by then are left out.
    """
    keys = list(holders)
    newest = newest_statement_ids(session, [worker_id for worker_id, _ in keys], now=now)
    ids = {statement_id for statement_ids in newest.values() for statement_id in statement_ids}
    rows = {row.id: row for row in statements_by_id(session, ids)}
    everything: dict[tuple[str, str, str], Wanted] = {}
    for worker_id, holder in keys:
        own = [rows[statement_id] for statement_id in newest.get(worker_id, ())]
        for wanted in _of_worker(session, [row for row in own if row.counts(now)], holder, now):
            everything[wanted.key] = wanted
    known = store.known_copies(session, {wanted.source for wanted in everything.values()})
    return [wanted for key, wanted in everything.items() if key not in known]


def put(session: Session, organisation: Organisation, drafts: Sequence[Draft], *, signing: Signing) -> int:
    """Store signed copies and count them; repeating stores nothing twice.

    Args:
        session: a writing transaction.
        organisation: who signed.
        drafts: what was signed.
        signing: with what a copy is signed again that lost its place.

    Raises:
        RetiredError: the organisation has stopped since the copies were signed.
    """
    concerned = {statement_id for draft in drafts for statement_id in draft.wanted.statement_ids}
    locked = lock_statements(session, sorted(concerned))
    if has_stopped(session, identity(organisation)):
        raise RetiredError("the organisation has stopped, and its last lists are final")
    valid = {row.id for row in locked if row.counts(signing.now)}
    known = store.known_copies(session, {draft.wanted.source for draft in drafts})
    missing = [
        draft
        for draft in drafts
        if valid.issuperset(draft.wanted.statement_ids) and draft.wanted.key not in known
    ]
    return len(store_drafts(session, identity(organisation), missing, signing=signing))


def _of_worker(
    session: Session, statements: Sequence[Statement], holder: PublicKey, now: datetime
) -> list[Wanted]:
    rows = {row.id: row for row in statements}
    offered = dict.fromkeys(configurations(statements, OFFERED_FORMS).values())
    return [
        wanted_copy(session, [rows[statement_id] for statement_id in ids], form, holder, now=now)
        for form, ids in offered
    ]
