"""Attempts to come in that failed, as the audit log tells of them: as whom, never from where.

The log is for good, so a flood of attempts must not fill it: of each operator a few are noted at once, and
one an hour after that; of names and links that nobody has, the same for all of them together. How often
that was is counted by the hour, for those who look after the host: a row an hour, whatever is tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from issuer import audit
from issuer.api.allowances import Rate, spend
from issuer.audit import Action
from issuer.errors import LoginLinkError, LoginRefusedError, TooManyRequestsError
from issuer.service import Service
from issuer.store import access as store

NOTED: Final = Rate(calls=1, burst=10, period=timedelta(hours=1))
NOBODY: Final = "unknown"
HOUR: Final = timedelta(hours=1)
COUNTS_KEPT: Final = timedelta(days=30)
SHOWN: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Strangers:
    """How often somebody came as nobody whom the host knows: in a day, and by the hour in a week."""

    day_count: int
    hours: Sequence[tuple[datetime, int]]


@contextmanager
def noted(service: Service) -> Iterator[None]:
    """Let someone in; when that fails, note it in a transaction of its own, and fail all the same."""
    try:
        yield
    except LoginRefusedError as refused:
        _note(service, refused.operator_id)
        raise
    except LoginLinkError:
        _note(service, None)
        raise


def strangers(session: Session, *, now: datetime) -> Strangers:
    """Tell how often that was, the latest hour first."""
    found = [(each.hour, each.attempt_count) for each in store.stranger_hours(session, now - SHOWN)]
    return Strangers(sum(count for hour, count in found if hour > now - timedelta(days=1)), found)


def recent_strangers(session: Session, *, now: datetime) -> int:
    """Count those of this hour and the one before."""
    since = _hour_of(now) - HOUR
    return sum(each.attempt_count for each in store.stranger_hours(session, since))


def _note(service: Service, operator_id: int | None) -> None:
    now = service.clock()
    with service.database.writing() as session:
        operator = store.operator_by_id(session, operator_id) if operator_id is not None else None
        subject = operator.actor if operator else NOBODY
        if operator is None:
            store.count_stranger(session, _hour_of(now), now + COUNTS_KEPT)
        try:
            spend(session, f"notes of refused log-ins: {subject}", rate=NOTED, now=now)
        except TooManyRequestsError:
            return
        audit.record(
            session, operator.organisation_id if operator else None, actor=audit.VISITOR,
            action=Action.LOG_IN_REFUSED, subject=subject, now=now,
        )  # fmt: skip


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
