"""Disputes as the operator judges them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlmodel import Session

from issuer.errors import NotFoundError
from issuer.life import disputes
from issuer.life.dispute_marks import RecordView
from issuer.organisations import identity
from issuer.store import disputes as store
from issuer.store.workers import worker_by_id
from issuer.tables import Dispute, Organisation, Statement, Worker
from standard.model import Review

WORDS_OF_A_REVIEW: Final = 80


@dataclass(frozen=True, slots=True)
class DisputePage:
    """One dispute with its worker and the records that it may be about."""

    row: Dispute
    worker: Worker
    statement: Statement
    records: Sequence[RecordView]
    disputed: RecordView | None

    @property
    def gigs_query(self) -> dict[str, str]:
        """What finds the gigs that the disputed record was made of."""
        value = self.disputed.value if self.disputed else None
        if isinstance(value, Review):
            return {"q": value.text[:WORDS_OF_A_REVIEW]}
        return {"soort": value.category} if value else {}


def dispute_rows(session: Session, organisation: Organisation) -> Sequence[tuple[Dispute, Worker]]:
    """List what waits first, then the latest."""
    return store.disputes_of_organisation(session, identity(organisation))


def dispute_page(session: Session, organisation: Organisation, dispute_id: UUID) -> DisputePage:
    """Show one dispute; raises `NotFoundError`."""
    row = session.get(Dispute, dispute_id)
    worker = worker_by_id(session, identity(organisation), row.worker_id) if row is not None else None
    if row is None or worker is None:
        raise NotFoundError("no such dispute")
    records = disputes.records(session, row)
    return DisputePage(
        row=row,
        worker=worker,
        statement=session.get_one(Statement, row.statement_id),
        records=records,
        disputed=next((each for each in records if each.key == row.record_key), None),
    )
