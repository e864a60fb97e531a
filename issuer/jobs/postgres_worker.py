"""A worker on PostgreSQL: procrastinate tells it of parts, its children do them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from typing import Final
from uuid import UUID

import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException

from issuer.jobs.children import Children
from issuer.jobs.parts import Outcome
from issuer.jobs.postgres_queue import PART_TASK, QUEUE, connector
from issuer.service import Service

UNTIL_SECONDS: Final = 0.2
RETRY_SECONDS: Final = 2

log = structlog.get_logger()


class TryAgainError(Exception):
    """Tells the queue that a part has to come back."""


class PostgresWorker:
    """Does parts for as long as it is let, beside any number of others."""

    def __init__(self, service: Service) -> None:
        """Wrap a service; nothing connects yet."""
        self._service = service
        self._settings = service.settings
        self._processes = max(service.settings.job_processes, 1)
        self._children = Children(self._settings, self._processes)

    def work(self, until: Callable[[], bool]) -> None:
        """Do parts as they come, until told to stop; parts that have begun are finished, or given back."""
        try:
            asyncio.run(self._work(until))
        finally:
            self._children.close()

    async def _work(self, until: Callable[[], bool]) -> None:
        app = self._app()
        stalled = self._settings.job_stalled_seconds
        async with app.open_async():
            running = app.run_worker_async(
                concurrency=self._processes,
                install_signal_handlers=False,
                delete_jobs="successful",
                update_heartbeat_interval=stalled / 3,
                stalled_worker_timeout=stalled,
            )
            worker = asyncio.create_task(running)
            rescue = asyncio.create_task(self._rescue(app))
            while not worker.done() and not await asyncio.to_thread(until):
                await asyncio.wait([worker, rescue], timeout=UNTIL_SECONDS)
                if rescue.done():
                    rescue.result()
            self._children.stop()
            rescue.cancel()
            if worker.done():
                worker.result()
            worker.cancel()
            await asyncio.wait([worker, rescue])

    def _app(self) -> procrastinate.App:
        app = procrastinate.App(connector=connector(self._service.database.url))

        again = procrastinate.RetryStrategy(wait=RETRY_SECONDS, retry_exceptions={TryAgainError})

        @app.task(name=PART_TASK, queue=QUEUE, retry=again)
        async def part(job_id: str, number: int) -> None:
            await self._do(UUID(job_id), number)

        return app

    async def _do(self, job_id: UUID, number: int) -> None:
        children = self._children
        try:
            outcome = await asyncio.wrap_future(children.submit(job_id, number))
        except BrokenProcessPool:
            self._replace(children)
            outcome = Outcome.AGAIN
        log.info("part", job=str(job_id), part=number, outcome=outcome)
        if outcome in (Outcome.AGAIN, Outcome.LEFT):
            raise TryAgainError("the part is not done")

    def _replace(self, broken: Children) -> None:
        """Start new children once, however many parts broke off with the old ones."""
        if self._children is broken:
            log.warning("a child process died; its parts are done by new ones")
            broken.close()
            self._children = Children(self._settings, self._processes)

    async def _rescue(self, app: procrastinate.App) -> None:
        """Put back what workers had begun that were not heard of since."""
        stalled = self._settings.job_stalled_seconds
        while True:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled):
                try:
                    await app.job_manager.retry_job(job)
                except ConnectorException:
                    log.info("another worker put a stalled part back", **job.task_kwargs)
                else:
                    log.warning("a stalled part is put back", **job.task_kwargs)
            await asyncio.sleep(stalled / 3)
