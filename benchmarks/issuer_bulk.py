"""What bulk issuing costs: from a CSV to signed and committed copies, with holder keys supplied.

Run `kluscv bench issuer-bulk`. The commands run as they do for a platform, in processes of their own, so
starting them counts. What one process does in a second of its own CPU is told beside it, because the clock
also counts whatever else the machine does. `BULK_WORKERS` sets the number of workers (2,000 unless set); set
`BULK_DATABASE_URL=postgresql+psycopg://…` to an empty database to measure workers on PostgreSQL too.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import select

from benchmarks.crowd import PROFILE, new_keys, write_export, write_keys
from benchmarks.shares import shares, told
from issuer import organisations
from issuer.jobs import copies
from issuer.jobs.parts import run_part
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.tables import Job, JobPart
from standard.keys import KeySigner, PrivateKey
from standard.model import Did, DidUrl
from standard.status_list import bitstring_credential, set_bit, token_status_list

WORKERS = int(os.environ.get("BULK_WORKERS", "2000"))
GIGS_EACH = 10
ENTRIES = 1_000_000
LOOK_SECONDS = 0.1
ORG = ("--org", "bench", "--json")


@dataclass(frozen=True)
class Platform:
    """A fresh issuer in a folder, spoken to by commands."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, *words: str) -> Any:
        """Run `kluscv issuer …` and read what it says."""
        done = subprocess.run(  # noqa: S603 - our own command line
            [sys.executable, "-m", "kluscv", "issuer", *words],
            env={**os.environ, **self.environment}, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return json.loads(done.stdout)


def main(_seconds: float) -> None:
    """Measure and print; how long that takes follows from the number of workers."""
    with tempfile.TemporaryDirectory(prefix="bulk-") as name:
        folder = Path(name)
        print(f"{WORKERS} workers of {GIGS_EACH} gigs, {os.cpu_count()} processors for all that runs\n")
        _end_to_end(folder)
        _profile(folder)
        if url := os.environ.get("BULK_DATABASE_URL"):
            _workers_on_postgresql(folder, url)
    _status_list()


def _end_to_end(folder: Path) -> None:
    platform = _platform(folder / "sqlite", {})
    export, keys = _export(folder), _new_keys(folder)
    began = time.perf_counter()
    platform.run("import", str(export), "--profile", PROFILE, *ORG)
    imported = time.perf_counter()
    done = platform.run("issue", "--keys", str(keys), *ORG)
    ended = time.perf_counter()
    again = platform.run("issue", "--keys", str(keys), *ORG)
    made, whole, signing = done["new_copies"], ended - began, ended - imported
    print(f"SQLite: {made} copies signed and committed in {whole:.1f} s from CSV: {made / whole:.0f}/s")
    print(f"        import {imported - began:.1f} s; signing {signing:.1f} s, {made / signing:.0f}/s")
    print(f"        a repeat signed {again['new_copies']}")


def _profile(folder: Path) -> None:
    """Sign in this process for other keys, and see where the time goes."""
    service = Service.open(IssuerSettings(data_dir=folder / "sqlite"))
    with service.database.writing() as session, _new_keys(folder).open(newline="") as text:
        organisation = organisations.by_slug(session, "bench")
        job = copies.start(session, organisation, copies.read_keys(text), now=service.clock())
    with service.database.reading() as session:
        numbers = list(session.exec(select(JobPart.number).where(JobPart.job_id == job.id)))
    began = time.process_time()
    spent = shares(lambda: [run_part(service, job.id, number) for number in numbers])
    lasted = time.process_time() - began
    with service.database.reading() as session:
        made = session.get_one(Job, job.id).made_count
    print(f"        one process: {made / lasted:.0f} copies per second of its CPU, of which {told(spent)}\n")
    service.database.close()


def _workers_on_postgresql(folder: Path, url: str) -> None:
    """The same amount of work for one worker process, then for two, once they are at work."""
    environment = {"ISSUER_DATABASE_URL": url, "ISSUER_JOB_PROCESSES": "1"}
    platform = _platform(folder / "postgres", environment)
    platform.run("import", str(_export(folder)), "--profile", PROFILE, *ORG)
    service = Service.open(IssuerSettings(data_dir=platform.folder, database_url=url))
    one, two = (_speed_of_workers(service, platform, folder, count) for count in (1, 2))
    service.database.close()
    print(f"PostgreSQL: {one:.0f} copies/s with one process, {two:.0f}/s with two: {two / one:.2f}x\n")


def _speed_of_workers(service: Service, platform: Platform, folder: Path, count: int) -> float:
    """Copies in a second, from when a quarter is done, so that all have started, until nearly all is."""
    with service.database.writing() as session, _new_keys(folder).open(newline="") as text:
        organisation = organisations.by_slug(session, "bench")
        job_id = copies.start(session, organisation, copies.read_keys(text), now=service.clock()).id

    def wait_for(share: float) -> tuple[int, float]:
        while True:
            with service.database.reading() as session:
                job = session.get_one(Job, job_id)
                if job.error_code:
                    raise RuntimeError(f"the job failed: {job.error_code}")
                if job.done_count >= share * job.total_count:
                    return job.made_count, time.perf_counter()
            time.sleep(LOOK_SECONDS)

    command = [sys.executable, "-m", "kluscv", "issuer", "worker"]
    environment = {**os.environ, **platform.environment}
    workers = [
        subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
        for _ in range(count)
    ]
    try:
        (made_before, began), (made, ended) = wait_for(1 / 4), wait_for(19 / 20)
        wait_for(1)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(timeout=30)
    return (made - made_before) / (ended - began)


def _status_list() -> None:
    bits = bytes(ENTRIES // 8)
    for _ in range(1_000):
        bits = set_bit(bits, secrets.randbelow(ENTRIES))
    now, uri = datetime.now(UTC), "https://bench.example/org/bench/status/1"
    did = Did("did:web:bench.example:org:bench")
    ed25519 = KeySigner(PrivateKey.generate("Ed25519"), DidUrl(f"{did}#1"))
    p256 = KeySigner(PrivateKey.generate("P-256"), DidUrl(f"{did}#2"))

    def rebuild() -> None:
        bitstring_credential(bits, uri=uri, issuer=did, signer=ed25519, now=now, ttl_seconds=300)
        token_status_list(bits, uri=f"{uri}/token", signer=p256, now=now, ttl_seconds=300)

    rebuild()
    began = time.perf_counter()
    rebuild()
    lasted = time.perf_counter() - began
    print(f"status list of {ENTRIES} entries rebuilt and signed, in both shapes: {lasted * 1000:.0f} ms")


def _platform(folder: Path, environment: Mapping[str, str]) -> Platform:
    platform = Platform(folder, {"ISSUER_DATA_DIR": str(folder), **environment})
    platform.run("migrate", "--json")
    platform.run("org", "add", "bench", "--name", "Bench", "--contact", "mailto:a@bench.example", "--json")
    return platform


def _export(folder: Path) -> Path:
    return write_export(folder / "export.csv", workers=WORKERS, gigs_each=GIGS_EACH)


def _new_keys(folder: Path) -> Path:
    return write_keys(folder / "keys.csv", new_keys(range(WORKERS)))
