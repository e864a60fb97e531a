"""How fast an export becomes statements and claim links, and how much memory that takes.

Run `kluscv bench issuer-import`. `IMPORT_ROWS` sets the numbers of rows (10,000 and 100,000 unless set), of
which each has a process and a database of its own; every worker has fifty. Beside the time on the clock
stands the processor's: on a machine that does other things at once, only the latter says something.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.crowd import PROFILE, write_export
from benchmarks.shares import KINDS, shares, told
from issuer import batch, migrations, organisations
from issuer.audit import SYSTEM
from issuer.claiming import offering
from issuer.imports import load_profile
from issuer.organisations import NewOrganisation, OrganisationKind
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.tables import Organisation

ROWS = tuple(int(rows) for rows in os.environ.get("IMPORT_ROWS", "10000,100000").split(","))
ROWS_A_WORKER = 50
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
STEPS = ("reading", "stating", "links")
PLACES = {"parsing": ("/issuer/imports/",), "sums": ("/issuer/describe", "/issuer/batch/standings"), **KINDS}


@dataclass(frozen=True)
class Measured:
    """One run: seconds on the clock and of the processor for each step, and the most memory it took."""

    clock: tuple[float, ...]
    processor: tuple[float, ...]
    peak_bytes: int
    spent: dict[str, float]


def main(_seconds: float) -> None:
    """Measure each number of rows, and print the table."""
    heads = ("rows", *STEPS, "rows/s", "rows/s of processor time", "peak memory", "where the time goes")
    print(f"| {' | '.join(heads)} |")
    print("|---" * len(heads) + "|")
    for rows in ROWS:
        found = _in_a_process_of_its_own(rows)
        steps = " | ".join(f"{seconds:.2f} s" for seconds in found.clock)
        speeds = " | ".join(f"{rows / sum(times):,.0f}" for times in (found.clock, found.processor))
        print(f"| {rows:,} | {steps} | {speeds} | {found.peak_bytes / 2**20:.0f} MiB | {told(found.spent)} |")


def measure(rows: int) -> Measured:
    """Import an export of so many rows, and make the claim links."""
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path = write_export(
            Path(folder) / "export.csv", workers=max(rows // ROWS_A_WORKER, 1), gigs_each=ROWS_A_WORKER
        )
        service = Service.open(IssuerSettings(data_dir=Path(folder) / "issuer"), lambda: NOW)
        migrations.upgrade(service.database)
        new = NewOrganisation("bench", "Bench", OrganisationKind.PLATFORM, "mailto:a@b.example", PROFILE)
        with service.database.writing() as session:
            organisation = organisations.add(session, service.keys, new, host="x.example", now=NOW)
        moments: list[tuple[float, float]] = []
        spent = shares(lambda: _steps(service, organisation, path, moments), PLACES)
        service.database.close()
    clock, processor = (
        tuple(after - before for before, after in pairwise(each)) for each in zip(*moments, strict=True)
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Measured(clock, processor, peak, spent)


def _steps(
    service: Service, organisation: Organisation, path: Path, moments: list[tuple[float, float]]
) -> None:
    def look() -> None:
        moments.append((time.perf_counter(), time.process_time()))

    look()
    with path.open("rb") as stream:
        order = batch.Order(path.name, load_profile(PROFILE), NOW.date(), SYSTEM, strict=True)
        read = batch.preview(service.database, organisation, stream, order, now=NOW)
    look()
    batch.commit(service.database, organisation, read.id, as_of=None, correction=None, actor=SYSTEM, now=NOW)
    look()
    with service.database.writing() as session:
        offering.offer_all(session, organisation, now=NOW, lifetime=timedelta(days=30))
    look()


def _in_a_process_of_its_own(rows: int) -> Measured:
    command = [sys.executable, "-m", "benchmarks.issuer_import", str(rows)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own module
    document: dict[str, Any] = json.loads(done.stdout)
    return Measured(**document)


if __name__ == "__main__":
    print(json.dumps(asdict(measure(int(sys.argv[1])))))
