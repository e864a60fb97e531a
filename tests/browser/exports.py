"""Exports at every step of their way in, and the jobs that do the work, laid ready as `prepared` does."""

from __future__ import annotations

from io import BytesIO
from typing import Final
from uuid import UUID

from issuer import batch
from issuer.audit import SYSTEM
from issuer.batch import mapping, uploads
from issuer.batch.attempts import begin_reading, refuse
from issuer.batch.mapping import Columns, WordCounts
from issuer.imports import FileFault, load_profile
from issuer.imports.guessing import take_sample
from issuer.jobs import words
from issuer.jobs.kinds import Kind
from issuer.organisations import identity
from issuer.service import Service
from issuer.store import jobs as store
from issuer.tables import Job, Organisation, Upload

UNKNOWN_NAME: Final = "planning en uren per medewerker, alle vestigingen, tweede kwartaal 2026.csv"
_HEADER: Final = (
    "Personeelsnummer;Volledige naam;E-mailadres;Opdracht-ID;Functie;Werkdatum;Aanvang;Einde;"
    "Pauze in minuten;Status;Beoordeling van de opdrachtgever (1 tot en met 5);"
    "Interne notitie van de planner\r\n"
)
_WORK: Final = (
    ("Afwas & spoelkeuken", "Voltooid"),
    ("Bediening terras", "Voltooid"),
    ("Orderpicken nachtploeg", "Voltooid"),
    ("Schoonmaak eventlocatie na afloop, met machine", "Voltooid"),
    ("Gastvrouw/gastheer", "Afgemeld door medewerker"),
    ("Mascotte", "No-show"),
)
_UNNAMED_COLUMNS: Final = "A;B;C\r\n" + "x1;iets;1\r\n" * 5


def unknown_export(rows: int = 40) -> str:
    """An export that no profile knows: eight people, six kinds of work, three statuses."""
    lines = []
    for number in range(rows):
        work, status = _WORK[number % len(_WORK)]
        worker = number % 8
        lines.append(
            f"P{worker};Noor van der Berg-Yılmaz {'ABCDEFGH'[worker]}.;noor{worker}@post.example;"
            f"O{number};{work};{3 + number % 25:02}-04-2026;09:00;17:30;30;{status};{3 + number % 3};-\r\n"
        )
    return _HEADER + "".join(lines)


def read_export(service: Service, organisation: Organisation, text: str, *, name: str) -> UUID:
    """Read an export as Klusdag writes them; nothing is stated."""
    order = batch.Order(name, load_profile("klusdag"), service.today(), SYSTEM)
    content = BytesIO(text.encode())
    return batch.preview(service.database, organisation, content, order, now=service.clock()).id


def lay_uploads(service: Service, organisation: Organisation) -> dict[str, str]:
    """Exports without a profile: just put down, with columns named, and one that says nothing.

    Of those with columns the words are counted, being counted, or too many.
    """
    fresh = _keep(service, organisation, unknown_export())
    named = _keep(service, organisation, unknown_export())
    large, wrong = (_keep(service, organisation, unknown_export()) for _ in range(2))
    draft = mapping.first_guess(unknown_export().encode())
    said = Columns(
        draft.encoding, draft.delimiter, draft.decimal, draft.date_format, draft.unit,
        tuple(column.role for column in draft.columns),
    )  # fmt: skip
    words.name_columns(service, organisation, named.id, said)
    with service.database.writing() as session:
        for each in (large, wrong):
            session.get_one(Upload, each.id).draft = said.to_json()
        session.get_one(Upload, wrong.id).words = WordCounts(
            fault=FileFault.TOO_MANY_WORDS, columns=("Opdracht-ID",)
        ).to_json()
        session.add(
            Job(
                kind=Kind.WORDS, state="running", total_count=212_000_000, done_count=83_000_000,
                subject=large.id, organisation_id=identity(organisation), part_count=1, parts_left=1,
                created_at=service.clock(),
            )
        )  # fmt: skip
    unnamed = _keep(service, organisation, _UNNAMED_COLUMNS)
    return {
        "upload": str(fresh.id), "named-upload": str(named.id), "large-upload": str(large.id),
        "wrong-upload": str(wrong.id), "unnamed-upload": str(unnamed.id),
    }  # fmt: skip


def lay_large_imports(service: Service, organisation: Organisation) -> dict[str, str]:
    """Two exports that the background got: one is being read, of the other nothing could be."""
    now = service.clock()
    with service.database.writing() as session:
        order = batch.Order("heel 2026.csv", load_profile("klusdag"), service.today(), SYSTEM)
        half, failed = (begin_reading(session, organisation, order, now=now) for _ in range(2))
        refuse(session, failed.id, FileFault.MISSING_COLUMNS, ("Medewerkernr", "Datum"))
        session.add(
            Job(
                kind=Kind.READING, state="running", total_count=212_000_000, done_count=83_000_000,
                subject=half.id, organisation_id=identity(organisation), part_count=1, parts_left=1,
                created_at=now,
            )
        )  # fmt: skip
        return {"reading": str(half.id), "unreadable": str(failed.id)}


def lay_jobs(service: Service, organisation: Organisation, import_id: UUID) -> dict[str, str]:
    """Jobs in every state. Those that are not over have no parts, so that no worker ends them."""
    made = {
        "waiting": Job(kind=Kind.OFFERS, state="waiting", total_count=1_240),
        "running": Job(
            kind=Kind.IMPORT, state="running", total_count=1_000_000, done_count=384_512, subject=import_id
        ),
        "done": Job(kind=Kind.OFFERS, state="done", total_count=1_240, done_count=1_240, made_count=1_198),
        "done-import": Job(
            kind=Kind.IMPORT, state="done", total_count=210, done_count=210, subject=import_id
        ),
        "failed": Job(
            kind=Kind.OFFERS, state="failed", total_count=1_240, done_count=900, error_code="unexpected"
        ),
    }
    now = service.clock()
    with service.database.writing() as session:
        for job in made.values():
            job.organisation_id, job.created_at = identity(organisation), now
            job.part_count, job.parts_left = 1, int(job.state in store.ACTIVE)
            session.add(job)
        return {f"{name}-job": str(job.id) for name, job in made.items()}


def _keep(service: Service, organisation: Organisation, text: str) -> Upload:
    return uploads.keep(
        service.database, organisation, BytesIO(text.encode()),
        file_name=UNKNOWN_NAME, look=take_sample, now=service.clock(),
    )  # fmt: skip
