"""A stop signal is obeyed in the middle of long work, which goes on after the start."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from benchmarks.crowd import PROFILE, write_export
from issuer import batch
from issuer.audit import SYSTEM
from issuer.batch.attempts import Order
from issuer.cli import app
from issuer.imports import load_profile
from issuer.jobs import imports, parts, reading
from issuer.jobs.parts import Outcome
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.tables import Import, Job, JobPart, Ledger, Organisation
from tests.issuer.acting import add_organisation
from tests.issuer.processes import free_port, running, serve

WORKERS = 400
GIGS_EACH = 150
GIGS = WORKERS * GIGS_EACH
PATIENCE_SECONDS = 60


def received(service: Service, organisation: Organisation, export: Path) -> Import:
    order = Order(export.name, load_profile(PROFILE), service.today(), SYSTEM)
    with export.open("rb") as stream:
        return reading.receive(service, organisation, stream, order, size_bytes=export.stat().st_size)


def waited_for(service: Service, made: Callable[[Job, Import], bool]) -> None:
    """Look until the one job and its import are as they should be."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with service.database.reading() as session:
            if made(session.exec(select(Job)).one(), session.exec(select(Import)).one()):
                return
        time.sleep(0.02)
    raise TimeoutError


def serve_or_work(settings: IssuerSettings) -> None:
    """What does jobs on this database, with the signals of its command."""
    if settings.database.startswith("sqlite"):
        serve(settings)
    os.environ |= {
        "ISSUER_DATA_DIR": str(settings.data_dir), "ISSUER_DATABASE_URL": settings.database,
        "ISSUER_JOB_PROCESSES": str(settings.job_processes),
    }  # fmt: skip
    app(["worker"])


@pytest.mark.slow
def test_a_stop_signal_ends_the_reading_of_a_large_export_which_the_next_start_reads_anew(
    tmp_path: Path, migrated_url: str
) -> None:
    port = free_port()
    settings = IssuerSettings(
        data_dir=tmp_path / "issuer", database_url=migrated_url, port=port, job_processes=1,
        base_url=f"http://127.0.0.1:{port}",
    )  # fmt: skip
    service = Service.open(settings)
    export = write_export(tmp_path / "export.csv", workers=WORKERS, gigs_each=GIGS_EACH)
    received(service, add_organisation(service, "vakhulp"), export)
    with running((serve_or_work, settings)) as (process,):
        waited_for(service, lambda job, _: job.done_count > 0)
        process.terminate()
        process.join(PATIENCE_SECONDS)
        # uvicorn passes the signal on when it has shut down.
        assert process.exitcode in (0, -signal.SIGTERM)
    waited_for(service, lambda job, read: (job.state, read.state) == ("running", "reading"))
    with running((serve_or_work, settings)):
        waited_for(service, lambda job, _: job.state == "done")
    waited_for(service, lambda _, read: (read.state, read.good_count, read.attempt) == ("preview", GIGS, 2))
    service.database.close()


def test_long_work_that_was_stopped_did_not_fail_and_is_done_by_the_next(
    service: Service, organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading begins anew; a commit goes on where it was."""
    monkeypatch.setattr(reading, "SMALL_BYTES", 100)
    monkeypatch.setattr(imports, "LARGE", 1)
    monkeypatch.setattr(batch.committing, "AT_ONCE", 1)
    export = write_export(tmp_path / "export.csv", workers=9, gigs_each=2)
    stopping = replace(service, stopping=lambda: True)
    made = received(service, organisation, export)

    def done_at_last(state: str) -> None:
        with service.database.reading() as session:
            part = session.exec(select(JobPart)).one()
        assert parts.run_part(stopping, part.job_id, part.number) is Outcome.LEFT
        with service.database.reading() as session:
            assert session.exec(select(JobPart.failure_count)).one() == 0
            assert session.exec(select(Import.state)).one() != state
        assert parts.run_part(service, part.job_id, part.number) is Outcome.DONE
        with service.database.reading() as session:
            assert session.exec(select(Import.state)).one() == state

    done_at_last("preview")
    imports.start_if_large(service, organisation, made.id, correction=None, actor=SYSTEM)
    done_at_last("committed")
    with service.database.reading() as session:
        assert len(session.exec(select(Ledger)).all()) == 9
