"""What all measurements share: CPU time in batches, one side after the other, and the table.

Ours, the floor and the peer take turns, batch by batch, so that whatever else the machine does meets
all of them; the median of the batches is what counts. Times are CPU time of the whole process, the
helping threads of JavaScript included.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

Act = Callable[[], object]

_BATCH_SECONDS: Final = 0.02
_LONGEST_BATCH: Final = 2_000
_FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table, to be measured.

    Attributes:
        label: what is done.
        ours: does it once.
        floor: does the cryptography alone once, with the bare library.
        peer: the name under which the peer's script does the same.
        goal: what is asked of it, in words.
    """

    label: str
    ours: Act
    floor: Act | None = None
    peer: str | None = None
    goal: str = ""


class Peer:
    """The JavaScript side of a measurement."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Take a process that `open_peer` started."""
        self._process = process

    def microseconds(self, act: str, count: int) -> float:
        """Do something a number of times; returns the CPU time of one."""
        return float(self.ask({"act": act, "count": count}))

    def ask(self, question: object) -> str:
        """Send one line, and read the answer."""
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("the peer was started with pipes")
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the JavaScript peer broke off; it says why above")
        return answer


@contextmanager
def open_peer(script: str, given: Mapping[str, Any]) -> Iterator[Peer | None]:
    """Start a script of this folder; None where node or node_modules is missing."""
    node = shutil.which("node")
    if node is None or not (_FOLDER.parent / "node_modules").is_dir():
        print("Not compared with JavaScript: node or node_modules is missing (npm ci).\n")
        yield None
        return
    process = subprocess.Popen(  # noqa: S603
        [node, str(_FOLDER / script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        peer = Peer(process)
        peer.ask(given)
        yield peer
    finally:
        process.terminate()
        process.communicate()


def report(lines: Iterable[Line], peer: Peer | None, seconds: float) -> None:
    """Measure lines and print them as a table.

    Args:
        lines: what to measure.
        peer: the other side, where there is one.
        seconds: how long each line is measured at least; 0 does everything once.
    """
    print("| CPU time | ours, µs | floor, µs | of the floor | peer, µs | faster | goal |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for line in lines:
        print(_row(line, *_times(line, peer if line.peer else None, seconds)), flush=True)


def _row(line: Line, ours: float, floor: float | None, theirs: float | None) -> str:
    cells = [
        line.label,
        f"{ours:,.0f}",
        f"{floor:,.0f}" if floor else "",
        f"{ours / floor:.1f}x" if floor else "",
        f"{theirs:,.0f}" if theirs else "",
        f"**{theirs / ours:.1f}x**" if theirs else "",
        line.goal,
    ]
    return "| " + " | ".join(cells) + " |"


def _times(line: Line, peer: Peer | None, seconds: float) -> tuple[float, float | None, float | None]:
    """The medians in microseconds: ours, the floor's and the peer's."""
    sides: list[tuple[Callable[[int], float], list[float]]] = [(_runner(line.ours), [])]
    sides += [(_runner(line.floor), [])] if line.floor else []
    counts = [_warmed_count(run, seconds / 8) for run, _ in sides]
    if peer:
        # JavaScript is compiled while it runs: it needs longer until it is as quick as it gets.
        sides.append((lambda count: peer.microseconds(str(line.peer), count), []))
        counts.append(_warmed_count(sides[-1][0], seconds))
    end = time.perf_counter() + seconds
    while not sides[0][1] or time.perf_counter() < end:
        for (run, times), count in zip(sides, counts, strict=True):
            times.append(run(count))
    found = iter([median(times) for _, times in sides])
    return next(found), next(found) if line.floor else None, next(found) if peer else None


def _runner(act: Act) -> Callable[[int], float]:
    def run(count: int) -> float:
        start = time.process_time()
        for _ in range(count):
            act()
        return (time.process_time() - start) / count * 1e6

    return run


def _warmed_count(run: Callable[[int], float], seconds: float) -> int:
    """Warm up, which JavaScript needs most; returns how many times fill one batch."""
    count, end = 1, time.perf_counter() + seconds
    while True:
        microseconds = max(run(count), 1.0)
        if time.perf_counter() >= end:
            return count
        count = min(_LONGEST_BATCH, max(1, round(_BATCH_SECONDS / microseconds * 1e6)))
