from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from wallet import logins
from wallet.logins import LoginLimits
from wallet.store import end_logins
from wallet.tables import LoginSession
from wallet.vault import Vault

LIMITS = LoginLimits(idle=timedelta(minutes=30), whole=timedelta(hours=12))


def test_the_cookie_opens_the_vault(session: Session, vault: Vault, now: datetime) -> None:
    cookie = logins.open_login(session, vault, now=now, limits=LIMITS)
    opened = logins.resume(session, cookie, now=now, limits=LIMITS)
    assert opened is not None
    assert (opened.worker_id, opened.key) == (vault.worker_id, vault.key)


def test_a_dump_of_the_database_holds_neither_key_nor_cookie(
    session: Session, vault: Vault, now: datetime
) -> None:
    cookie = logins.open_login(session, vault, now=now, limits=LIMITS)
    row = session.exec(select(LoginSession)).one()
    assert vault.key.raw not in row.sealed_key
    assert cookie not in row.id
    assert logins.resume(session, row.id, now=now, limits=LIMITS) is None


def test_a_login_moved_to_another_worker_does_not_open(session: Session, vault: Vault, now: datetime) -> None:
    cookie = logins.open_login(session, vault, now=now, limits=LIMITS)
    row = session.exec(select(LoginSession)).one()
    row.sealed_key = row.sealed_key[:-1] + bytes([row.sealed_key[-1] ^ 1])
    session.flush()
    assert logins.resume(session, cookie, now=now, limits=LIMITS) is None


@pytest.mark.parametrize("later", [timedelta(minutes=30), timedelta(hours=13)])
def test_an_unused_login_closes(session: Session, vault: Vault, now: datetime, later: timedelta) -> None:
    cookie = logins.open_login(session, vault, now=now, limits=LIMITS)
    assert logins.resume(session, cookie, now=now + later, limits=LIMITS) is None


def test_use_keeps_a_login_open_but_not_for_ever(session: Session, vault: Vault, now: datetime) -> None:
    cookie = logins.open_login(session, vault, now=now, limits=LIMITS)
    moments = [now + timedelta(minutes=20 * step) for step in range(1, 40)]
    opened = [logins.resume(session, cookie, now=moment, limits=LIMITS) is not None for moment in moments]
    assert opened == [moment < now + timedelta(hours=12) for moment in moments]


def test_a_closed_login_stays_closed(session: Session, vault: Vault, now: datetime) -> None:
    here = logins.open_login(session, vault, now=now, limits=LIMITS)
    there = logins.open_login(session, vault, now=now, limits=LIMITS)
    logins.close(session, here)
    assert logins.resume(session, here, now=now, limits=LIMITS) is None
    assert logins.resume(session, there, now=now, limits=LIMITS) is not None
    end_logins(session, vault.worker_id)
    assert logins.resume(session, there, now=now, limits=LIMITS) is None


@pytest.mark.parametrize("cookie", ["", "x", "é", "=" * 50, "A" * 43, "A" * 5000, "\x00"])
def test_any_other_text_is_no_login(session: Session, now: datetime, cookie: str) -> None:
    assert logins.resume(session, cookie, now=now, limits=LIMITS) is None
