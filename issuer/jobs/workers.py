"""Who does the jobs on this database: inside the service on SQLite, beside it on PostgreSQL."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol
from uuid import UUID

from issuer.jobs import postgres_queue
from issuer.jobs.embedded_worker import EmbeddedWorker
from issuer.jobs.parts import Outcome, retry_delay, run_part
from issuer.jobs.postgres_worker import PostgresWorker
from issuer.service import Service
from issuer.store import jobs as store
from issuer.tables import Job


class Worker(Protocol):
    """Does jobs until it is told to stop."""

    def work(self, until: Callable[[], bool]) -> None:
        """Do parts as they come, until `until` says yes; what has begun is finished, or given back."""
        ...


def worker(service: Service, stop: threading.Event) -> Worker:
    """The worker that fits the service's database; setting `stop` cuts its pauses short."""
    return EmbeddedWorker(service, stop.wait) if service.database.is_embedded else PostgresWorker(service)


@contextmanager
def working_inside(service: Service) -> Iterator[threading.Thread | None]:
    """Let a service on SQLite do its own jobs for as long as the block runs."""
    if not service.database.is_embedded or service.settings.job_processes == 0:
        yield None
        return
    stop = threading.Event()
    thread = threading.Thread(target=worker(service, stop).work, args=(stop.is_set,), name="jobs")
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join()


def count(service: Service, inside: threading.Thread | None) -> int:
    """How many workers are alive: that inside the service on SQLite, any on PostgreSQL."""
    if service.database.is_embedded:
        return int(inside is not None and inside.is_alive())
    return postgres_queue.live_workers(service.database, service.settings.job_stalled_seconds)


def finish(service: Service, job_id: UUID, watch: Callable[[Job], None]) -> Job:
    """Work, beside whoever else does, until one job is finished; `watch` is shown how far it is."""

    def current() -> Job:
        with service.database.reading() as session:
            job = session.get_one(Job, job_id)
            session.expunge(job)
        watch(job)
        return job

    if current().part_count == 1:
        # One part is done here, before a process for it would have started.
        while run_part(service, job_id, 0) is Outcome.AGAIN:
            time.sleep(retry_delay(1).total_seconds())
    else:
        worker(service, threading.Event()).work(lambda: current().state not in store.ACTIVE)
    return current()
