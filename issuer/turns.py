"""Turns: of many threads that want the same work done, one does it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Lock


class Turns:
    """One lock for each kind of work, kept for as long as the service runs."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, Lock] = {}
        self._guard = Lock()

    @contextmanager
    def turn(self, work: Hashable, *, wait: bool) -> Iterator[bool]:
        """Take the turn; gives False when another thread has it and the caller does not wait."""
        with self._guard:
            lock = self._locks.setdefault(work, Lock())
        is_mine = lock.acquire(blocking=wait)
        try:
            yield is_mine
        finally:
            if is_mine:
                lock.release()
