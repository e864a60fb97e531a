"""How long statements count: an organisation may limit a type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlmodel import Session

from issuer.errors import ValidityError
from issuer.organisations import identity
from issuer.store import validity as store
from issuer.tables import Organisation, Validity
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
