"""What this service counts, in the text format of Prometheus; nothing in it is about a person.

Requests are counted by this process. What outlives a process is read from the database, so replicas tell
the same and a restart forgets nothing.

Source: Prometheus, "Exposition formats", "Text-based format".
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from issuer.access.refusals import recent_strangers
from issuer.service import Service
from issuer.store import copies as copies_store
from issuer.store import jobs as jobs_store

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
CREDENTIAL_ROUTE: Final = "/org/{slug}/credential"
Labels = Mapping[str, str]


class RequestCounter:
    """Counts answers by method, route and status. A route is a template: it holds no id."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str, int]] = Counter()

    def count(self, method: str, route: str, status: int) -> None:
        """Count one answer."""
        with self._lock:
            self._counts[method, route, status] += 1

    def counts(self) -> dict[tuple[str, str, int], int]:
        """What was counted so far."""
        with self._lock:
            return dict(self._counts)


def exposition(service: Service, requests: RequestCounter, *, workers: int) -> str:
    """Write everything that is counted; `workers` is how many do jobs."""
    counts = requests.counts()
    claims = counts.get(("POST", CREDENTIAL_ROUTE, 200), 0)
    with service.database.reading() as session:
        signatures = copies_store.signature_counts(session)
        jobs = jobs_store.count_by_state(session)
        oldest = jobs_store.oldest_active(session)
        strangers = recent_strangers(session, now=service.clock())
    age = (service.clock() - oldest).total_seconds() if oldest else 0.0
    requests_seen = [
        ({"method": method, "route": route, "status": str(status)}, count)
        for (method, route, status), count in sorted(counts.items())
    ]
    families = [
        _family("requests_total", "counter", "Answers of this process.", requests_seen),
        _family("claims_total", "counter", "Claims that this process answered with copies.", [({}, claims)]),
        _family(
            "signatures_total", "counter", "Copies that were ever signed.",
            [({"organisation": slug}, count) for slug, count in signatures.items()],
        ),
        _family(
            "jobs", "gauge", "Jobs by kind and state.",
            [({"kind": kind, "state": state}, count) for (kind, state), count in sorted(jobs.items())],
        ),
        _family("oldest_job_seconds", "gauge", "Since when the oldest unfinished job exists.", [({}, age)]),
        _family(
            "unknown_log_ins", "gauge", "Refused log-ins of nobody, this hour and the one before.",
            [({}, strangers)],
        ),
        _family("workers", "gauge", "Workers that are alive.", [({}, workers)]),
    ]  # fmt: skip
    return "".join(families)


def _family(name: str, kind: str, words: str, samples: Iterable[tuple[Labels, float]]) -> str:
    full = f"kluscv_issuer_{name}"
    lines = [f"# HELP {full} {words}", f"# TYPE {full} {kind}"]
    lines += [f"{full}{_labels(labels)} {value}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    pairs = [f'{name}="{_escaped(value)}"' for name, value in labels.items()]
    return "{" + ",".join(pairs) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
