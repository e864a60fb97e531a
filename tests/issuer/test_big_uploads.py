"""Large uploads over HTTP: taken in, refused, broken off or full of faults, and always in little memory."""

from __future__ import annotations

import hashlib
import resource
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from issuer.access import operators
from issuer.access.roles import Role
from issuer.audit import COMMAND_LINE
from issuer.batch import uploads
from issuer.batch.uploads import StoredUpload
from issuer.life.retention import tidy
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.tables import Import, Job, Organisation, Upload, UploadChunk
from tests.issuer.acting import SLUG, add_organisation
from tests.issuer.processes import do_parts, free_port, kill, running, serve, wait_until_it_answers
from tests.issuer.test_corrections import HEADER, gig
from tests.issuer.test_platform_api import bearer, new_client, new_key

MEGABYTE = 1_000_000
SENT_MEGABYTES = 200
ADDRESS_SPACE_BYTES = 2_000 * MEGABYTE
MORE_MEMORY_BYTES = 60 * MEGABYTE
"""What a process may grow by, whatever it is sent: one piece, one buffer, and what allocators keep."""
FIELD = b"\r\n--x\r\nContent-Disposition: form-data; name=%s\r\n\r\n"
BAD_ROWS = 50_000
READER_BYTES = 200 * MEGABYTE
"""A process that reads an export: the modules, and one stretch of rows."""


def serve_in_little_memory(settings: IssuerSettings) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
    serve(settings)


class Export:
    """A long export that is written while it is sent."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.sent_bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        row = gig(1, "03-03-2025").encode()
        block = row * (MEGABYTE // len(row) + 1)
        yield from map(self._counted, [HEADER.encode(), *[block] * SENT_MEGABYTES])

    def as_form(self) -> Iterator[bytes]:
        """The same in the form of the page."""
        yield FIELD % b'"profile"' + b"klusdag"
        yield FIELD % b'"export"; filename="big.csv"'
        yield from self
        yield b"\r\n--x--\r\n"

    def _counted(self, block: bytes) -> bytes:
        self.digest.update(block)
        self.sent_bytes += len(block)
        return block


@contextmanager
def served(folder: Path, empty: Path, **more: int) -> Iterator[tuple[Service, int, httpx.Client]]:
    """A running service, the number of its process, and a program that may use it."""
    port = free_port()
    folder.mkdir()
    shutil.copyfile(empty, folder / "issuer.sqlite3")
    settings = IssuerSettings(
        data_dir=folder, port=port, base_url=f"http://127.0.0.1:{port}", job_processes=0,
        link_log_in=True, **more,
    )  # fmt: skip
    service = Service.open(settings)
    organisation = add_organisation(service, SLUG)
    headers = bearer(new_key(service, new_client(service, organisation)))
    with (
        running((serve_in_little_memory, settings)) as (process,),
        httpx.Client(base_url=settings.base_url, headers=headers, timeout=60) as client,
    ):
        wait_until_it_answers(settings)
        assert process.pid is not None
        yield service, process.pid, client


def peak_bytes(pid: int) -> int:
    """The most memory that a process ever had."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    (peak,) = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(peak) * 1024


def answer_before_sending(client: httpx.Client, address: str) -> bytes:
    """Announce a gigabyte, wait for leave to send it as curl does, and hear what comes."""
    url = client.base_url
    head = (
        f"POST {address} HTTP/1.1\r\nHost: {url.host}:{url.port}\r\nExpect: 100-continue\r\n"
        f"Authorization: {client.headers['Authorization']}\r\nContent-Length: {1_000 * MEGABYTE}\r\n\r\n"
    )
    with socket.create_connection((url.host, url.port), timeout=10) as connection:
        connection.sendall(head.encode("ascii"))
        return connection.recv(1_000)


def log_in(service: Service, client: httpx.Client) -> None:
    with service.database.writing() as session:
        code = operators.invite(
            session, name="Sam", role=Role.OWNER, organisation=None, actor=COMMAND_LINE,
            now=service.clock(), lifetime=timedelta(hours=1),
        )  # fmt: skip
    assert client.post(f"/inloggen/{code}").status_code == 303


def send(client: httpx.Client, export: Export, way: str) -> int:
    if way == "program":
        address = "/v1/batches?profile=klusdag&file_name=big.csv"
        return client.post(address, content=iter(export)).status_code
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    return client.post(f"/beheer/{SLUG}/exports", content=export.as_form(), headers=headers).status_code


