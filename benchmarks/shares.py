"""Where the time of a piece of work goes, by sampling: cheap enough not to change what it measures."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Mapping
from types import FrameType

INTERVAL_SECONDS = 0.001
KINDS: Mapping[str, tuple[str, ...]] = {
    "database": ("/sqlalchemy/", "/sqlmodel/", "/psycopg", "/sqlite3/", "/issuer/store/"),
    "JSON": ("/json/", "/orjson", "/rfc8785/", "/standard/jcs", "/issuer/content"),
    "signing": ("/issuer/secure", "/standard/", "/cryptography/"),
}


def shares(work: Callable[[], object], kinds: Mapping[str, tuple[str, ...]] = KINDS) -> dict[str, float]:
    """Do work in this thread and tell which share of its CPU time went where.

    Each sample counts for the innermost frame that belongs to a kind; `other` is the rest.
    """
    seen: Counter[str] = Counter()

    def sample(_number: int, frame: FrameType | None) -> None:
        seen[_kind(frame, kinds)] += 1

    before = signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, INTERVAL_SECONDS, INTERVAL_SECONDS)
    try:
        work()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    total = seen.total() or 1
    return {kind: seen[kind] / total for kind in (*kinds, "other")}


def told(spent: Mapping[str, float]) -> str:
    """Write shares in a line."""
    return ", ".join(f"{kind} {share:.0%}" for kind, share in spent.items())


def _kind(frame: FrameType | None, kinds: Mapping[str, tuple[str, ...]]) -> str:
    while frame is not None:
        for kind, places in kinds.items():
            if any(place in frame.f_code.co_filename for place in places):
                return kind
        frame = frame.f_back
    return "other"
