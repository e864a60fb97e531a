"""A large export is read in the background: nobody waits for it, and whoever breaks off begins anew."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import delete, select

from issuer import batch
from issuer.audit import SYSTEM
from issuer.batch import attempts, reading, uploads
from issuer.batch.attempts import Order
from issuer.errors import ImportStateError
from issuer.imports import load_profile
from issuer.imports.guessing import Role
from issuer.jobs import parts
from issuer.jobs import reading as jobs
from issuer.jobs.kinds import OutdatedError
from issuer.jobs.parts import Outcome
from issuer.jobs.words import WordsWork
from issuer.life import retention
from issuer.service import Service
from issuer.tables import Import, Job, JobPart, Organisation, RefusedRow, StagedBlock, Upload, UploadChunk
from tests.issuer.acting import Clock, run_jobs
from tests.issuer.test_corrections import HEADER, gig
from tests.issuer.test_mapping import fields
from tests.issuer.test_platform_api import bearer, new_client, new_key

MANAGE = "/beheer/vakhulp"
BAD = gig(0, "31-02-2025")
EXPORT = (
    b"\xef\xbb\xbf" + (HEADER + BAD + "".join(gig(number, "03-03-2025") for number in range(1, 40))).encode()
)


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "SMALL_BYTES", 100)


@pytest.fixture
def key(service: Service, organisation: Organisation) -> dict[str, str]:
    return bearer(new_key(service, new_client(service, organisation)))


def order(service: Service) -> Order:
    return Order("november.csv", load_profile("klusdag"), service.today(), SYSTEM)


def received(service: Service, organisation: Organisation, content: bytes = EXPORT) -> Import:
    return jobs.receive(service, organisation, BytesIO(content), order(service), size_bytes=len(content))


def put(client: TestClient, content: bytes, profile: str = "klusdag") -> str:
    answer = client.post(
        f"{MANAGE}/exports", files={"export": ("november.csv", content)}, data={"profile": profile}
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def kept(service: Service) -> set[str]:
    """The tables that hold something of an export."""
    tables = (StagedBlock, RefusedRow, Upload, UploadChunk, JobPart)
    with service.database.reading() as session:
        return {table.__name__ for table in tables if session.exec(select(table)).first() is not None}


@pytest.mark.parametrize(("rows", "state"), [(1_000, "preview"), (10, "reading")])
def test_a_small_export_of_many_short_rows_is_a_large_one(
    service: Service, organisation: Organisation, monkeypatch: pytest.MonkeyPatch, rows: int, state: str
) -> None:
    monkeypatch.setattr(jobs, "SMALL_BYTES", len(EXPORT))
    monkeypatch.setattr(jobs, "SMALL_ROWS", rows)
    assert received(service, organisation).state == state


def test_the_page_of_a_large_export_shows_how_far_it_is_and_then_what_it_says(
    operator_client: TestClient, organisation: Organisation, service: Service
) -> None:
    address = put(operator_client, EXPORT)
    waiting = operator_client.get(address).text
    assert "<progress" in waiting
    assert "data-live" in waiting
    assert "Klopt, leg vast" not in waiting
    run_jobs(service)
    done = operator_client.get(address).text
    assert "Klopt, leg vast" in done
    assert "data-live" not in done
    assert kept(service) == {"StagedBlock", "RefusedRow"}


def test_a_program_is_told_to_come_back_and_a_repeat_reads_nothing_twice(
    client: TestClient, key: dict[str, str], service: Service
) -> None:
    headers = {**key, "Idempotency-Key": "november"}
    first, second = (
        client.post("/v1/batches?profile=klusdag&file_name=n.csv", content=EXPORT, headers=headers)
        for _ in range(2)
    )
    assert (first.status_code, first.json()["state"]) == (202, "reading")
    assert (second.status_code, second.json()) == (202, first.json())
    address = f"/v1/batches/{first.json()['id']}"
    assert client.post(f"{address}/commit", headers=key).status_code == 409
    run_jobs(service)
    read = client.get(address, headers=key).json()
    assert (read["state"], read["good_count"], read["bad_count"]) == ("preview", 39, 1)
    assert len(client.get(f"{address}/errors", headers=key).json()["items"]) == 1
    assert client.post(f"{address}/commit", headers=key).json()["state"] == "committed"


def test_a_large_commit_goes_on_in_the_background(
    client: TestClient, key: dict[str, str], service: Service, organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    made = received(service, organisation)
    run_jobs(service)
    monkeypatch.setattr("issuer.jobs.imports.LARGE", 1)
    answer = client.post(f"/v1/batches/{made.id}/commit", headers=key)
    assert (answer.status_code, answer.json()["state"]) == (202, "committing")
    run_jobs(service)
    done = client.get(f"/v1/batches/{made.id}", headers=key).json()
    assert done["state"] == "committed"
    assert done["new_statement_count"] > 0


def test_both_ways_of_reading_say_the_same(service: Service, organisation: Organisation) -> None:
    now = batch.preview(service.database, organisation, BytesIO(EXPORT), order(service), now=service.clock())
    later = received(service, organisation)
    run_jobs(service)
    with service.database.reading() as session:
        own = {"id", "created_at"}
        assert session.get_one(Import, later.id).model_dump(exclude=own) == now.model_dump(exclude=own)
        (job,) = session.exec(select(Job)).all()
        assert (job.state, job.total_count, job.done_count) == ("done", len(EXPORT), len(EXPORT))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Klusnr;Datum\n" + b"1;2\n" * 100, "Er ontbreken kolommen"),
        (b"PK\x03\x04" + bytes(300), "ingepakt bestand"),
    ],
    ids=["missing columns", "zip"],
)
def test_what_the_first_bytes_show_is_refused_at_once(
    operator_client: TestClient, organisation: Organisation, service: Service, content: bytes, words: str
) -> None:
    answer = operator_client.post(
        f"{MANAGE}/exports", files={"export": ("x.csv", content)}, data={"profile": "klusdag"}
    )
    assert (answer.status_code, words in answer.text) == (422, True)
    assert kept(service) == set()


def test_an_upload_that_lay_too_long_is_told_on_its_page_and_to_programs(
    operator_client: TestClient, client: TestClient, key: dict[str, str], organisation: Organisation,
    service: Service, clock: Clock,
) -> None:  # fmt: skip
    address = put(operator_client, EXPORT)
    with service.database.writing() as session:
        for table in (UploadChunk, Upload):
            session.execute(delete(table))
    run_jobs(service)
    page = operator_client.get(address).text
    assert "kunnen we niet lezen" in page
    assert "te lang" in page
    found = client.get(f"/v1/batches/{address.rpartition('/')[2]}", headers=key).json()
    assert (found["state"], found["fault"]) == ("failed", "gone")
    assert kept(service) == set()


def test_a_file_that_breaks_off_far_inside_fails_and_leaves_nothing(
    service: Service, organisation: Organisation, exports: Path
) -> None:
    whole = (exports / "veldkracht.json").read_bytes()
    profile = load_profile("veldkracht")
    ordered = replace(order(service), profile=profile)
    made = jobs.receive(service, organisation, BytesIO(whole[:-2_000]), ordered, size_bytes=len(whole))
    run_jobs(service)
    with service.database.reading() as session:
        found = session.get_one(Import, made.id)
        assert (found.state, found.fault, found.good_count) == ("failed", "malformed", 0)
        assert session.exec(select(Job.state)).one() == "done"
    assert kept(service) == set()


def test_who_begins_anew_puts_an_end_to_who_was_slow(service: Service, organisation: Organisation) -> None:
    """The first reader is held up in the middle of the file, and wakes when the second one is done."""
    made = received(service, organisation)
    with service.database.reading() as session:
        (part,) = session.exec(select(JobPart)).all()

    class Slow(BytesIO):
        is_first = True

        def read(self, size: int | None = -1, /) -> bytes:
            if self.is_first:
                self.is_first = False
                assert parts.run_part(service, part.job_id, 0) is Outcome.DONE
            return super().read(size)

    with pytest.raises(ImportStateError):
        reading.read(service.database, made.id, Slow(EXPORT), order(service))
    with service.database.reading() as session:
        found = session.get_one(Import, made.id)
        assert (found.state, found.good_count, found.attempt) == ("preview", 39, 2)


def test_a_part_that_somebody_else_took_over_is_left_to_him(
    service: Service, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = received(service, organisation)
    with service.database.reading() as session:
        (part,) = session.exec(select(JobPart)).all()
    given = uploads.StoredUpload.read

    def overtaken(self: uploads.StoredUpload, size: int) -> bytes:
        if not self.given_bytes:
            attempts.Attempt.begin(service.database, made.id)
        return given(self, size)

    monkeypatch.setattr(uploads.StoredUpload, "read", overtaken)
    assert parts.run_part(service, part.job_id, 0) is Outcome.TAKEN_OVER
    monkeypatch.undo()
    assert parts.run_part(service, part.job_id, 0) is Outcome.DONE
    assert kept(service) == {"StagedBlock", "RefusedRow"}


def test_an_export_is_discarded_while_it_waits_to_be_read(
    operator_client: TestClient, organisation: Organisation, service: Service
) -> None:
    address = put(operator_client, EXPORT)
    assert operator_client.post(f"{address}/weggooien").status_code == 303
    assert kept(service) == {"JobPart"}
    run_jobs(service)
    with service.database.reading() as session:
        assert session.exec(select(Import.state)).one() == "discarded"
        assert session.exec(select(Job.state)).one() == "done"


def test_what_fails_again_and_again_is_given_up_and_can_be_put_down_anew(
    service: Service, organisation: Organisation
) -> None:
    made = received(service, organisation)
    with service.database.writing() as session:
        session.get_one(Import, made.id).profile = "gone"
    run_jobs(service)
    with service.database.reading() as session:
        assert session.get_one(Import, made.id).fault == "unexpected"
        assert session.exec(select(Job.state)).one() == "failed"
    assert kept(service) == set()


def test_what_nobody_read_within_a_day_is_forgotten(
    service: Service, organisation: Organisation, clock: Clock
) -> None:
    received(service, organisation)
    clock.advance(days=1, seconds=1)
    with service.database.writing() as session:
        assert retention.tidy(session, service.settings, now=clock()).unread == 1
    run_jobs(service)
    assert kept(service) == set()
    with service.database.reading() as session:
        assert session.exec(select(Import)).all() == []


def test_an_export_whose_columns_were_named_is_read_in_the_background_too(
    operator_client: TestClient, organisation: Organisation, service: Service, exports: Path
) -> None:
    columns = put(operator_client, (exports / "klusdag.csv").read_bytes(), profile="")
    words = operator_client.post(columns, data=fields(operator_client.get(columns).text)).headers["location"]
    counting = operator_client.get(words).text
    assert "<progress" in counting
    assert "data-live" in counting
    overview = operator_client.get(MANAGE).text
    assert f'href="{words}"' in overview
    run_jobs(service)
    said = fields(operator_client.get(words).text) | {"title": "Eigen"}
    address, again = (operator_client.post(words, data=said).headers["location"] for _ in range(2))
    assert address == again
    assert "<progress" in operator_client.get(address).text
    run_jobs(service)
    assert "Klopt, leg vast" in operator_client.get(address).text


def test_words_are_counted_for_the_columns_that_were_named_last(
    operator_client: TestClient, organisation: Organisation, service: Service, exports: Path
) -> None:
    columns = put(operator_client, (exports / "klusdag.csv").read_bytes(), profile="")
    said = fields(operator_client.get(columns).text)
    words = operator_client.post(columns, data=said).headers["location"]
    with service.database.reading() as session:
        job, part = session.exec(select(Job)).one(), session.exec(select(JobPart)).one()
    early = WordsWork().prepare(service, organisation, job, 0)
    # Now the column with the kinds of clients is said to hold the kinds of work.
    swapped = {Role.CATEGORY: Role.CLIENT_KIND, Role.CLIENT_KIND: Role.CATEGORY}
    anew = {**said, "role": [swapped.get(Role(role), role) for role in said["role"]]}
    assert operator_client.post(columns, data=anew).headers["location"] == words
    with service.database.writing() as session, pytest.raises(OutdatedError):
        WordsWork().apply(session, service, organisation, early)
    assert parts.run_part(service, part.job_id, part.number) is Outcome.DONE
    with service.database.reading() as session:
        assert session.exec(select(Job.state)).all() == ["done"]
    shown = operator_client.get(words).text
    assert 'value="restaurant"' in shown
    assert 'value="Inpakwerk"' not in shown


def test_words_that_cannot_be_counted_say_why_and_lead_back_to_the_columns(
    operator_client: TestClient, organisation: Organisation, service: Service
) -> None:
    rows = "".join(f"M{number};Ann;K{number};Werk {number};03-04-2025;4\n" for number in range(400))
    content = f"Medewerkernr;Naam;Klusnr;Functie;Datum;Uren\n{rows}".encode()
    columns = put(operator_client, content, profile="")
    said = fields(operator_client.get(columns).text)
    said["role"] = ["worker", "worker_name", "gig", "category", "date", "duration"]
    words = operator_client.post(columns, data=said).headers["location"]
    run_jobs(service)
    shown = operator_client.get(words).text
    assert "te veel verschillende woorden" in shown
    assert f'href="{columns}"' in shown
