"""How long statements count: an organisation may limit a type, and renew what is about to end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlmodel import Session

from issuer.content import fingerprint, read_statement, write_statement
from issuer.errors import ValidityError
from issuer.organisations import identity
from issuer.store import validity as store
from issuer.tables import Organisation, Statement, Validity
from standard.model import StatementType

LONGEST_DAYS: Final = 3660


def limit(session: Session, organisation: Organisation, kind: StatementType, days: int | None) -> None:
    """Say how many days after its date a statement counts; None: for as long as nothing is decided.

    What was stated before keeps the end that it has.

    Raises:
        ValidityError: no day at all, or more than ten years.
    """
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise ValidityError(f"a statement counts for 1 to {LONGEST_DAYS} days")
    store.drop_limit(session, identity(organisation), kind)
    if days is not None:
        session.add(Validity(organisation_id=identity(organisation), type=kind, days=days))
    session.flush()


def limits(session: Session, organisation: Organisation) -> Mapping[str, int]:
    """Tell for how many days the statements of each type count; a type that is left out counts on."""
    return store.limits(session, identity(organisation))


def end(limits: Mapping[str, int], kind: str, as_of: date) -> datetime | None:
    """From when a statement of a type and a date does not count any more."""
    if kind not in limits:
        return None
    return datetime.combine(as_of + timedelta(days=limits[kind]), time(), tzinfo=UTC)


def renew(
    session: Session, organisation: Organisation, *, ending_before: datetime, now: datetime
) -> list[Statement]:
    """State anew, as of today, what ends before a moment. Repeating changes nothing.

    Only the newest statement of a type is renewed, and none that was withdrawn or suspended. Marks of
    disputes stay. The earlier statement counts until its own end.
    """
    until = limits(session, organisation)
    renewed = []
    for before in store.ending_statements(session, identity(organisation), ending_before):
        said = replace(read_statement(before.type, before.content), as_of=now.date())
        renewed.append(
            Statement(
                worker_id=before.worker_id, import_id=before.import_id, type=before.type,
                version=before.version + 1, as_of=said.as_of, content_hash=fingerprint(said),
                content=write_statement(said), created_at=now,
                valid_until=end(until, before.type, said.as_of),
            )
        )  # fmt: skip
    session.add_all(renewed)
    session.flush()
    return renewed
