"""Reads an upload without ever holding more of it than one row."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import BinaryIO

from issuer.imports.errors import FileFault, ImportFileError


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of one export is read: in all, and per row or JSON entry."""

    file_bytes: int = 512 * 1024 * 1024
    row_bytes: int = 256 * 1024


class BoundedStream:
    """A binary stream that refuses to be read past a limit and drops a UTF-8 byte-order mark.

    Attributes:
        marked: whether the stream began with a UTF-8 byte-order mark.
    """

    def __init__(self, stream: BinaryIO, limit_bytes: int) -> None:
        """Look at the first bytes.

        Raises:
            ImportFileError: the stream is UTF-16 text, which Excel calls "Unicode text".
        """
        self._stream = stream
        self._left = limit_bytes
        self._ahead = b""
        start = self.read(len(codecs.BOM_UTF8))
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise ImportFileError(FileFault.ENCODING, "UTF-16 text; save the file as UTF-8")
        self.marked = start == codecs.BOM_UTF8
        self._ahead = b"" if self.marked else start

    def read(self, size: int) -> bytes:
        """Read up to `size` bytes.

        Raises:
            ImportFileError: the stream is longer than its limit.
        """
        if self._ahead:
            taken, self._ahead = self._ahead[:size], self._ahead[size:]
            return taken
        return self._counted(self._stream.read(size))

    def readline(self, limit: int) -> bytes:
        """Read up to the end of the line, or `limit` bytes of it.

        Raises:
            ImportFileError: the stream is longer than its limit.
        """
        line, self._ahead = self._ahead, b""
        if b"\n" in line:
            end = line.index(b"\n") + 1
            line, self._ahead = line[:end], line[end:]
            return line
        return line + self._counted(self._stream.readline(max(limit - len(line), 1)))

    def _counted(self, read: bytes) -> bytes:
        self._left -= len(read)
        if self._left < 0:
            raise ImportFileError(FileFault.TOO_LARGE, "the file is larger than an import may be")
        return read
