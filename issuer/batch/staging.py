"""Records on their way from an export to statements: in blocks, by buckets of workers.

An export is sorted by time, statements are made by worker. So each record goes to the bucket of its
worker, and a block holds the records of one bucket from one stretch of the file. Reading needs the memory
of one stretch, a commit that of one bucket, and the database sees one row for hundreds of records.
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Final
from uuid import UUID

from sqlmodel import Session

from issuer.content import read_records, record_key, write_records
from issuer.imports import CancelledGig, GigRecord, Reason, Record, RowError
from issuer.store import imports as store
from issuer.tables import StagedBlock

BUCKETS: Final = 128
RECORDS_A_WORKER: Final = 100_000
"""Thirty deliveries a day for thirteen years; all records of one worker are in memory at once."""
_WORKER_BYTES: Final = 8
_KEY_BYTES: Final = 12
_DIGEST_BYTES: Final = _WORKER_BYTES + _KEY_BYTES


@dataclass(slots=True)
class Settled:
    """What a look at every bucket found: how many workers there are, and what had to be taken out."""

    worker_count: int = 0
    good_count: int = 0
    cancelled_count: int = 0
    refused_count: int = 0
    categories: Counter[str] = field(default_factory=Counter)


def store_stretch(session: Session, import_id: UUID, number: int, records: Iterable[Record]) -> None:
    """Stage the records of one stretch of a file; stretches are numbered in its order."""
    buckets: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        buckets[_bucket_of(record.worker.key)].append(record)
    blocks = [_block(import_id, bucket, number, buckets[bucket]) for bucket in sorted(buckets)]
    store.add_blocks(session, blocks)


def by_worker(session: Session, import_id: UUID, buckets: Collection[int]) -> dict[str, list[Record]]:
    """Read the records of some buckets, each worker's in the order of the file."""
    workers: dict[str, list[Record]] = defaultdict(list)
    for block in store.blocks(session, import_id, buckets):
        for record in read_records(block.content):
            workers[record.worker.key].append(record)
    for records in workers.values():
        records.sort(key=lambda record: record.row)
    return workers


def forget_worker(session: Session, organisation_id: int, worker_key: str) -> None:
    """Take out what imports that wait for a yes, or are still being stated, say about a worker."""
    bucket = _bucket_of(worker_key)
    for import_id in store.undecided_imports(session, organisation_id):
        for block in store.blocks(session, import_id, [bucket]):
            records = read_records(block.content)
            kept = [record for record in records if record.worker.key != worker_key]
            if len(kept) < len(records):
                store.replace_block(session, _block(import_id, bucket, block.number, kept))


def is_settled(session: Session, import_id: UUID, bucket: int, settled: Settled) -> bool:
    """Count the workers of a bucket; false when something in it has to be refused, which is rare."""
    seen: set[bytes] = set()
    total = 0
    for digests in store.digests(session, import_id, bucket):
        total += len(digests) // _DIGEST_BYTES
        seen.update(digests[at : at + _DIGEST_BYTES] for at in range(0, len(digests), _DIGEST_BYTES))
    settled.worker_count += len({digest[:_WORKER_BYTES] for digest in seen})
    return len(seen) == total and total <= RECORDS_A_WORKER


def refuse_repeats(
    session: Session, import_id: UUID, bucket: int, settled: Settled, *, file: str, column: str
) -> None:
    """Refuse second records under one key of one worker, and more than one worker can have.

    Args:
        session: a writing transaction.
        import_id: an import whose file was read to its end.
        bucket: which one.
        settled: where to add what was taken out.
        file: what row errors call the file.
        column: where the key of a gig stands.
    """
    seen: set[bytes] = set()
    per_worker: Counter[str] = Counter()
    for block in store.blocks(session, import_id, [bucket]):
        kept: list[Record] = []
        refused: list[RowError] = []
        for record in sorted(read_records(block.content), key=lambda record: record.row):
            per_worker[record.worker.key] += 1
            if (digest := _digest(record)) in seen:
                refused.append(
                    RowError(file, record.row, column, Reason.DUPLICATE, "this key occurred before")
                )
            elif per_worker[record.worker.key] > RECORDS_A_WORKER:
                message = f"more than {RECORDS_A_WORKER} records of one worker"
                refused.append(RowError(file, record.row, None, Reason.TOO_MANY, message))
            else:
                seen.add(digest)
                kept.append(record)
                continue
            _take_out(record, settled)
        if refused:
            store.add_refused(session, import_id, refused)
            store.replace_block(session, _block(import_id, bucket, block.number, kept))


def _bucket_of(worker_key: str) -> int:
    return zlib.crc32(worker_key.encode("utf-8")) % BUCKETS


def _take_out(record: Record, settled: Settled) -> None:
    settled.refused_count += 1
    if isinstance(record, CancelledGig):
        settled.cancelled_count += 1
        return
    settled.good_count += 1
    if isinstance(record, GigRecord):
        settled.categories[record.category] += 1


def _block(import_id: UUID, bucket: int, number: int, records: list[Record]) -> StagedBlock:
    return StagedBlock(
        import_id=import_id,
        bucket=bucket,
        number=number,
        record_count=len(records),
        digests=b"".join(map(_digest, records)),
        content=write_records(records),
    )


def _digest(record: Record) -> bytes:
    return (
        _worker_digest(record.worker.key)
        + blake2b(record_key(record).encode("utf-8"), digest_size=_KEY_BYTES).digest()
    )


@lru_cache(maxsize=4096)
def _worker_digest(worker_key: str) -> bytes:
    return blake2b(worker_key.encode("utf-8"), digest_size=_WORKER_BYTES).digest()
