"""Attempts to come in that failed, as the audit log tells of them: as whom, never from where.

The log is for good, so a flood of attempts must not fill it: of each operator a few are noted at once, and
one an hour after that; of names and links that nobody has, the same for all of them together.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from issuer import audit
from issuer.api.allowances import Rate, spend
from issuer.audit import Action
from issuer.errors import LoginLinkError, LoginRefusedError, TooManyRequestsError
from issuer.service import Service
from issuer.store import access as store

NOTED: Final = Rate(calls=1, burst=10, period=timedelta(hours=1))
NOBODY: Final = "unknown"


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


def _note(service: Service, operator_id: int | None) -> None:
    now = service.clock()
    with service.database.writing() as session:
        operator = store.operator_by_id(session, operator_id) if operator_id is not None else None
        subject = operator.actor if operator else NOBODY
        try:
            spend(session, f"notes of refused log-ins: {subject}", rate=NOTED, now=now)
        except TooManyRequestsError:
            return
        audit.record(
            session, operator.organisation_id if operator else None, actor=audit.VISITOR,
            action=Action.LOG_IN_REFUSED, subject=subject, now=now,
        )  # fmt: skip
