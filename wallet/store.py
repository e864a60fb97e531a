"""Every query of the wallet. Nothing here opens a sealed value, and nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session, col, delete, select

from wallet.tables import (
    SEALED_TABLES,
    FailedLogin,
    Inbox,
    InboxOffer,
    KeySlot,
    LoginSession,
    SealedRow,
    Worker,
)

Row = TypeVar("Row", bound=SealedRow)


def add_worker(session: Session, worker: Worker) -> None:
    """Add an account and make the database look at it, so that a taken name shows now.

    Raises:
        sqlalchemy.exc.IntegrityError: the account name is taken.
    """
    session.add(worker)
    session.flush()


def worker_by_name(session: Session, account_name: str) -> Worker | None:
    """Find an account by its folded name."""
    return session.exec(select(Worker).where(Worker.account_name == account_name)).one_or_none()


def worker(session: Session, worker_id: str) -> Worker | None:
    """Find an account by its id."""
    return session.get(Worker, worker_id)


def erase_worker(session: Session, worker_id: str) -> None:
    """Delete everything of one worker, the key slots first: without them the rest is noise."""
    session.exec(delete(KeySlot).where(col(KeySlot.worker_id) == worker_id))
    session.exec(delete(LoginSession).where(col(LoginSession.worker_id) == worker_id))
    session.exec(delete(InboxOffer).where(col(InboxOffer.worker_id) == worker_id))
    session.exec(delete(Inbox).where(col(Inbox.worker_id) == worker_id))
    for table in SEALED_TABLES:
        session.exec(delete(table).where(col(table.worker_id) == worker_id))
    session.exec(delete(Worker).where(col(Worker.id) == worker_id))


def slot(session: Session, worker_id: str, kind: str) -> KeySlot | None:
    """Find one worker's slot of one kind."""
    query = select(KeySlot).where(KeySlot.worker_id == worker_id, KeySlot.kind == kind)
    return session.exec(query).one_or_none()


def replace_slot(session: Session, new: KeySlot) -> None:
    """Put a slot in the place of the worker's slot of the same kind."""
    old = delete(KeySlot).where(col(KeySlot.worker_id) == new.worker_id, col(KeySlot.kind) == new.kind)
    session.exec(old)
    session.add(new)
    session.flush()


def sealed_rows(session: Session, table: type[Row], worker_id: str) -> Sequence[Row]:
    """List one worker's rows of one sealed table, by id."""
    return session.exec(select(table).where(table.worker_id == worker_id).order_by(col(table.id))).all()


def sealed_row(session: Session, table: type[Row], worker_id: str, row_id: str) -> Row | None:
    """Find one sealed row of this worker; another worker's row is as good as absent."""
    query = select(table).where(table.id == row_id, table.worker_id == worker_id)
    return session.exec(query).one_or_none()


def save(session: Session, row: SealedRow) -> None:
    """Add or change a sealed row."""
    session.add(row)
    session.flush()


def remove(session: Session, row: SealedRow) -> None:
    """Delete a sealed row."""
    session.delete(row)
    session.flush()


def add_login(session: Session, login: LoginSession) -> None:
    """Add a login."""
    session.add(login)
    session.flush()


def login(session: Session, login_id: str) -> LoginSession | None:
    """Find a login by the id that its cookie gives."""
    return session.get(LoginSession, login_id)


def end_login(session: Session, login_id: str) -> None:
    """Delete one login."""
    session.exec(delete(LoginSession).where(col(LoginSession.id) == login_id))


def end_logins(session: Session, worker_id: str) -> None:
    """Delete every login of one worker."""
    session.exec(delete(LoginSession).where(col(LoginSession.worker_id) == worker_id))


def end_stale_logins(session: Session, now: datetime) -> None:
    """Delete the logins whose time is over, of all workers."""
    stale = (col(LoginSession.ends_at) <= now) | (col(LoginSession.idle_until) <= now)
    session.exec(delete(LoginSession).where(stale))


def failures(session: Session, key: str, now: datetime) -> int:
    """Count the recent failures under one key."""
    found = session.get(FailedLogin, key)
    return found.failures if found is not None and found.counting_until > now else 0


def add_failure(session: Session, key: str, now: datetime, counting_until: datetime) -> None:
    """Count one more failure; a new period begins when the last one is over."""
    found = session.get(FailedLogin, key)
    if found is None or found.counting_until <= now:
        session.exec(delete(FailedLogin).where(col(FailedLogin.counting_until) <= now))
        session.merge(FailedLogin(key=key, failures=1, counting_until=counting_until))
    else:
        found.failures += 1
        session.add(found)
    session.flush()


def forget_failures(session: Session, key: str) -> None:
    """Start counting anew after a success."""
    session.exec(delete(FailedLogin).where(col(FailedLogin.key) == key))


def inbox_of(session: Session, worker_id: str) -> Inbox | None:
    """Find a worker's inbox."""
    return session.get(Inbox, worker_id)


def inbox_at(session: Session, address: str) -> Inbox | None:
    """Find the inbox at an address, and let one transaction at a time put something in."""
    return session.exec(select(Inbox).where(Inbox.address == address).with_for_update()).one_or_none()


def replace_inbox(session: Session, inbox: Inbox) -> None:
    """Put an inbox in the place of the worker's old one; what waits stays."""
    session.exec(delete(Inbox).where(col(Inbox.worker_id) == inbox.worker_id))
    session.add(inbox)
    session.flush()


def inbox_offers(session: Session, worker_id: str) -> Sequence[InboxOffer]:
    """List the offers that were left for a worker, the oldest first."""
    query = select(InboxOffer).where(InboxOffer.worker_id == worker_id)
    return session.exec(query.order_by(col(InboxOffer.received_at), col(InboxOffer.id))).all()


def add_inbox_offer(session: Session, offer: InboxOffer) -> None:
    """Add an offer."""
    session.add(offer)
    session.flush()


def drop_inbox_offer(session: Session, worker_id: str, offer_id: str) -> None:
    """Delete one offer of one worker."""
    session.exec(
        delete(InboxOffer).where(col(InboxOffer.worker_id) == worker_id, col(InboxOffer.id) == offer_id)
    )
