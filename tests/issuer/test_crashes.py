"""kill -9 at any moment: nothing that was acknowledged is lost, nothing is issued twice.

The real service, and on PostgreSQL a worker beside it, do jobs while a wallet claims over HTTP. They are
killed at random moments and started again. In the end every promise is held against the database.
"""

from __future__ import annotations

import io
import json
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import Session, select
from typer.testing import CliRunner

from benchmarks.crowd import PROFILE, new_keys, write_export
from issuer import audit
from issuer.audit import Action
from issuer.claiming import offers
from issuer.cli import app
from issuer.jobs import copies, enqueueing
from issuer.jobs.kinds import Kind
from issuer.organisations import identity
from issuer.service import Service, utc_now
from issuer.settings import IssuerSettings
from issuer.store import jobs as jobs_store
from issuer.store.offers import offered_statements
from issuer.tables import Copy, Job, JobPart, Offer, Organisation, Statement, StatusList, Worker
from tests.issuer.acting import SLUG, Wallet, add_organisation, new_signer
from tests.issuer.processes import free_port, kill, running, serve, start, wait_until_it_answers, work

WORKERS = 120
HOLDERS_A_JOB = 110
KILLS = {"sqlite": 20, "postgresql": 10}
AT_WORK_SECONDS = 0.4
PROGRESS_SECONDS = 6
BUDGET_SECONDS = 240
CONFIGURATION = "WorkHistoryCredential.dc+sd-jwt"


@dataclass
class Acknowledged:
    """What the wallet was given over HTTP."""

    credentials: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def settings(tmp_path: Path, migrated_url: str) -> IssuerSettings:
    port = free_port()
    return IssuerSettings(
        data_dir=tmp_path / "issuer", database_url=migrated_url, port=port, job_processes=2,
        base_url=f"http://127.0.0.1:{port}", job_stalled_seconds=1,
    )  # fmt: skip


@pytest.fixture
def service(settings: IssuerSettings) -> Service:
    return Service.open(settings)


