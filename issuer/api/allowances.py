"""How often somebody may call: a steady rate with room for a burst, kept in the database.

Every replica spends from the same allowance. Source: the generic cell rate algorithm, ITU-T I.371.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from issuer.errors import TooManyRequestsError
from issuer.store import api as store


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls a period for as long as one likes, and so many at once."""

    calls: int
    burst: int
    period: timedelta = timedelta(minutes=1)

    @property
    def interval(self) -> timedelta:
        """The time that one call pays for."""
        return self.period / self.calls


def spend(session: Session, caller: str, *, rate: Rate, now: datetime) -> None:
    """Pay for one call.

    Args:
        session: a writing transaction of its own: what was spent stays spent when the call fails.
        caller: whose allowance.
        rate: how much it is.
        now: the moment.

    Raises:
        TooManyRequestsError: the burst is used up; nothing is paid.
    """
    allowance = store.lock_allowance(session, caller, now)
    paid_until = max(allowance.paid_until, now) + rate.interval
    ahead = paid_until - now - rate.interval * rate.burst
    if ahead > timedelta(0):
        raise TooManyRequestsError(math.ceil(ahead.total_seconds()))
    allowance.paid_until = paid_until
