"""The worker of a single machine: it takes due parts from the table and hands them to its children."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.exc import OperationalError

from issuer.jobs.children import Children
from issuer.jobs.parts import Outcome
from issuer.observability import fault
from issuer.service import Service
from issuer.store import jobs as store

PartId = tuple[UUID, int]
POLL_SECONDS: Final = 0.5
AHEAD: Final = 2
"""Parts taken per child, so that none waits for the parent."""

log = structlog.get_logger()


class EmbeddedWorker:
    """Does the parts of all jobs in child processes of this one.

    A part that was taken is kept by a heartbeat; the parts of a worker that died become due again after
    `job_stalled_seconds`, so a restarted service picks them up.
    """

    def __init__(self, service: Service, pause: Callable[[float], object]) -> None:
        """Wrap a service. `pause` waits for so many seconds, or less when there is a reason to look."""
        self._service = service
        self._pause = pause
        self._stalled = timedelta(seconds=service.settings.job_stalled_seconds)
        self._processes = max(service.settings.job_processes, 1)
        self._children = Children(service.settings, self._processes)
        self._running: dict[Future[Outcome], PartId] = {}
        self._kept_until = service.clock()

    def work(self, until: Callable[[], bool]) -> None:
        """Do parts as they come, until told to stop; parts that have begun are finished, or given back."""
        try:
            while not until():
                try:
                    self._step()
                except OperationalError as error:
                    # Such as a database that was locked for too long: what was taken becomes due again.
                    log.warning("the database did not answer the worker", **fault(error))
                    self._pause(POLL_SECONDS)
        finally:
            self._children.close()
            self._give_back([part for future, part in self._running.items() if _is_left(future)])
            self._running.clear()

    def _step(self) -> None:
        self._take()
        if self._running:
            wait(self._running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
        else:
            self._pause(POLL_SECONDS)
        self._collect()
        self._keep()

    def _take(self) -> None:
        free = self._processes * AHEAD - len(self._running)
        if free <= 0 or not self._something_due():
            return
        now = self._service.clock()
        with self._service.database.writing() as session:
            taken = [(part.job_id, part.number) for part in store.due_parts(session, now, limit=free)]
            store.set_due(session, taken, now + self._stalled)
        for job_id, number in taken:
            self._running[self._children.submit(job_id, number)] = (job_id, number)

    def _something_due(self) -> bool:
        """Look before locking: most of the time there is nothing to do."""
        with self._service.database.reading() as session:
            return bool(store.due_parts(session, self._service.clock(), limit=1))

    def _collect(self) -> None:
        broken = False
        for future in [future for future in self._running if future.done()]:
            part, error = self._running.pop(future), future.exception()
            if _is_left(future):
                broken = broken or isinstance(error, BrokenProcessPool)
                self._give_back([part])
            elif error is not None:
                # Not even the failure could be noted. The part becomes due again by itself.
                log.error("a part broke off", **fault(error))
            else:
                log.info("part", job=str(part[0]), part=part[1], outcome=future.result())
        if broken:
            self._replace_children()

    def _replace_children(self) -> None:
        log.warning("a child process died; its parts are done by new ones")
        self._children.close()
        self._give_back(list(self._running.values()))
        self._running.clear()
        self._children = Children(self._service.settings, self._processes)

    def _keep(self) -> None:
        """Push the time ahead at which somebody else may take what runs here."""
        now = self._service.clock()
        if self._running and now >= self._kept_until - self._stalled * 2 / 3:
            self._set_due(list(self._running.values()), now + self._stalled)
            self._kept_until = now + self._stalled

    def _give_back(self, parts: list[PartId]) -> None:
        self._set_due(parts, self._service.clock())

    def _set_due(self, parts: list[PartId], due_at: datetime) -> None:
        if parts:
            with self._service.database.writing() as session:
                store.set_due(session, parts, due_at)


def _is_left(future: Future[Outcome]) -> bool:
    """Whether a part was left for somebody else: never begun, left, or its process died."""
    if future.cancelled():
        return True
    error = future.exception()
    return isinstance(error, BrokenProcessPool) if error else future.result() is Outcome.LEFT
