"""Saying something again with a change: a new version of the newest statement of its type."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from issuer.content import fingerprint, read_statement, write_statement
from issuer.life import validity
from issuer.organisations import identity
from issuer.store import validity as store
from issuer.tables import Organisation, Statement
from standard.model import Statement as StatementValue


def restate(
    session: Session, organisation: Organisation, before: Statement, said: StatementValue, *, now: datetime
) -> Statement:
    """State a next version. What stood before stays as it is; offers are made for the newest version."""
    until = validity.limits(session, organisation)
    stated = Statement(
        worker_id=before.worker_id, import_id=before.import_id, type=before.type,
        version=before.version + 1, as_of=said.as_of, content_hash=fingerprint(said),
        content=write_statement(said), created_at=now,
        valid_until=validity.end(until, before.type, said.as_of),
    )  # fmt: skip
    session.add(stated)
    session.flush()
    return stated


def renew(
    session: Session, organisation: Organisation, *, ending_before: datetime, now: datetime
) -> list[Statement]:
    """State anew, as of today, what ends before a moment. Repeating changes nothing.

    Only the newest statement of a type is renewed, and none that was withdrawn or suspended. Marks of
    disputes stay. The earlier statement counts until its own end.
    """
    return [
        restate(
            session,
            organisation,
            before,
            replace(read_statement(before.type, before.content), as_of=now.date()),
            now=now,
        )
        for before in store.ending_statements(session, identity(organisation), ending_before)
    ]
