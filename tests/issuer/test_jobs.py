"""Jobs: done part by part, each part once, whoever does it and however often it is tried."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from issuer.batch import committing
from issuer.claiming.offering import WORKERS_AT_ONCE
from issuer.jobs import enqueueing, imports, offers, parts, workers
from issuer.jobs.kinds import Kind, Progress
from issuer.jobs.parts import MAX_FAILURES, Outcome, run_part
from issuer.organisations import identity
from issuer.service import Service
from issuer.store import jobs as store
from issuer.tables import Import, Job, JobPart, Offer, Organisation, Statement, Worker
from tests.issuer.acting import Clock, read_export, run_jobs

AT_ONCE = 6


class Refusing(offers.OffersWork):
    """Makes the links, then goes wrong."""

    def apply(
        self, session: Session, service: Service, organisation: Organisation, prepared: object
    ) -> Progress:
        super().apply(session, service, organisation, prepared)  # type: ignore[arg-type]
        raise ValueError("a name that must not be told")


@contextmanager
def working_as(work: offers.OffersWork) -> Iterator[None]:
    usual = dict(parts.WORK)
    parts.WORK[Kind.OFFERS] = work  # type: ignore[index]
    try:
        yield
    finally:
        parts.WORK.update(usual)  # type: ignore[attr-defined]


def start(service: Service, organisation: Organisation) -> Job:
    with service.database.writing() as session:
        return offers.start(session, organisation, now=service.clock())


def start_in_parts(service: Service, organisation: Organisation, part_count: int) -> Job:
    with service.database.writing() as session:
        return enqueueing.enqueue(
            session, organisation, Kind.OFFERS, total=3, part_count=part_count, now=service.clock()
        )


def reread(service: Service, job: Job) -> Job:
    with service.database.reading() as session:
        return session.get_one(Job, job.id)


def offer_count(service: Service) -> int:
    with service.database.reading() as session:
        return len(session.exec(select(Offer)).all())


def test_a_job_offers_to_everyone_and_a_repeat_makes_nothing(
    service: Service, organisation: Organisation, imported: Import
) -> None:
    job = start(service, organisation)
    run_jobs(service)
    done = reread(service, job)
    assert (done.state, done.done_count, done.made_count) == (
        "done",
        imported.worker_count,
        imported.worker_count,
    )
    again = start(service, organisation)
    run_jobs(service)
    assert again.id != job.id
    assert reread(service, again).made_count == 0
    assert offer_count(service) == imported.worker_count


def test_pressing_the_button_twice_starts_one_job(
    service: Service, organisation: Organisation, imported: Import
) -> None:
    assert start(service, organisation).id == start(service, organisation).id


def test_a_job_that_is_rolled_back_was_never_there(
    service: Service, organisation: Organisation, imported: Import
) -> None:
    with pytest.raises(ZeroDivisionError), service.database.writing() as session:
        offers.start(session, organisation, now=service.clock())
        raise ZeroDivisionError
    with service.database.reading() as session:
        assert session.exec(select(Job)).all() == session.exec(select(JobPart)).all() == []


def test_a_part_that_many_do_at_once_is_done_once(
    service: Service, organisation: Organisation, imported: Import
) -> None:
    job = start(service, organisation)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(lambda _: run_part(service, job.id, 0), range(AT_ONCE)))
    assert set(outcomes) == {Outcome.DONE}
    assert reread(service, job).done_count == imported.worker_count
    assert offer_count(service) == imported.worker_count


def test_the_last_of_parts_done_at_once_ends_the_job(
    service: Service, organisation: Organisation, imported: Import
) -> None:
    job = start_in_parts(service, organisation, AT_ONCE)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda number: run_part(service, job.id, number), range(AT_ONCE)))
    done = reread(service, job)
    assert (done.state, done.parts_left, done.done_count) == ("done", 0, imported.worker_count)
    assert done.finished_at is not None


def test_a_part_that_goes_wrong_leaves_nothing_behind_and_is_tried_again(
    service: Service, organisation: Organisation, imported: Import, clock: Clock
) -> None:
    job = start(service, organisation)
    with working_as(Refusing()):
        assert run_part(service, job.id, 0) is Outcome.AGAIN
    assert offer_count(service) == 0
    with service.database.reading() as session:
        assert store.due_parts(session, clock(), limit=1) == []
        clock.advance(minutes=1)
        assert len(store.due_parts(session, clock(), limit=1)) == 1
    assert run_part(service, job.id, 0) is Outcome.DONE
    assert reread(service, job).state == "done"


def test_a_part_that_keeps_going_wrong_is_given_up_and_the_rest_is_done(
    service: Service, organisation: Organisation, imported: Import, capsys: pytest.CaptureFixture[str]
) -> None:
    job = start_in_parts(service, organisation, 2)
    with working_as(Refusing()):
        # Whoever has an id in the first half of all ids is not served.
        tries = [run_part(service, job.id, 0) for _ in range(MAX_FAILURES)]
    assert tries == [Outcome.AGAIN] * (MAX_FAILURES - 1) + [Outcome.GIVEN_UP]
    assert run_part(service, job.id, 1) is Outcome.DONE
    failed = reread(service, job)
    assert (failed.state, failed.error_code) == ("failed", "unexpected")
    assert failed.done_count == offer_count(service)
    assert "a name that must not be told" not in capsys.readouterr().out


@given(st.integers(1, 5_000), st.uuids())
def test_every_id_lies_in_exactly_one_range(count: int, identifier: UUID) -> None:
    number = identifier.int * count >> 128
    first, last = offers.id_range(number, count)
    assert first <= identifier <= last
    assert offers.id_range(0, count)[0].int == 0
    assert offers.id_range(count - 1, count)[1].int == 2**128 - 1
    if number:
        assert offers.id_range(number - 1, count)[1].int + 1 == first.int


def test_a_worker_does_all_parts_in_processes_of_its_own(
    service: Service, organisation: Organisation, imported: Import
) -> None:
    with service.database.writing() as session:
        session.add_all(
            Worker(
                id=uuid4(),
                organisation_id=identity(organisation),
                worker_key=f"x{number}",
                name="",
                search_text="",
            )
            for number in range(WORKERS_AT_ONCE * 2)
        )
    job = start(service, organisation)
    assert job.part_count == 3
    seen: list[int] = []
    done = workers.finish(service, job.id, lambda job: seen.append(job.done_count))
    assert done.state == "done"
    assert done.done_count == job.total_count == imported.worker_count + WORKERS_AT_ONCE * 2
    assert done.made_count == imported.worker_count
    assert seen == sorted(seen)


def test_a_large_import_is_stated_by_a_job_that_goes_on_where_it_was_broken_off(
    operator_client: TestClient, service: Service, organisation: Organisation, export: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(imports, "LARGE", 1)
    monkeypatch.setattr(committing, "AT_ONCE", 1)
    with export.open("rb") as stream:
        read = read_export(service, organisation, stream)
    page = f"/beheer/{organisation.slug}/exports/{read.id}"
    job_page = operator_client.post(f"{page}/vastleggen").headers["location"]
    assert operator_client.post(f"{page}/vastleggen").headers["location"] == job_page
    with service.database.reading() as session:
        (job,) = session.exec(select(Job)).all()
    steps: list[int] = []

    def broken_off(*_: object) -> None:
        steps.append(1)
        if len(steps) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(imports, "_follow", broken_off)
        run_part(service, job.id, 0)
    assert "van" in operator_client.get(job_page).text
    run_jobs(service)
    done = reread(service, job)
    assert (done.state, done.done_count) == ("done", done.total_count)
    assert "vastgelegd" in operator_client.get(job_page).text
    with service.database.reading() as session:
        stated = session.get_one(Import, read.id)
        assert (stated.state, stated.new_statement_count) == ("committed", done.made_count)
        assert len(session.exec(select(Statement)).all()) == done.made_count > 0
