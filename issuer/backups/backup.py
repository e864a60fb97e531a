"""Backup and restore: everything that this service knows and holds, in one sealed file.

What is inside is lines of JSON, compressed: a first line that says what it is, then every table with its
rows and every key file, then a last line with counts and the digest of all lines before it. It is a
logical export, so that a backup of SQLite can be restored on PostgreSQL and the other way round. Sessions,
tokens and nonces are left out: after a restore everyone logs in again.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from issuer.backups import export
from issuer.backups.sealed_file import Cost, SealedReader, SealedWriter
from issuer.errors import BackupError
from issuer.keyring.keys import CLAIM_CODES_FILE, KeyFolder
from issuer.migrations import upgrade
from issuer.service import Service
from standard import strict_json
from standard.errors import JsonError
from standard.timestamps import write_moment

FORMAT: Final = 1
LINE_LIMIT_BYTES: Final = 64 << 20
KEY_LIMIT_BYTES: Final = 1 << 16
KEY_NAME: Final = re.compile(rf"[a-z0-9_-]{{1,64}}/[a-z0-9-]{{1,64}}\.pem|{re.escape(CLAIM_CODES_FILE)}")


class Part(StrEnum):
    """What can be restored alone."""

    DATABASE = "database"
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a backup, known after it was read from end to end."""

    made_at: str
    revision: str
    rows: dict[str, int]
    key_count: int


def write(service: Service, file: BinaryIO, passphrase: str, *, cost: Cost, now: datetime) -> Contents:
    """Write a backup while the service runs: the database as it is at one moment, and the keys.

    Raises:
        BackupError: the passphrase is too short.
    """
    with (
        export.snapshot(service.database) as snapshot,
        closing(SealedWriter(file, passphrase, cost)) as sealed,
        gzip.GzipFile(fileobj=cast("BinaryIO", sealed), mode="wb", compresslevel=6, mtime=0) as packed,
    ):
        digest, rows, key_count = hashlib.sha256(), Counter[str](), 0
        first = {"backup": FORMAT, "madeAt": write_moment(now), "revision": snapshot.revision}
        lines = _lines(first, snapshot.lines(), _key_lines(service.keys))
        for line, kind in lines:
            digest.update(line)
            packed.write(line)
            rows[kind] += 1
        key_count = rows.pop("key", 0)
        rows.pop("", None)
        packed.write(_line({"end": {"rows": rows, "keys": key_count, "sha256": digest.hexdigest()}}))
    return Contents(write_moment(now), snapshot.revision, dict(rows), key_count)


def check(file: BinaryIO, passphrase: str) -> Contents:
    """Read a backup from end to end, and believe nothing before its last line.

    Raises:
        BackupError: another passphrase, or a file that is damaged, cut off, or no backup.
    """
    digest, rows, key_count, first, table = hashlib.sha256(), Counter[str](), 0, None, ""
    for line, document in _read(file, passphrase):
        match document:
            case {"backup": int(number), "madeAt": str(), "revision": str()} if first is None:
                first = document
                if number != FORMAT:
                    raise BackupError("the backup is of a later format")
            case {"table": str(table), "columns": list()} if first is not None:
                pass
            case {"row": list()} if table:
                rows[table] += 1
            case {"key": str(name), "content": str()} if first is not None and KEY_NAME.fullmatch(name):
                key_count += 1
            case {"end": {"rows": counted, "keys": keys, "sha256": said}} if first is not None:
                if (counted, keys, said) != (dict(rows), key_count, digest.hexdigest()):
                    raise BackupError("the backup does not hold what it says that it holds")
                return Contents(str(first["madeAt"]), str(first["revision"]), dict(rows), key_count)
            case _:
                raise BackupError("the backup holds something unknown")
        digest.update(line)
    raise BackupError("the backup has no end")


def restore(service: Service, path: Path, passphrase: str, parts: frozenset[Part]) -> Contents:
    """Put back what a backup holds; the backup is read from end to end before anything is written.

    Args:
        service: whose database and key folder are to be filled.
        path: the file.
        passphrase: what opens it.
        parts: what to put back: the database, the keys, or both.

    Raises:
        BackupError: as `check`; there is something where it would be put; or the backup was made by another
            release.
    """
    with path.open("rb") as file:
        contents = check(file, passphrase)
    if Part.DATABASE in parts:
        upgrade(service.database)
        export.refuse_unless_empty(service.database, contents.revision)
    if Part.KEYS in parts and any(service.keys.files()):
        raise BackupError("the key folder holds keys already; nothing is overwritten")
    if Part.KEYS in parts:
        with path.open("rb") as file:
            for _, document in _read(file, passphrase):
                if "key" in document:
                    service.keys.put(document["key"], base64.b64decode(document["content"]))
    if Part.DATABASE in parts:
        with path.open("rb") as file:
            export.fill(service.database, (document for _, document in _read(file, passphrase)))
    return contents


def _lines(
    first: dict[str, Any], tables: Iterator[tuple[str, dict[str, Any]]], keys: Iterator[dict[str, Any]]
) -> Iterator[tuple[bytes, str]]:
    """Every line with what it counts as: a row of a table, a key, or nothing."""
    yield _line(first), ""
    for table, document in tables:
        yield _line(document), table
    for document in keys:
        yield _line(document), "key"


def _key_lines(keys: KeyFolder) -> Iterator[dict[str, Any]]:
    for name, content in keys.files():
        if KEY_NAME.fullmatch(name) and len(content) <= KEY_LIMIT_BYTES:
            yield {"key": name, "content": base64.b64encode(content).decode("ascii")}
        else:
            raise BackupError(f"the key folder holds something that is no key: {name}")


def _line(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"


def _read(file: BinaryIO, passphrase: str) -> Iterator[tuple[bytes, dict[str, Any]]]:
    sealed = io.BufferedReader(SealedReader(file, passphrase))
    try:
        with gzip.GzipFile(fileobj=sealed, mode="rb") as packed:
            while line := packed.readline(LINE_LIMIT_BYTES):
                document = strict_json.loads(line, limit_bytes=LINE_LIMIT_BYTES, floats=True)
                if not isinstance(document, dict):
                    raise BackupError("the backup holds something unknown")
                yield line, document
    except (EOFError, gzip.BadGzipFile, JsonError, ValueError) as error:
        raise BackupError("the backup is damaged") from error
