"""The processes in which parts are done, on either database: signing is work for processors."""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import os
import signal
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from uuid import UUID

from issuer.jobs.parts import Outcome, run_part
from issuer.observability import configure_logging
from issuer.service import Service
from issuer.settings import IssuerSettings

_opened: list[Service] = []
"""In a child: the one service that it opened when it started."""


class Children:
    """A pool of processes, each with a service of its own. They start when the first part comes."""

    def __init__(self, settings: IssuerSettings, count: int) -> None:
        """Nothing starts yet."""
        # A child forked from here would share connections and locks. The fork server has none: it only
        # reads our modules, once for all children.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        # Without a lock: a child that is killed while it holds one would take it along.
        self._stopping = context.RawValue(ctypes.c_bool, False)
        self._pool = ProcessPoolExecutor(
            count, context, initializer=_open, initargs=(settings, self._stopping)
        )

    def submit(self, job_id: UUID, number: int) -> Future[Outcome]:
        """Let a child do a part; the future breaks with `BrokenProcessPool` when a child dies."""
        return self._pool.submit(_run, job_id, number)

    def stop(self) -> None:
        """Let long parts that have begun break off where somebody can go on with them."""
        self._stopping.value = True

    def close(self) -> None:
        """Stop, wait for the parts that have begun, and begin no others."""
        self.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _open(settings: IssuerSettings, stopping: ctypes.c_bool) -> None:
    # Ctrl-C reaches the whole group of processes; the parent lets the parts that have begun end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    configure_logging(logging.WARNING)
    _opened.append(Service.open(settings, stopping=lambda: stopping.value))


def _end_with_parent() -> None:
    """Stop when the parent was killed: it would be replaced by one with children of its own."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def _run(job_id: UUID, number: int) -> Outcome:
    return run_part(_opened[0], job_id, number)