@pytest.mark.slow
@pytest.mark.parametrize(("way", "accepted"), [("program", 202), ("page", 303)])
def test_200_megabytes_are_taken_in_whole_in_little_memory(
    tmp_path: Path, newest_sqlite: Path, way: str, accepted: int
) -> None:
    export = Export()
    with served(tmp_path / "issuer", newest_sqlite) as (service, pid, client):
        log_in(service, client)
        before = peak_bytes(pid)
        assert send(client, export, way) == accepted
        assert export.sent_bytes > SENT_MEGABYTES * MEGABYTE
        assert peak_bytes(pid) - before < MORE_MEMORY_BYTES
    with service.database.reading() as session:
        kept = session.exec(select(Upload)).one()
        assert session.get_one(Import, kept.import_id).state == "reading"
        assert session.exec(select(Job.total_count)).one() == export.sent_bytes
    stored, digest = StoredUpload(service.database, kept.id), hashlib.sha256()
    while piece := stored.read(MEGABYTE):
        digest.update(piece)
    assert digest.digest() == export.digest.digest()


@pytest.mark.slow
def test_more_than_the_limit_is_refused_in_little_memory_and_leaves_nothing(
    tmp_path: Path, newest_sqlite: Path
) -> None:
    limit = 20 * MEGABYTE
    with served(tmp_path / "issuer", newest_sqlite, upload_limit_bytes=limit) as (service, pid, client):
        before = peak_bytes(pid)
        address = "/v1/batches?profile=klusdag"
        answer = client.post(address, content=iter(Export()))
        assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
        assert answer_before_sending(client, address).startswith(b"HTTP/1.1 413 ")
        assert peak_bytes(pid) - before < MORE_MEMORY_BYTES
        assert client.get("/v1/batches").json()["items"] == []
    with service.database.reading() as session:
        for table in (Import, Upload, UploadChunk, Job):
            assert session.exec(select(table)).first() is None
        assert session.exec(select(Organisation)).one()


@pytest.mark.slow
def test_an_export_of_nothing_but_bad_rows_is_read_and_explained_in_little_memory(
    tmp_path: Path, newest_sqlite: Path
) -> None:
    content = (HEADER + gig(1, "31-02-2025") * BAD_ROWS).encode()
    with served(tmp_path / "issuer", newest_sqlite) as (service, pid, client):
        address = "/v1/batches?profile=klusdag"
        batch = f"/v1/batches/{client.post(address, content=content).json()['id']}"
        with running((do_parts, service.settings)) as (reader,):
            assert reader.pid is not None
            while client.get(batch).json()["state"] == "reading":
                time.sleep(0.2)
            assert peak_bytes(reader.pid) < READER_BYTES
        assert client.get(batch).json()["bad_count"] == BAD_ROWS
        log_in(service, client)
        before, lines = peak_bytes(pid), 0
        table = batch.replace("/v1/batches", f"/beheer/{SLUG}/exports") + "/fouten.csv"
        with client.stream("GET", table) as answer:
            for piece in answer.iter_raw():
                lines += piece.count(b"\n")
        assert lines == 1 + BAD_ROWS
        assert peak_bytes(pid) - before < MORE_MEMORY_BYTES


def keep_slowly(settings: IssuerSettings) -> None:
    """Take in an upload whose end never comes."""

    class Slow:
        def read(self, size: int, /) -> bytes:
            time.sleep(0.01)
            return (HEADER + gig(1, "03-03-2025") * (size // 50)).encode()[:size]

    service = Service.open(settings)
    with service.database.reading() as session:
        organisation = session.exec(select(Organisation)).one()
    uploads.keep(
        service.database, organisation, Slow(), file_name="x", look=lambda head: head, now=service.clock()
    )


def test_what_a_killed_process_had_kept_of_an_upload_is_forgotten_within_a_day(
    tmp_path: Path, newest_sqlite: Path
) -> None:
    shutil.copyfile(newest_sqlite, tmp_path / "issuer.sqlite3")
    settings = IssuerSettings(data_dir=tmp_path)
    service = Service.open(settings)
    add_organisation(service, SLUG)

    def pieces() -> int:
        with service.database.reading() as session:
            return len(session.exec(select(UploadChunk.number)).all())

    with running((keep_slowly, settings)) as (process,):
        while pieces() < 2:
            time.sleep(0.02)
        kill(process)
    assert pieces() >= 2
    with service.database.writing() as session:
        tidy(session, settings, now=service.clock() + uploads.KEPT)
    assert pieces() == 0
    with service.database.reading() as session:
        assert session.exec(select(Upload)).all() == []
