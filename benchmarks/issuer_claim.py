"""What a claim over HTTP costs: proof checked, place allocated, signed, committed, answered.

Run `kluscv bench issuer-claim`. A server is started as a platform starts it, with `CLAIM_PROCESSES`
processes (2 unless set), and a loader on loopback sends it requests that were prepared before: access
tokens, nonces and key proofs are there already, so the credential endpoint alone is measured. Loader,
server and database share the processors. `CLAIM_WORKERS` workers (300 unless set) claim one statement
each, first form by form, and then again with other keys all three forms after each other. Set
`CLAIM_DATABASE_URL=postgresql+psycopg://…` to an empty database to measure on PostgreSQL instead of SQLite.

Under the figures stand the shares of CPU time of the same requests without HTTP, from a profile.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from benchmarks.crowd import PROFILE, write_export
from benchmarks.shares import shares, told
from issuer import batch, claim, offers, organisations, tokens
from issuer.imports import load_profile
from issuer.migrations import upgrade
from issuer.organisations import NewOrganisation
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.tables import Worker
from issuer.tokens import Access
from standard import openid4vci
from standard.dids import did_key, did_key_method
from standard.keys import KeySigner, PrivateKey

WORKERS = int(os.environ.get("CLAIM_WORKERS", "300"))
PROCESSES = int(os.environ.get("CLAIM_PROCESSES", "2"))
CONNECTIONS = 32
SLUG = "bench"
GIGS_EACH = 10
FORMS = ("WorkHistoryCredential.eddsa-rdfc-2022", "WorkHistoryCredential.dc+sd-jwt", "KlusCV.kluscv-compact")
START_SECONDS = 60
# Proofs are made for the whole run at its beginning.
LIFETIME = timedelta(hours=2)


@dataclass(frozen=True)
class Prepared:
    """One credential request, ready to be sent."""

    token: str
    body: bytes

    def bytes_for(self, host: str) -> bytes:
        """The request as it goes over the wire."""
        head = (
            f"POST /org/{SLUG}/credential HTTP/1.1\r\nHost: {host}\r\n"
            f"Authorization: Bearer {self.token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(self.body)}\r\n\r\n"
        )
        return head.encode() + self.body


def main(_seconds: float) -> None:
    """Measure and print; how long that takes follows from the number of workers."""
    with tempfile.TemporaryDirectory(prefix="claim-") as name:
        service = _platform(Path(name))
        tokens_by_worker = _tokens(service)
        kind = "SQLite" if service.database.is_embedded else "PostgreSQL"
        print(f"{kind}, {PROCESSES} processes, {os.cpu_count()} processors for loader, server and database\n")
        with _served(service):
            _form_by_form(service, tokens_by_worker)
            _whole_claims(service, tokens_by_worker)
        _profile(service, tokens_by_worker)
        service.database.close()


def _form_by_form(service: Service, tokens_by_worker: Sequence[str]) -> None:
    for form in FORMS:
        queue = [[request] for request in _requests(service, tokens_by_worker, [form])]
        lasted = asyncio.run(_load(service, queue))
        print(f"{form:40} {len(queue) / lasted:6.0f} credentials/s")


def _whole_claims(service: Service, tokens_by_worker: Sequence[str]) -> None:
    prepared = _requests(service, tokens_by_worker, FORMS)
    queue = [list(claims) for claims in zip(*[iter(prepared)] * len(FORMS), strict=True)]
    lasted = asyncio.run(_load(service, queue))
    credentials = len(prepared) / lasted
    print(f"{'claims of one statement, in three forms':40} {len(queue) / lasted:6.0f} claims/s "
          f"({credentials:.0f} credentials/s)\n")  # fmt: skip


def _profile(service: Service, tokens_by_worker: Sequence[str]) -> None:
    prepared = _requests(service, tokens_by_worker, FORMS)

    def work() -> None:
        for request in prepared:
            shown = tokens.ShownToken(request.token, None)
            assert claim.credential(service, SLUG, shown=shown, body=request.body).status == 200

    began, cpu = time.perf_counter(), time.process_time()
    spent = shares(work)
    cpu, lasted = time.process_time() - cpu, time.perf_counter() - began
    each = cpu / len(prepared) * 1e3
    print(f"without HTTP {each:.2f} ms of CPU a credential: {told(spent)}")
    print(f"             {lasted / len(prepared) * 1e3:.1f} ms with the wait for a commit of its own")


async def _load(service: Service, queue: Sequence[Sequence[Prepared]]) -> float:
    """Send every sequence of requests, so many at once; returns how long it took."""
    host = service.settings.public_host
    waiting = [[request.bytes_for(host) for request in sequence] for sequence in reversed(queue)]

    async def connection() -> None:
        reader, writer = await asyncio.open_connection(service.settings.host, service.settings.port)
        while waiting:
            for request in waiting.pop():
                writer.write(request)
                await _answered(reader)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return time.perf_counter() - began


async def _answered(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
    body = await reader.readexactly(length)
    if " 200 " not in head.partition("\r\n")[0]:
        raise RuntimeError(f"the issuer answered {body[:300]!r}")


def _requests(service: Service, tokens_by_worker: Sequence[str], forms: Sequence[str]) -> list[Prepared]:
    """Prepare a request of every worker for each of these forms, with a new holder key per worker."""
    issuer, now = service.credential_issuer(SLUG), service.clock()
    prepared = []
    with service.database.writing() as session:
        organisation = organisations.by_slug(session, SLUG)
        for token in tokens_by_worker:
            key = PrivateKey.generate("P-256")
            holder = KeySigner(key, did_key_method(did_key(key.public_key)))
            for form in forms:
                nonce = tokens.new_nonce(session, organisation, now=now, lifetime=LIFETIME)
                proof = openid4vci.make_key_proof(
                    signer=holder, credential_issuer=issuer, nonce=nonce, now=now
                )
                asked = openid4vci.credential_request(configuration_id=form, key_proofs=[proof])
                prepared.append(Prepared(token, json.dumps(asked).encode()))
    return prepared


def _tokens(service: Service) -> list[str]:
    made = []
    with service.database.writing() as session:
        for worker_id in session.exec(select(Worker.id)).all():
            offer = offers.offer_worker(session, worker_id, now=service.clock(), lifetime=LIFETIME)
            granted = tokens.grant(
                session, offer, Access(), thumbprint=None, now=service.clock(), lifetime=LIFETIME
            )
            made.append(granted.access_token)
    return made


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _platform(folder: Path) -> Service:
    """An organisation with its statements."""
    url, port = os.environ.get("CLAIM_DATABASE_URL", ""), _free_port()
    base_url = f"http://127.0.0.1:{port}"
    settings = IssuerSettings(data_dir=folder, database_url=url, port=port, base_url=base_url)
    service = Service.open(settings)
    upgrade(service.database)
    export = write_export(folder / "export.csv", workers=WORKERS, gigs_each=GIGS_EACH)
    with service.database.writing() as session, export.open("rb") as stream:
        new = NewOrganisation(SLUG, "Bench", "platform", "mailto:a@bench.example", PROFILE)
        organisation = organisations.add(
            session, service.keys, new, host=settings.public_host, now=service.clock()
        )
        read = batch.preview(
            session, organisation, stream, load_profile(PROFILE),
            file_name=export.name, strict=True, now=service.clock(),
        )  # fmt: skip
        batch.commit(session, organisation, read.id, as_of=None, now=service.clock())
    return service


@contextmanager
def _served(service: Service) -> Iterator[None]:
    settings = service.settings
    environment = {
        **os.environ,
        "ISSUER_DATA_DIR": str(settings.data_dir),
        "ISSUER_DATABASE_URL": settings.database_url,
        "ISSUER_BASE_URL": settings.base_url,
        "ISSUER_PORT": str(settings.port),
        "ISSUER_PROCESSES": str(PROCESSES),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "kluscv", "issuer", "serve"], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait(f"{settings.base_url}/healthz", process)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - loopback
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the issuer did not start")
