"""What the service does by the clock: changed status lists are signed, and what is over is forgotten."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from issuer.life.retention import tidy
from issuer.publications import sign_outdated
from issuer.service import Service
from standard.errors import KlusCVError

SIGNING_SECONDS: Final = 60
"""With `status_max_age_seconds` this is how late a withdrawal can show."""

ROUNDS_BETWEEN_TIDYING: Final = 60

log = structlog.get_logger()


@contextmanager
def upkeep(service: Service) -> Iterator[None]:
    """Keep a service up for as long as the block runs; several replicas may do so at once."""
    stop = threading.Event()
    thread = threading.Thread(target=_run, args=(service, stop), name="upkeep")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _run(service: Service, stop: threading.Event) -> None:
    rounds = 0
    while not stop.wait(SIGNING_SECONDS):
        rounds += 1
        try:
            signed = sign_outdated(service)
            if signed:
                log.info("status lists signed", count=signed)
            if rounds % ROUNDS_BETWEEN_TIDYING == 1:
                with service.database.writing() as session:
                    log.info("tidied", what=tidy(session, service.settings, now=service.clock()))
        except (KlusCVError, SQLAlchemyError):
            # Whatever is wrong now may be right in a minute; until then the last lists serve.
            log.exception("upkeep failed")
