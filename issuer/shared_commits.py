"""One commit for several writers that wait for each other anyway.

A commit waits for the disk, and only one writer at a time can hold an embedded database. So whoever gets
the turn does the work of all who queue, and commits once; an answer is given after the commit. What fails
takes nobody else with it: when something does, which is rare, nothing is kept, and each begins anew alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from threading import Lock
from typing import Any

from sqlmodel import Session

from standard.errors import ProtocolError


class SharedCommits:
    """The queue of one database."""

    def __init__(self, writing: Callable[[], AbstractContextManager[Session]]) -> None:
        """Take how a writing transaction is opened."""
        self._writing = writing
        self._queue: list[_Task] = []
        self._adding = Lock()
        self._turn = Lock()

    def run(self, act: Callable[[Session], Any]) -> Any:
        """Do something in a transaction that is committed before this returns.

        It may be done twice, so that outside of the transaction it may leave nothing behind.

        Raises:
            Exception: whatever `act` raised, after what it did was undone, or kept for a `ProtocolError`; or
                what went wrong with the commit.
        """
        task = _Task(act)
        with self._adding:
            self._queue.append(task)
        with self._turn:
            if not task.is_done:
                self._serve()
        return task.outcome()

    def _serve(self) -> None:
        with self._adding:
            tasks, self._queue = self._queue, []
        if not self._commit(tasks) and len(tasks) > 1:
            for task in tasks:
                self._commit([task])
        for task in tasks:
            task.is_done = True

    def _commit(self, tasks: Sequence[_Task]) -> bool:
        """Do some tasks in one transaction; false when that failed, and nothing of them is kept."""
        try:
            with self._writing() as session:
                for task in tasks:
                    task.attempt(session)
        except Exception as error:
            for task in tasks:
                task.error = error
            return False
        return True


class _Task:
    """What one writer wants done, and what came of it."""

    def __init__(self, act: Callable[[Session], Any]) -> None:
        self._act = act
        self._value: Any = None
        self.error: Exception | None = None
        self.is_done = False

    def attempt(self, session: Session) -> None:
        self.error = None
        try:
            self._value = self._act(session)
        except ProtocolError as error:
            self.error = error
        # Whoever comes next asks the database, and finds there what this one did.
        session.flush()

    def outcome(self) -> Any:
        if self.error is not None:
            raise self.error
        return self._value
