"""kill -9 while an export is read, while it is stated, and while many statements are withdrawn.

What was acknowledged comes to its end after a restart, and comes to the same as if nobody had been killed.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from benchmarks.crowd import PROFILE, write_export
from issuer import audit, batch
from issuer.audit import SYSTEM, Action
from issuer.batch.attempts import Order
from issuer.imports import load_profile
from issuer.jobs import imports as commit_jobs
from issuer.jobs import reading
from issuer.organisations import identity, signers
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.signing.copies import copy_of
from issuer.signing.drafts import Signing
from issuer.store import jobs as jobs_store
from issuer.tables import (
    AuditEntry,
    Copy,
    Import,
    Job,
    JobPart,
    Organisation,
    RefusedRow,
    StagedBlock,
    Statement,
    StatusList,
    Upload,
    UploadChunk,
    Worker,
)
from standard.model import Form
from standard.status_list import Status, status_value
from tests.issuer.acting import SLUG, add_organisation, new_signer
from tests.issuer.processes import do_parts, kill, running, start, withdraw_everything

ROWS_EACH, WORKERS = 24, 1_250
KILLS = 3
WAIT_SECONDS = 40


@pytest.fixture
def settings(tmp_path: Path, migrated_url: str) -> IssuerSettings:
    return IssuerSettings(data_dir=tmp_path / "issuer", database_url=migrated_url, job_processes=0)


@pytest.fixture
def service(settings: IssuerSettings) -> Service:
    return Service.open(settings)


def order(service: Service) -> Order:
    return Order("november.csv", load_profile(PROFILE), service.today(), SYSTEM)


def killed_until_done(service: Service) -> None:
    """Kill whoever works at random moments of his work, and let the last one come to the end."""
    chance = random.Random()  # noqa: S311 - nothing secret
    deadline, kills = time.monotonic() + WAIT_SECONDS, 0
    with running((do_parts, service.settings)) as processes:
        while active(service) and time.monotonic() < deadline:
            if kills < KILLS:
                wait_for_a_beat(service, deadline)
                time.sleep(chance.uniform(0, 0.4))
                kill(processes[0])
                processes[0] = start(do_parts, service.settings)
                kills += 1
            time.sleep(0.05)
    assert not active(service), "the budget was too small"


def active(service: Service) -> bool:
    with service.database.reading() as session:
        return session.exec(select(Job).where(col(Job.state).in_(jobs_store.ACTIVE))).first() is not None


def wait_for_a_beat(service: Service, deadline: float) -> None:
    """Wait until somebody shows that he has done something."""

    def beat() -> object:
        with service.database.reading() as session:
            return session.exec(select(func.max(Job.heartbeat_at))).one()

    before = beat()
    while beat() == before and active(service) and time.monotonic() < deadline:
        time.sleep(0.01)


@pytest.mark.slow
def test_an_export_is_read_and_stated_as_if_nobody_had_been_killed(service: Service, tmp_path: Path) -> None:
    whole = write_export(tmp_path / "export.csv", workers=WORKERS, gigs_each=ROWS_EACH).read_bytes()
    content = whole + b"K1;M1;Bad;;Bediening;31-02-2025;09:00;14:30;;C1;;hotel;Gewerkt;4;;;\r\n"
    killed, other = add_organisation(service, SLUG), add_organisation(service, "andere")
    made = reading.receive(service, killed, BytesIO(content), order(service), size_bytes=len(content))
    assert made.state == "reading"
    killed_until_done(service)
    job = commit_jobs.start_if_large(service, killed, made.id, correction=None, actor=SYSTEM)
    assert job is not None
    killed_until_done(service)
    expected = batch.preview(service.database, other, BytesIO(content), order(service), now=service.clock())
    batch.commit(
        service.database, other, expected.id, as_of=None, correction=None, actor=SYSTEM, now=service.clock()
    )
    assert said_by(service, killed) == said_by(service, other)
    with service.database.reading() as session:
        own = session.get_one(Import, made.id)
        assert own.attempt > 1
        like = {"good_count", "bad_count", "cancelled_count", "worker_count", "file_sha256", "state",
                "new_statement_count", "last_day", "as_of"}  # fmt: skip
        assert own.model_dump(include=like) == session.get_one(Import, expected.id).model_dump(include=like)
        assert Counter(session.exec(select(RefusedRow.import_id))) == {made.id: 1, expected.id: 1}
        for table in (JobPart, StagedBlock, Upload, UploadChunk):
            assert session.exec(select(table)).first() is None
        noted = session.exec(select(AuditEntry.action).where(AuditEntry.subject == str(made.id))).all()
        assert Counter(noted) == Counter([Action.IMPORT_READ, Action.IMPORT_DECIDED, Action.IMPORT_COMMITTED])
        assert audit.verify(session, identity(killed)).broken_at is None


def said_by(service: Service, organisation: Organisation) -> Counter[tuple[str, str, int, str]]:
    """What an organisation states of whom, each with how often."""
    query = (
        select(Worker.worker_key, Statement.type, Statement.version, Statement.content_hash)
        .join(Statement, col(Statement.worker_id) == Worker.id)
        .where(Worker.organisation_id == identity(organisation))
    )
    with service.database.reading() as session:
        return Counter(tuple(row) for row in session.exec(query))


def test_a_withdrawal_of_many_happens_as_a_whole_or_not_at_all(service: Service, tmp_path: Path) -> None:
    organisation = add_organisation(service, SLUG)
    export = write_export(tmp_path / "export.csv", workers=100, gigs_each=2).read_bytes()
    made = batch.preview(service.database, organisation, BytesIO(export), order(service), now=service.clock())
    batch.commit(
        service.database,
        organisation,
        made.id,
        as_of=None,
        correction=None,
        actor=SYSTEM,
        now=service.clock(),
    )
    with service.database.writing() as session:
        signing = Signing(
            signers(session, service.keys, organisation), service.status_base(SLUG), service.clock()
        )
        for statement_id in session.exec(select(Statement.id)).all():
            holder = new_signer().public_key
            copy_of(session, identity(organisation), [statement_id], Form.SD_JWT, holder, signing=signing)
    chance = random.Random()  # noqa: S311 - nothing secret
    for _ in range(4):
        process = start(withdraw_everything, service.settings)
        process.join(chance.uniform(0, 0.6))
        kill(process)
        assert withdrawn(service) in (0, 200)
    withdraw_everything(service.settings)
    withdraw_everything(service.settings)
    assert withdrawn(service) == 200


def withdrawn(service: Service) -> int:
    """How many statements are withdrawn; every copy of one says so, and no other."""
    with service.database.reading() as session:
        bits = session.exec(select(StatusList)).one().bits
        value = partial(status_value, bits, entry_bits=2)
        revoked = [each for each in session.exec(select(Statement)) if each.revoked_at]
        marked = [value(copy.status_index) == Status.INVALID for copy in session.exec(select(Copy))]
        assert sum(marked) == len(revoked)
        return len(revoked)
