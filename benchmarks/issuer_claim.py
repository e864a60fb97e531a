"""What a claim over HTTP costs: proof checked, place allocated, signed, committed, answered.

Run `kluscv bench issuer-claim`. A server is started as a platform starts it, with `CLAIM_PROCESSES`
processes (unless set 1 on SQLite, which has one writer, and 2 on PostgreSQL). A loader on loopback sends
it requests that were prepared before: access tokens, nonces and key proofs are there already, so the
credential endpoint alone is measured. Loader, server and database share the processors.

`CLAIM_WORKERS` workers (300 unless set) claim one statement each, first form by form, and then again with
other keys all three forms after each other. Set `CLAIM_DATABASE_URL=postgresql+psycopg://…` to an empty
database to measure on PostgreSQL instead of SQLite.

Under the table stand the shares of CPU time of the same requests without HTTP, from a profile. What else
the machine does lowers the figures per second; CPU time it changes less.
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
from benchmarks.issuer_bulk import ORG, Platform
from benchmarks.shares import shares, told
from issuer.claiming import claim, offers, tokens
from issuer.claiming.answers import Answer
from issuer.claiming.claim import Asked
from issuer.claiming.tokens import Access
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.tables import Worker
from standard import openid4vci
from standard.dids import did_key, did_key_method
from standard.keys import KeySigner, PrivateKey

WORKERS = int(os.environ.get("CLAIM_WORKERS", "300"))
DATABASE_URL = os.environ.get("CLAIM_DATABASE_URL", "")
PROCESSES = int(os.environ.get("CLAIM_PROCESSES", "2" if DATABASE_URL else "1"))
CONNECTIONS = 32
FEW_WORKERS = 4
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


def main(seconds: float) -> None:
    """Measure and print; how long that takes follows from the number of workers."""
    with tempfile.TemporaryDirectory(prefix="claim-") as name:
        service = _platform(Path(name), workers=WORKERS if seconds else FEW_WORKERS)
        access_tokens = _tokens(service)
        kind = "SQLite" if service.database.is_embedded else "PostgreSQL"
        print(f"{kind}, {PROCESSES} processes, {os.cpu_count()} processors for loader, server and database\n")
        print("| asked for | /s | server's CPU each, ms |")
        print("|---|---:|---:|")
        with _served(service) as server:
            for form in FORMS:
                _measure(service, server, form, _requests(service, access_tokens, [form]), 1)
            prepared = _requests(service, access_tokens, FORMS)
            _measure(service, server, "a statement in these three forms", prepared, len(FORMS))
        _profile(service, _requests(service, access_tokens, FORMS))
        service.database.close()


def _measure(service: Service, server: int, label: str, prepared: list[Prepared], each: int) -> None:
    """Send requests, so many for one claim, and print one line of the table."""
    queue = [list(claim) for claim in zip(*[iter(prepared)] * each, strict=True)]
    before = _cpu_seconds(server)
    lasted = asyncio.run(_load(service, queue))
    cpu = (_cpu_seconds(server) - before) / len(queue) * 1e3
    print(f"| {label} | {len(queue) / lasted:.0f} | {cpu:.1f} |", flush=True)


def _profile(service: Service, prepared: Sequence[Prepared]) -> None:
    """Serve requests in rounds as large as they can become in a process of the run above."""
    asked = [Asked(SLUG, tokens.ShownToken(each.token, None), each.body) for each in prepared]
    size = CONNECTIONS // PROCESSES
    rounds = [asked[at : at + size] for at in range(0, len(asked), size)]

    def work() -> None:
        for together in rounds:
            for answer in claim.credentials(service, together):
                assert isinstance(answer, Answer)
                assert answer.status == 200

    began, cpu = time.perf_counter(), time.process_time()
    spent = shares(work)
    cpu, lasted = time.process_time() - cpu, time.perf_counter() - began
    each = cpu / len(asked) * 1e3
    print(f"\nwithout HTTP, in rounds of {size}: {each:.2f} ms of CPU a credential: {told(spent)}")
    print(f"{lasted / len(asked) * 1e3:.1f} ms each with the wait for the database")


async def _load(service: Service, queue: Sequence[Sequence[Prepared]]) -> float:
    """Send every sequence over a connection of its own, so many at once; returns how long it took."""
    host = service.settings.public_host
    waiting = [[request.bytes_for(host) for request in sequence] for sequence in reversed(queue)]

    async def wallets() -> None:
        while waiting:
            claim_requests = waiting.pop()
            reader, writer = await asyncio.open_connection(service.settings.host, service.settings.port)
            for request in claim_requests:
                writer.write(request)
                await _answered(reader)
            writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(wallets() for _ in range(CONNECTIONS)))
    return time.perf_counter() - began


async def _answered(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
    body = await reader.readexactly(length)
    if " 200 " not in head.partition("\r\n")[0]:
        raise RuntimeError(f"the issuer answered {body[:300]!r}")


def _requests(service: Service, access_tokens: Sequence[str], forms: Sequence[str]) -> list[Prepared]:
    """Prepare a request of every worker for each of these forms, with a new holder key per worker."""
    issuer, now = service.credential_issuer(SLUG), service.clock()
    prepared = []
    with service.database.writing() as session:
        nonces = tokens.new_nonces(
            session, [SLUG] * len(access_tokens) * len(forms), now=now, lifetime=LIFETIME
        )
        for token in access_tokens:
            key = PrivateKey.generate("P-256")
            holder = KeySigner(key, did_key_method(did_key(key.public_key)))
            for form in forms:
                nonce = nonces.pop()
                assert nonce is not None
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


def _platform(folder: Path, *, workers: int) -> Service:
    """An organisation with its statements."""
    url, port = DATABASE_URL, _free_port()
    base_url = f"http://127.0.0.1:{port}"
    environment = {
        "ISSUER_DATA_DIR": str(folder), "ISSUER_DATABASE_URL": url, "ISSUER_BASE_URL": base_url,
    }  # fmt: skip
    platform = Platform(folder, environment)
    export = write_export(folder / "export.csv", workers=workers, gigs_each=GIGS_EACH)
    platform.run("migrate", "--json")
    platform.run("org", "add", SLUG, "--name", "Bench", "--contact", "mailto:a@bench.example", "--json")
    platform.run("import", str(export), "--profile", PROFILE, *ORG)
    return Service.open(IssuerSettings(data_dir=folder, database_url=url, port=port, base_url=base_url))


@contextmanager
def _served(service: Service) -> Iterator[int]:
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
        [sys.executable, "-m", "kluscv", "issuer", "serve"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(f"{settings.base_url}/healthz", process)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _cpu_seconds(process: int) -> float:
    """CPU time of a process and all that it started, as Linux keeps it."""
    ticks, family = 0, [process]
    for member in family:
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
        family += map(int, Path(f"/proc/{member}/task/{member}/children").read_text().split())
    return ticks / os.sysconf("SC_CLK_TCK")


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - loopback
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the issuer did not start")
