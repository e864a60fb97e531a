"""Sends webhooks in the background of a running service; several replicas share the work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from issuer.service import Service
from issuer.webhooks.delivery import deliver_due
from standard.fetch import Fetcher

AT_ONCE: Final = 50
FETCH_SECONDS: Final = 15.0
ANSWER_LIMIT_BYTES: Final = 1 << 16


def fetcher(service: Service, limit_bytes: int = ANSWER_LIMIT_BYTES) -> Fetcher:
    """Who speaks to the addresses of others, and reads no longer answers than this."""
    return Fetcher(
        loopback_hosts=service.settings.loopback_hosts,
        timeout_seconds=FETCH_SECONDS,
        limit_bytes=limit_bytes,
    )


@contextmanager
def delivering(service: Service) -> Iterator[None]:
    """Send what is due for as long as the block runs."""
    stop = threading.Event()
    thread = threading.Thread(target=_work, args=(service, stop), name="webhooks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _work(service: Service, stop: threading.Event) -> None:
    log = structlog.get_logger("issuer.webhooks")
    speaker = fetcher(service)
    while not stop.wait(service.settings.webhook_poll_seconds):
        try:
            deliver_due(service, speaker, limit=AT_ONCE)
        except SQLAlchemyError as error:
            # The database may be away for a while, or not migrated yet; what waits stays where it is.
            log.warning("webhooks.database", error=type(error).__name__)
