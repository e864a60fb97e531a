"""What many ask at the same time, done together in rounds: with one transaction, and one commit, for all.

A commit waits for the disk, and each question to a database costs its journey there. So whoever asks while a
round is under way is served by the next, together with all others who asked meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from threading import Lock
from typing import Final, Generic, TypeVar

Asked = TypeVar("Asked")
Done = TypeVar("Done")

MOST_TOGETHER: Final = 32


class Rounds(Generic[Asked, Done]):
    """The queue for one kind of work."""

    def __init__(
        self,
        do: Callable[[Sequence[Asked]], Sequence[Done | Exception]],
        threads: Executor,
    ) -> None:
        """Take how the work is done, and where.

        Args:
            do: gives an outcome for each that asked, in their order; one that is an exception is raised where
                it was asked. What it raises itself undoes the round: then each is done anew alone, so that
                what fails takes nobody else with it. Outside of its transaction it may leave nothing behind.
            threads: where the rounds run, one at a time, for two at once would each be half as large and cost
                more. Other queues may share it: each has its turn after a round.
        """
        self._do = do
        self._threads = threads
        self._lock = Lock()
        self._is_running = False
        self._waiting: list[tuple[Asked, Future[Done]]] = []

    def ask(self, asked: Asked) -> Future[Done]:
        """Have something done in the next round; the answer comes after the commit."""
        answer: Future[Done] = Future()
        with self._lock:
            self._waiting.append((asked, answer))
            if self._is_running:
                return answer
            self._is_running = True
        self._threads.submit(self._round)
        return answer

    def _round(self) -> None:
        """Serve all who wait by now, and have those served who come meanwhile."""
        with self._lock:
            taken, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
        present = [(asked, answer) for asked, answer in taken if answer.set_running_or_notify_cancel()]
        outcomes = self._outcomes([asked for asked, _ in present])
        for (_, answer), outcome in zip(present, outcomes, strict=True):
            if isinstance(outcome, Exception):
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome)
        with self._lock:
            self._is_running = goes_on = bool(self._waiting)
        if goes_on:
            self._threads.submit(self._round)

    def _outcomes(self, asked: Sequence[Asked]) -> Sequence[Done | Exception]:
        try:
            return self._do(asked) if asked else ()
        except Exception as error:
            if len(asked) == 1:
                return [error]
        return [outcome for one in asked for outcome in self._outcomes([one])]
