"""No room left for an upload: that is said, nothing of it stays, and it works again when there is room."""

from __future__ import annotations

import errno
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg.errors
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from issuer.full_storage import is_full
from issuer.jobs import reading
from issuer.service import Service
from issuer.tables import Import, Job, Organisation, StagedBlock, Upload, UploadChunk
from tests.issuer.acting import run_jobs
from tests.issuer.test_corrections import HEADER, gig
from tests.issuer.test_platform_api import bearer, new_client, new_key

EXPORT = (HEADER + "".join(gig(n, "03-03-2025", worker=f"MW{n}") for n in range(4_000))).encode()
SPARE_PAGES = 3
LARGEST_FILE_BYTES = 3 << 20
LARGER = EXPORT * 16

on_sqlite = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
Put = Callable[[bytes], Response]


@pytest.fixture(params=["page", "program"])
def put(
    request: pytest.FixtureRequest, operator_client: TestClient, service: Service, organisation: Organisation
) -> Put:
    """Send an export on the page, or as a program."""
    if request.param == "page":
        return lambda content: operator_client.post(
            "/beheer/vakhulp/exports", files={"export": ("x.csv", content)}, data={"profile": "klusdag"}
        )
    key = bearer(new_key(service, new_client(service, organisation)))
    return lambda content: operator_client.post("/v1/batches?profile=klusdag", content=content, headers=key)


@contextmanager
def full_database(service: Service) -> Iterator[None]:
    """The database may hardly grow for as long as the block runs."""
    with service.database.reading() as session:
        pages = session.execute(text("PRAGMA page_count")).scalar_one() + SPARE_PAGES
    service.database.close()

    def limited(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(service.database.engine, "connect", limited)
    try:
        yield
    finally:
        event.remove(service.database.engine, "connect", limited)
        service.database.close()


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow beyond a few megabytes for as long as the block runs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE_BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def says_that_there_is_no_room(answer: Response) -> bool:
    is_page = answer.headers["content-type"].startswith("text/html")
    words = "Er is geen plaats meer" if is_page else '"code":"storage-full"'
    return answer.status_code == 507 and words in answer.text


def is_kept(service: Service) -> bool:
    with service.database.reading() as session:
        return any(
            session.exec(select(table)).first() for table in (Import, StagedBlock, Upload, UploadChunk)
        )


@on_sqlite
@pytest.mark.parametrize("small_bytes", [100, 4 << 20], ids=["kept for later", "read at once"])
def test_a_full_database_is_told_and_an_upload_works_when_there_is_room_again(
    put: Put, service: Service, monkeypatch: pytest.MonkeyPatch, small_bytes: int
) -> None:
    monkeypatch.setattr(reading, "SMALL_BYTES", small_bytes)
    with full_database(service):
        assert says_that_there_is_no_room(put(EXPORT))
    assert not is_kept(service)
    assert put(EXPORT).status_code in (201, 202, 303)


@on_sqlite
def test_a_full_disk_is_told_while_the_upload_comes_in(put: Put, service: Service) -> None:
    with full_disk():
        assert says_that_there_is_no_room(put(LARGER))
    assert not is_kept(service)
    assert put(LARGER).status_code in (202, 303)


@on_sqlite
def test_an_export_for_which_there_is_no_room_while_it_is_read_says_so_on_its_page(
    operator_client: TestClient, organisation: Organisation, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SMALL_BYTES", 100)
    address = operator_client.post(
        "/beheer/vakhulp/exports", files={"export": ("x.csv", EXPORT)}, data={"profile": "klusdag"}
    ).headers["location"]
    with full_database(service):
        run_jobs(service)
    assert "Op onze server is geen plaats meer." in operator_client.get(address).text
    with service.database.reading() as session:
        assert session.exec(select(Job.error_code)).one() == "storage-full"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.ENOSPC, "no space"), True),
        (OSError(errno.EDQUOT, "quota"), True),
        (OSError(errno.ECONNRESET, "reset"), False),
        (OperationalError("", {}, psycopg.errors.DiskFull()), True),
        (OperationalError("", {}, psycopg.errors.QueryCanceled()), False),
        (ValueError(), False),
        (None, False),
    ],
)
def test_other_faults_are_not_taken_for_a_full_disk(error: BaseException | None, expected: bool) -> None:
    assert is_full(error) is expected
