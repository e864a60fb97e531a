"""An upload of 200 MB over HTTP: taken in or refused, and either way in little memory."""

from __future__ import annotations

import hashlib
import resource
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from issuer.batch.uploads import StoredUpload
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.tables import Import, Job, Organisation, Upload, UploadChunk
from tests.issuer.acting import SLUG, add_organisation
from tests.issuer.processes import free_port, running, serve, wait_until_it_answers
from tests.issuer.test_corrections import HEADER, gig
from tests.issuer.test_platform_api import bearer, new_client, new_key

MEGABYTE = 1_000_000
SENT_MEGABYTES = 200
ADDRESS_SPACE_BYTES = 2_000 * MEGABYTE
MORE_MEMORY_BYTES = 60 * MEGABYTE
"""What a process may grow by, whatever it is sent: one piece, one buffer, and what allocators keep."""


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
        data_dir=folder, port=port, base_url=f"http://127.0.0.1:{port}", job_processes=0, **more
    )
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


@pytest.mark.slow
def test_200_megabytes_are_taken_in_whole_in_little_memory(tmp_path: Path, newest_sqlite: Path) -> None:
    export = Export()
    with served(tmp_path / "issuer", newest_sqlite) as (service, pid, client):
        before = peak_bytes(pid)
        answer = client.post("/v1/batches?profile=klusdag&file_name=big.csv", content=iter(export))
        assert (answer.status_code, answer.json()["state"]) == (202, "reading")
        assert export.sent_bytes > SENT_MEGABYTES * MEGABYTE
        assert peak_bytes(pid) - before < MORE_MEMORY_BYTES
    with service.database.reading() as session:
        kept = session.exec(select(Upload)).one()
        assert str(kept.import_id) == answer.json()["id"]
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
