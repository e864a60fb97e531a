"""Copies for holder keys that are known beforehand, as a job: each part signs for fifty workers."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final, TextIO
from uuid import uuid4

from sqlmodel import Session

from issuer.errors import KeysFileError
from issuer.jobs.enqueueing import enqueue
from issuer.jobs.kinds import Kind, Progress
from issuer.organisations import identity, signers
from issuer.service import Service
from issuer.signing import known_keys
from issuer.signing.drafts import Draft, Signing
from issuer.signing.places import draw_places
from issuer.store import jobs as store
from issuer.store.copies import copies_of_worker
from issuer.store.imports import add_in_batches
from issuer.store.workers import ids_by_key
from issuer.tables import Copy, HolderKey, Job, Organisation
from standard import base64url
from standard.dids import did_key_public_key
from standard.errors import KeyFormatError
from standard.keys import PublicKey
from standard.model import Did

HOLDERS_AT_ONCE: Final = 50
READ_AT_ONCE: Final = 1_000
COLUMNS: Final = ("worker_key", "did")
LINE_LIMIT: Final = 1_000


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One row of a file of keys: the organisation's key for a worker, and the worker's own did:key."""

    row: int
    worker_key: str
    did: str


def read_keys(text: TextIO) -> Iterator[KeyRow]:
    """Read a CSV of `worker_key,did` row by row.

    Raises:
        KeysFileError: the columns are others, or a row has no P-256 did:key; the message names the row.
    """
    reader = csv.reader(_bounded(text))
    if tuple(next(reader, ())) != COLUMNS:
        raise KeysFileError("the first row must be worker_key,did")
    try:
        for cells in reader:
            if len(cells) != len(COLUMNS):
                raise KeysFileError(f"row {reader.line_num}: {len(cells)} columns instead of {len(COLUMNS)}")
            worker_key, did = cells
            _holder(did, reader.line_num)
            yield KeyRow(reader.line_num, worker_key, did)
    except csv.Error as error:
        raise KeysFileError(f"row {reader.line_num}: not CSV") from error


def start(session: Session, organisation: Organisation, rows: Iterator[KeyRow], *, now: datetime) -> Job:
    """Sign, in the background, what these workers miss.

    Raises:
        KeysFileError: the organisation has no such worker; the message names the row.
    """
    list_id, total = uuid4(), 0
    while batch := list(islice(rows, READ_AT_ONCE)):
        known = ids_by_key(session, identity(organisation), {row.worker_key for row in batch})
        for row in batch:
            if row.worker_key not in known:
                raise KeysFileError(f"row {row.row}: the organisation has no such worker")
        values = [
            {"list_id": list_id, "number": number, "worker_id": known[row.worker_key], "did": row.did}
            for number, row in enumerate(batch, start=total)
        ]
        add_in_batches(session, ((HolderKey, row_values) for row_values in values))
        total += len(batch)
    return enqueue(
        session, organisation, Kind.COPIES,
        total=total, part_count=-(-total // HOLDERS_AT_ONCE), subject=list_id, now=now,
    )  # fmt: skip


def of_rows(
    session: Session, organisation: Organisation, rows: Iterator[KeyRow]
) -> Iterator[tuple[KeyRow, Copy]]:
    """Give the copies that the holders of these rows have."""
    while batch := list(islice(rows, READ_AT_ONCE)):
        known = ids_by_key(session, identity(organisation), {row.worker_key for row in batch})
        for row in batch:
            thumbprint = base64url.encode(_holder(row.did, row.row).thumbprint())
            for copy in copies_of_worker(session, known[row.worker_key], thumbprint):
                yield row, copy
        session.expunge_all()


@dataclass(frozen=True, slots=True)
class Signed:
    """What one part signed, and with what."""

    holder_count: int
    drafts: list[Draft]
    signing: Signing


class CopiesWork:
    """Signs what the holders of a list miss."""

    def prepare(self, service: Service, organisation: Organisation, job: Job, number: int) -> Signed:
        """Sign, at places that are free now."""
        if job.subject is None:
            raise ValueError("the job has no list of keys")
        with service.database.reading() as session:
            first, after = (edge * job.total_count // job.part_count for edge in (number, number + 1))
            keys = store.holder_keys(session, job.subject, first=first, count=after - first)
            holders = [(key.worker_id, _holder(key.did, key.number)) for key in keys]
            wanted = known_keys.wanted_copies(session, holders, now=service.clock())
            signing = Signing(
                signers(session, service.keys, organisation),
                service.status_base(organisation.slug),
                service.clock(),
            )
        with service.database.writing() as session:
            place = draw_places(session, identity(organisation), len(wanted))
        return Signed(len(keys), signing.drafts(wanted, *place), signing)

    def apply(
        self,
        session: Session,
        service: Service,  # noqa: ARG002 - what it would give is in `prepared`
        organisation: Organisation,
        prepared: Signed,
    ) -> Progress:
        """Store what was signed."""
        made = known_keys.put(session, organisation, prepared.drafts, signing=prepared.signing)
        return Progress(handled=prepared.holder_count, made=made)

    def finish(self, session: Session, job: Job) -> None:
        """Forget the list of keys."""
        if job.subject is not None:
            store.forget_holder_keys(session, job.subject)


def _bounded(text: TextIO) -> Iterator[str]:
    """Refuse lines that no row of two columns needs, before they are read whole."""
    while line := text.readline(LINE_LIMIT):
        if len(line) == LINE_LIMIT:
            raise KeysFileError(f"a line is longer than {LINE_LIMIT} characters")
        yield line


def _holder(did: str, row: int) -> PublicKey:
    try:
        key = did_key_public_key(Did(did))
    except KeyFormatError as error:
        raise KeysFileError(f"row {row}: not a did:key") from error
    if key.algorithm != "P-256":
        raise KeysFileError(f"row {row}: a holder key is a P-256 key")
    return key
