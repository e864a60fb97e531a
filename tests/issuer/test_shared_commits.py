"""Writers that share a commit: each stands alone, and nobody hears of success before the commit."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event
from typing import Any

import pytest
from sqlmodel import Session, select

from issuer.database import Database
from issuer.shared_commits import SharedCommits
from issuer.tables import SeenProof
from standard.errors import ProtocolError

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
AT_ONCE = 8


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    opened = Database(migrated_url)
    yield opened
    opened.close()


def stored(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.exec(select(SeenProof.proof_hash)))


def at_once(database: Database, act: Any) -> list[object]:
    """Let everybody queue behind a first writer, so that they share the next commit."""
    queued, go = Event(), Event()

    def first(session: Session) -> None:
        queued.set()
        go.wait(5)

    def outcome(number: int) -> object:
        try:
            return database.together(lambda session: act(session, number))
        except Exception as error:
            return error

    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        leader = pool.submit(database.together, first)
        queued.wait(5)
        waiting = [pool.submit(outcome, number) for number in range(AT_ONCE)]
        go.set()
        leader.result()
        return [each.result() for each in waiting]


def add(session: Session, number: int) -> int:
    session.add(SeenProof(proof_hash=str(number), expires_at=NOW))
    session.flush()
    return number


def test_everybody_gets_an_own_answer_and_all_of_it_is_kept(database: Database) -> None:
    assert at_once(database, add) == list(range(AT_ONCE))
    assert stored(database) == {str(number) for number in range(AT_ONCE)}


def test_what_fails_is_undone_alone(database: Database) -> None:
    def act(session: Session, number: int) -> int:
        add(session, number)
        if number == 3:
            raise ValueError("no")
        return number

    answers = at_once(database, act)
    assert isinstance(answers[3], ValueError)
    assert stored(database) == {str(number) for number in range(AT_ONCE) if number != 3}


def test_a_broken_rule_of_the_database_hurts_only_who_broke_it(database: Database) -> None:
    answers = at_once(database, lambda session, number: add(session, number // 2))
    assert sum(isinstance(answer, int) for answer in answers) == AT_ONCE // 2
    assert len(stored(database)) == AT_ONCE // 2


def test_what_a_protocol_error_left_behind_is_kept(database: Database) -> None:
    def act(session: Session, number: int) -> None:
        add(session, number)
        raise ProtocolError("invalid_grant", "wrong")

    assert all(isinstance(answer, ProtocolError) for answer in at_once(database, act))
    assert len(stored(database)) == AT_ONCE


def test_nobody_is_told_of_success_when_the_commit_fails(database: Database) -> None:
    @contextmanager
    def failing() -> Iterator[Session]:
        with Session(database.engine) as session:
            yield session
            raise OSError("disk full")

    commits = SharedCommits(failing)
    for number in range(2):
        with pytest.raises(OSError, match="disk full"):
            commits.run(lambda session, number=number: add(session, number))
    assert stored(database) == set()
