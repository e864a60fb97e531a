"""The issuer's real processes, started as children of a test so that it can kill them."""

from __future__ import annotations

import multiprocessing
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess

import httpx
import uvicorn
from sqlmodel import select

from issuer.app import create_app
from issuer.jobs.parts import run_part
from issuer.jobs.workers import worker
from issuer.life import bulk_status
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.tables import JobPart, Organisation, Worker

START_SECONDS = 60
# Children are forked from a process that has read our modules and done nothing else: starting takes no time.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def serve(settings: IssuerSettings) -> None:
    """What `kluscv issuer serve` does."""
    uvicorn.run(create_app(settings), host=settings.host, port=settings.port, log_level="error")


def work(settings: IssuerSettings) -> None:
    """What `kluscv issuer worker` does."""
    worker(Service.open(settings), threading.Event()).work(lambda: False)


def do_parts(settings: IssuerSettings) -> None:
    """What a child of a worker does, without anybody who tells it what to do."""
    service = Service.open(settings)
    while True:
        with service.database.reading() as session:
            part = session.exec(select(JobPart)).first()
        if part is None:
            time.sleep(0.02)
        else:
            run_part(service, part.job_id, part.number)


def withdraw_everything(settings: IssuerSettings) -> None:
    """What `kluscv issuer revoke --file` does with a list of every worker."""
    service = Service.open(settings)
    with service.database.writing() as session:
        organisation = session.exec(select(Organisation)).one()
        keys = enumerate(session.exec(select(Worker.worker_key)))
        named = [bulk_status.Named(row, "worker", key) for row, key in keys]
        bulk_status.revoke_list(session, organisation, named, reason="fout", now=service.clock())


def start(target: Callable[[IssuerSettings], None], settings: IssuerSettings) -> BaseProcess:
    process = CONTEXT.Process(target=target, args=(settings,))
    process.start()
    return process


def kill(process: BaseProcess) -> None:
    """Like kill -9."""
    process.kill()
    process.join()


@contextmanager
def running(
    *targets: tuple[Callable[[IssuerSettings], None], IssuerSettings],
) -> Iterator[list[BaseProcess]]:
    """Processes for as long as the block runs, whatever becomes of them; the block may replace them."""
    processes = [start(target, settings) for target, settings in targets]
    try:
        yield processes
    finally:
        for process in processes:
            kill(process)


def wait_until_it_answers(settings: IssuerSettings) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{settings.port}/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise TimeoutError("the service does not answer")
