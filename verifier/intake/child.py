"""Reads hostile files in a child process: what goes wrong there ends there.

The child programs import nothing of ours, run isolated (`python -I`), set their own limits before
they touch a byte, take the file on standard input and answer one JSON object on standard output.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from verifier.intake.errors import BusyError, IntakeError, IntakeReason


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """What one child may use. Memory is address space, so it bounds what the system can ever give."""

    memory_bytes: int = 420_000_000
    cpu_seconds: int = 8
    wall_seconds: float = 15.0


DEFAULT_LIMITS: Final = ChildLimits()

_ANSWER_LIMIT_BYTES: Final = 64_000_000


class ChildPool:
    """Bounds how many children run at once; whoever waits too long is told to come back.

    Args:
        size: children at the same time.
        wait_seconds: how long a request waits for its turn.
    """

    def __init__(self, size: int, wait_seconds: float = 10.0) -> None:
        """Make all places free."""
        self._places = threading.BoundedSemaphore(size)
        self._wait_seconds = wait_seconds

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold one place.

        Raises:
            BusyError: no place came free in time.
        """
        if not self._places.acquire(timeout=self._wait_seconds):
            raise BusyError("all places are taken")
        try:
            yield
        finally:
            self._places.release()


def ask_child(program: Path, data: bytes, *, limits: ChildLimits) -> dict[str, Any]:
    """Hand `data` to a child program and return its answer.

    Raises:
        IntakeError: the child named a reason, or it hit a limit or died (`too-demanding`).
    """
    command = [sys.executable, "-I", str(program), str(limits.memory_bytes), str(limits.cpu_seconds)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell, fixed arguments
            command, input=data, capture_output=True, timeout=limits.wall_seconds, env={}, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise IntakeError(IntakeReason.TOO_DEMANDING) from error
    if done.returncode != 0 or not 0 < len(done.stdout) <= _ANSWER_LIMIT_BYTES:
        raise IntakeError(IntakeReason.TOO_DEMANDING)
    answer: dict[str, Any] = json.loads(done.stdout)
    if "refused" in answer:
        raise IntakeError(IntakeReason(answer["refused"]))
    return answer
