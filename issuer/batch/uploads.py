"""Exports that wait to be read, or for an operator who names their columns.

They are kept in the database, in compressed pieces: see docs/adr/0016-uploads-in-the-database.md.
"""

from __future__ import annotations

import codecs
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from issuer.content import one_line
from issuer.database import Database
from issuer.errors import NotFoundError
from issuer.imports import FileFault, ImportFileError, Limits, Readable
from issuer.imports.bounded import BoundedStream
from issuer.imports.cells import SHORT_TEXT
from issuer.imports.guessing import HEAD_BYTES, Draft
from issuer.imports.table import BadRow
from issuer.imports.table_format import table_of
from issuer.organisations import identity
from issuer.store import profiles as store
from issuer.tables import Organisation, Upload, UploadChunk

PIECE_BYTES: Final = 512 * 1024
KEPT: Final = timedelta(days=1)
MOST_WORDS: Final = 300
TOLD_ROWS: Final = 10_000


class StoredUpload:
    """An upload as a stream; each piece is read in a transaction of its own.

    Attributes:
        given_bytes: how much of it was read.
    """

    def __init__(self, database: Database, upload_id: UUID) -> None:
        """Begin at the first byte."""
        self.given_bytes = 0
        self._database = database
        self._upload_id = upload_id
        self._number = 0
        self._ahead = b""

    def read(self, size: int, /) -> bytes:
        """Read up to `size` bytes; none at the end."""
        if not self._ahead:
            with self._database.reading() as session:
                packed = store.chunk(session, self._upload_id, self._number)
            self._ahead = zlib.decompress(packed) if packed else b""
            self._number += 1
        taken, self._ahead = self._ahead[:size], self._ahead[size:]
        self.given_bytes += len(taken)
        return taken


def keep(
    database: Database,
    organisation: Organisation,
    stream: Readable,
    *,
    file_name: str,
    look: Callable[[bytes], object],
    now: datetime,
) -> Upload:
    """Keep an export for a day at most.

    Args:
        database: where to keep it, in many short transactions.
        organisation: whose it is.
        stream: the file.
        file_name: as the operator knows it.
        look: is shown its first bytes, and may refuse it.
        now: the moment.

    Raises:
        ImportFileError: it is larger than an import may be, packed, or refused by `look`.
    """
    bounded = BoundedStream(stream, Limits().file_bytes)
    # The byte-order mark stays: it tells the encoding, and belongs to the digest of the file.
    first = (codecs.BOM_UTF8 if bounded.marked else b"") + bounded.read(HEAD_BYTES)
    look(first)
    bounded.give_back(first)
    upload = Upload(
        organisation_id=identity(organisation),
        file_name=one_line(file_name) or "export",
        expires_at=now + KEPT,
    )
    with database.writing() as session:
        session.add(upload)
    try:
        upload.size_bytes = _keep_pieces(database, upload, bounded)
        with database.writing() as session:
            session.merge(upload)
    except BaseException:
        with database.writing() as session:
            store.drop_upload(session, upload.id)
        raise
    return upload


def _keep_pieces(database: Database, upload: Upload, stream: BoundedStream) -> int:
    number = size_bytes = 0
    while piece := stream.read(PIECE_BYTES):
        packed = zlib.compress(piece, 1)
        chunk = UploadChunk(upload_id=upload.id, number=number, content=packed, expires_at=upload.expires_at)
        with database.writing() as session:
            session.add(chunk)
        number, size_bytes = number + 1, size_bytes + len(piece)
    return size_bytes


def find(session: Session, organisation: Organisation, upload_id: UUID) -> Upload:
    """Find an upload; raises `NotFoundError`."""
    found = store.upload_by_id(session, identity(organisation), upload_id)
    if found is None:
        raise NotFoundError("no such upload")
    return found


def head(database: Database, upload_id: UUID) -> bytes:
    """Read the first bytes of an upload."""
    return StoredUpload(database, upload_id).read(HEAD_BYTES)


def words_of(
    stream: Readable, draft: Draft, columns: list[str], told: Callable[[], None] = lambda: None
) -> dict[str, Counter[str]]:
    """Count what stands in some columns of a whole file; what is longer than a word may be is left out.

    Args:
        stream: the file, from its first byte.
        draft: how it is written.
        columns: which columns.
        told: hears that further rows were looked at; what it raises ends the counting there.

    Raises:
        ImportFileError: so many different things stand in one that it cannot be a kind of work or a status.
    """
    table = table_of(
        stream, draft.format, encoding=draft.encoding, delimiter=draft.delimiter, columns=columns
    )
    places = {name: table.header.index(name) for name in columns}
    counts: dict[str, Counter[str]] = {name: Counter() for name in columns}
    for number, row in enumerate(table.rows, start=1):
        if number % TOLD_ROWS == 0:
            told()
        if isinstance(row, BadRow) or len(row.cells) != len(table.header):
            continue
        for name, place in places.items():
            word = unicodedata.normalize("NFC", row.cells[place].strip())
            if 0 < len(word) <= SHORT_TEXT:
                counts[name][word] += 1
                if len(counts[name]) > MOST_WORDS:
                    message = f"more than {MOST_WORDS} different words in {name}"
                    raise ImportFileError(FileFault.TOO_MANY_WORDS, message, found=(name,))
    return counts
