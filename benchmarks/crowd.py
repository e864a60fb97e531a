"""An invented crowd: an export of one platform, and a key for each of its workers."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from standard.dids import did_key
from standard.keys import PrivateKey

PROFILE = "klusdag"
COLUMNS = (
    "Klusnr", "Medewerkernr", "Naam", "E-mail", "Functie", "Datum", "Van", "Tot", "Pauze (min)", "Klantnr",
    "KvK klant", "Soort klant", "Status", "Cijfer", "Toelichting", "Taal", "Ingevuld door",
)  # fmt: skip
FUNCTIONS = ("Keukenhulp", "Bediening", "Inpakwerk", "Garderobe")


def write_export(path: Path, *, workers: int, gigs_each: int) -> Path:
    """Write an export, the same in every run."""
    chance = random.Random(4)  # noqa: S311 - nothing secret
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(COLUMNS)
        for number in range(workers * gigs_each):
            worker = number % workers
            day = date(2025, 1, 1) + timedelta(days=chance.randrange(300))
            writer.writerow((
                f"K{number}", f"M{worker}", f"Werker {worker}", f"m{worker}@crowd.example",
                chance.choice(FUNCTIONS), day.strftime("%d-%m-%Y"), "09:00", "14:30", "30",
                f"C{chance.randrange(40)}", "", "hotel", "Gewerkt", str(chance.randint(3, 5)), "", "", "",
            ))  # fmt: skip
    return path


def new_keys(workers: Iterable[int]) -> list[tuple[str, str]]:
    """Make a fresh key for each of these workers: rows of a file of keys."""
    return [(f"M{worker}", did_key(PrivateKey.generate("P-256").public_key)) for worker in workers]


def write_keys(path: Path, rows: Iterable[tuple[str, str]]) -> Path:
    """Write a file of keys as `kluscv issuer issue --keys` reads it."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("worker_key", "did"))
        writer.writerows(rows)
    return path