@pytest.fixture
def organisation(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Organisation:
    added = add_organisation(service, SLUG)
    export = write_export(tmp_path / "export.csv", workers=WORKERS, gigs_each=3)
    monkeypatch.setenv("ISSUER_DATA_DIR", str(service.settings.data_dir))
    monkeypatch.setenv("ISSUER_DATABASE_URL", service.settings.database_url)
    done = CliRunner().invoke(app, ["import", str(export), "--org", SLUG, "--profile", PROFILE])
    assert done.exit_code == 0, done.output
    return added


@pytest.mark.slow
def test_killed_at_any_moment_it_loses_nothing_and_issues_nothing_twice(
    service: Service, organisation: Organisation, settings: IssuerSettings
) -> None:
    chance, deadline = random.Random(), time.monotonic() + BUDGET_SECONDS  # noqa: S311 - nothing secret
    targets = [(serve, settings)] if service.database.is_embedded else [(serve, settings), (work, settings)]
    wanted: list[tuple[str, str]] = []
    given = Acknowledged()
    start_offers(service, organisation)
    with running(*targets) as processes:
        wait_until_it_answers(settings)
        wallet = threading.Thread(target=claim_on_and_on, args=(service, organisation, given))
        wallet.start()
        kills = 0
        while kills < KILLS[service.database.engine.dialect.name] and time.monotonic() < deadline:
            if not active_jobs(service):
                wanted += start_copies(service, organisation, chance)
            if chance.random() < 0.8:
                wait_for_progress(service)
            time.sleep(chance.uniform(0, AT_WORK_SECONDS))
            victim = chance.randrange(len(processes))
            kill(processes[victim])
            processes[victim] = start(*targets[victim])
            kills += 1
        while active_jobs(service) and time.monotonic() < deadline:
            time.sleep(0.1)
        given.stopped.set()
        wallet.join()
    assert kills == KILLS[service.database.engine.dialect.name], "the budget was too small"
    with service.database.reading() as session:
        check_jobs(session)
        check_offers(session)
        check_copies(session, organisation, wanted)
        assert set(given.credentials) <= {copy.secured for copy in session.exec(select(Copy))}
        assert len(set(given.credentials)) == len(given.credentials) > 0
        assert audit.verify(session, identity(organisation)).broken_at is None


def start_offers(service: Service, organisation: Organisation) -> None:
    """A job for everyone's claim link, in more parts than it needs, so that many are hit."""
    with service.database.writing() as session:
        job = enqueueing.enqueue(
            session, organisation, Kind.OFFERS, total=WORKERS, part_count=40, now=service.clock()
        )
        note(session, organisation, service, job)


def start_copies(
    service: Service, organisation: Organisation, chance: random.Random
) -> list[tuple[str, str]]:
    rows = new_keys(chance.sample(range(WORKERS), HOLDERS_A_JOB))
    text = io.StringIO("worker_key,did\n" + "".join(f"{worker},{did}\n" for worker, did in rows))
    with service.database.writing() as session:
        job = copies.start(session, organisation, copies.read_keys(text), now=service.clock())
        note(session, organisation, service, job)
    return rows


def note(session: Session, organisation: Organisation, service: Service, job: Job) -> None:
    audit.record(
        session, identity(organisation), actor=audit.SYSTEM, action=Action.OFFERS_MADE,
        subject=str(job.id), now=service.clock(),
    )  # fmt: skip


def active_jobs(service: Service) -> bool:
    with service.database.reading() as session:
        return session.exec(select(Job).where(Job.state.in_(jobs_store.ACTIVE))).first() is not None  # type: ignore[attr-defined]


def done_count(service: Service) -> int:
    with service.database.reading() as session:
        return sum(session.exec(select(Job.done_count)))


def wait_for_progress(service: Service) -> None:
    """Let most kills hit somebody at work, and not somebody who has just started."""
    before, deadline = done_count(service), time.monotonic() + PROGRESS_SECONDS
    while done_count(service) == before and time.monotonic() < deadline:
        time.sleep(0.02)


def claim_on_and_on(service: Service, organisation: Organisation, given: Acknowledged) -> None:
    """Claim one offer after another; what breaks off with the service counts for nothing."""
    tried: set[str] = set()
    issuer, secret = service.credential_issuer(organisation.slug), service.keys.claim_code_key()
    with httpx.Client(base_url=service.settings.base_url, timeout=10) as client:
        while not given.stopped.is_set():
            with service.database.reading() as session:
                waiting = session.exec(select(Offer.id).where(Offer.state == "open")).all()
            offer_id = next((one for one in waiting if one not in tried), None)
            if offer_id is None:
                time.sleep(0.1)
                continue
            tried.add(offer_id)
            wallet = Wallet(client, utc_now, new_signer())  # type: ignore[arg-type]
            try:
                answer = wallet.token(wallet.offer(offer_id), offers.codes(offer_id, secret).transaction)
                token: Any = answer.json().get("access_token")
                given.credentials.append(wallet.claim(issuer, token, CONFIGURATION))
            except httpx.TransportError:
                given.stopped.wait(0.3)


def check_jobs(session: Session) -> None:
    """Each job ended, and counted each of its things once."""
    jobs = session.exec(select(Job)).all()
    assert {job.state for job in jobs} == {"done"}
    assert [job.done_count for job in jobs] == [job.total_count for job in jobs]
    assert session.exec(select(JobPart)).all() == []


def check_offers(session: Session) -> None:
    """Every worker has one offer, and every statement is in exactly one."""
    made = session.exec(select(Offer)).all()
    assert len(made) == len({offer.worker_id for offer in made}) == WORKERS
    covered = Counter(item.id for offer in made for item in offered_statements(session, offer.id))
    assert covered == Counter(dict.fromkeys(session.exec(select(Statement.id)), 1))
    (job,) = session.exec(select(Job).where(Job.kind == Kind.OFFERS)).all()
    assert job.made_count == WORKERS


def check_copies(session: Session, organisation: Organisation, wanted: list[tuple[str, str]]) -> None:
    """Every holder of a list has each copy once, every copy its own place, and the list counts them all."""
    found = session.exec(select(Copy)).all()
    assert len({(copy.source, copy.form, copy.holder_thumbprint) for copy in found}) == len(found)
    assert len({(copy.status_number, copy.status_index) for copy in found}) == len(found)
    (status_list,) = session.exec(select(StatusList)).all()
    assert status_list.allocated_count == len(found)
    counted = sum(job.made_count for job in session.exec(select(Job).where(Job.kind == Kind.COPIES)))
    workers = {worker.worker_key: worker for worker in session.exec(select(Worker))}
    expected = 0
    for worker_key, did in wanted:
        row = copies.KeyRow(0, worker_key, did)
        own = [copy for _, copy in copies.of_rows(session, organisation, iter([row]))]
        types = len(
            session.exec(select(Statement).where(Statement.worker_id == workers[worker_key].id)).all()
        )
        assert len(own) == 3 * types + 1
        expected += len(own)
    assert counted == expected
    for copy in found:
        if copy.form.startswith(("eddsa", "ecdsa")):
            entries = json.loads(copy.secured)["credentialStatus"]
            assert {entry["statusListIndex"] for entry in entries} == {str(copy.status_index)}
