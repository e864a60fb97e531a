"""Rounds: whoever asks while one is under way is served by the next, each with an own answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from issuer.database import Database
from issuer.rounds import MOST_TOGETHER, Rounds
from issuer.tables import SeenProof

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
WAIT_SECONDS = 10
AT_ONCE = 8


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    opened = Database(migrated_url)
    yield opened
    opened.close()


class Writers:
    """Write down what is asked, a round in a transaction; the first round waits until all have asked."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.sizes: list[int] = []
        self.may_begin = Event()

    def write(self, names: Sequence[str]) -> list[str | Exception]:
        self.may_begin.wait(WAIT_SECONDS)
        self.sizes.append(len(names))
        with self.database.writing() as session:
            session.add_all(SeenProof(proof_hash=name, expires_at=NOW) for name in names)
            session.flush()
            if "fault" in names:
                raise LookupError("fault")
        return [KeyError(name) if name == "refused" else name.upper() for name in names]

    def asked(self, names: Sequence[str]) -> list[str | Exception]:
        """Let one ask, and all others while that one's round waits."""
        with ThreadPoolExecutor(1) as threads:
            rounds = Rounds[str, str](self.write, threads)
            answers = [rounds.ask(name) for name in names]
            self.may_begin.set()
            return [outcome(answer) for answer in answers]

    def stored(self) -> set[str]:
        with self.database.reading() as session:
            return set(session.exec(select(SeenProof.proof_hash)))


def outcome(answer: Future[str]) -> str | Exception:
    try:
        return answer.result(WAIT_SECONDS)
    except Exception as error:
        return error


def test_everybody_gets_an_own_answer_and_all_of_it_is_kept(database: Database) -> None:
    writers, names = Writers(database), [f"n{number}" for number in range(AT_ONCE)]
    assert writers.asked(names) == [name.upper() for name in names]
    assert writers.stored() == set(names)
    assert len(writers.sizes) == 2
    assert sum(writers.sizes) == AT_ONCE


def test_a_round_has_an_end_however_many_wait(database: Database) -> None:
    writers = Writers(database)
    writers.asked([f"n{number}" for number in range(2 * MOST_TOGETHER)])
    assert max(writers.sizes) == MOST_TOGETHER


def test_an_error_among_the_outcomes_is_raised_where_it_was_asked(database: Database) -> None:
    answers = Writers(database).asked(["a", "b", "refused", "c"])
    assert answers[:2] + answers[3:] == ["A", "B", "C"]
    assert isinstance(answers[2], KeyError)


def test_what_fails_is_undone_alone(database: Database) -> None:
    writers = Writers(database)
    answers = writers.asked(["a", "b", "fault", "c"])
    assert isinstance(answers[2], LookupError)
    assert writers.stored() == {"a", "b", "c"}
    assert writers.sizes == [1, 3, 1, 1, 1]


def test_a_broken_rule_of_the_database_hurts_only_who_broke_it(database: Database) -> None:
    writers = Writers(database)
    answers = writers.asked(["first", "a", "a", "b"])
    assert answers[:2] + answers[3:] == ["FIRST", "A", "B"]
    assert isinstance(answers[2], IntegrityError)
    assert writers.stored() == {"first", "a", "b"}


def test_a_queue_that_never_ends_leaves_another_on_the_same_thread_its_turn() -> None:
    order: list[str] = []
    with ThreadPoolExecutor(1) as threads:

        def busy(names: Sequence[str]) -> list[str | Exception]:
            order.extend(names)
            if len(order) == 1:
                other.ask("other")
            if len(order) < AT_ONCE:
                answers.append(rounds.ask("again"))
            return [*names]

        def once(names: Sequence[str]) -> list[str | Exception]:
            order.extend(names)
            return [*names]

        rounds, other = Rounds[str, str](busy, threads), Rounds[str, str](once, threads)
        answers = [rounds.ask("first")]
        while len(order) < AT_ONCE:
            answers[-1].result(WAIT_SECONDS)
    assert order[:2] == ["first", "other"]
    assert len(order) == AT_ONCE


def test_who_left_before_the_round_is_not_served(database: Database) -> None:
    writers = Writers(database)
    with ThreadPoolExecutor(1) as threads:
        rounds = Rounds[str, str](writers.write, threads)
        first, gone, last = (rounds.ask(name) for name in ("first", "gone", "last"))
        assert gone.cancel()
        writers.may_begin.set()
        assert (first.result(WAIT_SECONDS), last.result(WAIT_SECONDS)) == ("FIRST", "LAST")
    assert writers.stored() == {"first", "last"}
