"""Credentials as an operator manages them: by reference and by state, never by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from issuer.organisations import identity
from issuer.store import credentials as store
from issuer.tables import Organisation, Statement

PAGE_SIZE = 50
STATES = ("in-force", "suspended", "withdrawn", "expired")


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """A statement in the list, with how many copies there are."""

    row: Statement
    worker_key: str
    state: str
    copy_count: int


def credential_rows(
    session: Session, organisation: Organisation, *, reference: str, state: str, page: int, now: datetime
) -> Sequence[CredentialRow]:
    """List one page; one row more than fits tells that there is a next page."""
    found = store.find_statements(
        session, identity(organisation), reference.strip().removeprefix("urn:uuid:"), state, now=now,
        limit=PAGE_SIZE + 1, offset=(page - 1) * PAGE_SIZE,
    )  # fmt: skip
    copies = store.count_copies_of(session, [statement.id for statement, _ in found])
    return [
        CredentialRow(statement, key, statement_state(statement, now), copies.get(statement.id, 0))
        for statement, key in found
    ]


def statement_state(statement: Statement, now: datetime) -> str:
    """Name the state of a statement."""
    if statement.revoked_at is not None:
        return "withdrawn"
    if statement.suspended_at is not None:
        return "suspended"
    return "expired" if statement.valid_until is not None and statement.valid_until <= now else "in-force"
