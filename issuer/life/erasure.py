"""Erasing a worker: nothing is left but what revocation and the archive need, which names nobody.

The status places of the worker's copies stay taken, so that they are never given to anybody else, and
their hashes stay for the archive. A single copy can still be withdrawn by its id, which its holder knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuer.batch.staging import forget_worker
from issuer.errors import NotFoundError
from issuer.life.status import revoke_many
from issuer.organisations import identity
from issuer.store import erasure as store
from issuer.store.organisations import lock_organisation
from issuer.store.traces import leave_no_trace
from issuer.store.workers import hold_statements, statements_of, worker_by_id
from issuer.tables import Organisation

REASON = "erased"


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done, without a trace of whom it was about."""

    worker_id: UUID
    copy_count: int
    was_withdrawn: bool


def erase(
    session: Session, organisation: Organisation, worker_id: UUID, *, withdraw: bool, now: datetime
) -> Erased:
    """Delete everything about a worker.

    Args:
        session: a writing transaction.
        organisation: whose worker it is.
        worker_id: who asked to be erased.
        withdraw: whether the copies that the worker holds are to become invalid, as the worker wishes.
        now: the moment of the withdrawal.

    Raises:
        NotFoundError: the organisation has no such worker.
    """
    # Who states anything about the worker meanwhile is waited for too, and sees that nobody is left.
    lock_organisation(session, identity(organisation))
    worker = worker_by_id(session, identity(organisation), worker_id)
    if worker is None:
        raise NotFoundError("no such worker")
    leave_no_trace(session)
    statements = [statement.id for statement in statements_of(session, worker_id)]
    # As a claim does, which is waited for: its copy is then blanked too.
    hold_statements(session, statements)
    if withdraw:
        revoke_many(session, identity(organisation), statements, reason=REASON, now=now)
    worker_key = worker.worker_key
    copies = store.blank_copies(session, worker_id)
    forget_worker(session, identity(organisation), worker_key)
    session.flush()
    store.delete_worker(session, worker_id)
    return Erased(worker_id, len(copies), withdraw)


def worker_of(session: Session, organisation: Organisation, worker_key: str) -> UUID:
    """Find whom an organisation's own key names; raises `NotFoundError`."""
    found = store.worker_id_of(session, identity(organisation), worker_key)
    if found is None:
        raise NotFoundError("no such worker")
    return found
