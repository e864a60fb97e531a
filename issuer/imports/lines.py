"""Decodes an upload line by line, and keeps a row from growing without end."""

from __future__ import annotations

import io
from collections.abc import Iterator

from issuer.imports.bounded import BoundedStream

_CHUNK_BYTES = 32 * 1024


class RowTooLongError(Exception):
    """A row that does not fit the limit; the rest of its line has been skipped."""


class Lines(Iterator[str]):
    """Decoded lines for the CSV reader, which may join several into one row.

    The file is decoded by chunks that end at a line, which is several times faster than line by line.
    """

    def __init__(self, stream: BoundedStream, encoding: str, limit: int) -> None:
        """Read lines in an encoding, of which a row may take up `limit` characters."""
        self._stream = stream
        self._encoding = "utf-8" if stream.marked else encoding
        self._limit = limit
        self._left = limit
        self._lines: Iterator[str] = iter(())
        self._begun = b""

    def start_row(self) -> None:
        """Say that the next line begins a row."""
        self._left = self._limit

    def __next__(self) -> str:
        """Give the next line; raises `RowTooLongError`."""
        line = next(self._lines, None)
        if line is None:
            self._refill()
            line = next(self._lines)
        self._left -= len(line)
        if self._left < 0:
            raise RowTooLongError
        return line

    def _refill(self) -> None:
        """Decode up to the last end of a line in the next chunk; the rest begins the chunk after it."""
        while chunk := self._stream.read(_CHUNK_BYTES):
            end = chunk.rfind(b"\n") + 1
            if not end and len(self._begun) + len(chunk) > self._limit:
                self._skip_line()
                raise RowTooLongError
            whole, self._begun = (
                (self._begun + chunk[:end], chunk[end:]) if end else (b"", self._begun + chunk)
            )
            if whole:
                self._give(whole)
                return
        last, self._begun = self._begun, b""
        self._give(last)

    def _skip_line(self) -> None:
        """Read on to the end of a line that no row can be as long as."""
        self._begun = b""
        while chunk := self._stream.read(_CHUNK_BYTES):
            if end := chunk.find(b"\n") + 1:
                self._begun = chunk[end:]
                return

    def _give(self, whole: bytes) -> None:
        # A newline of StringIO's own would also end lines where the CSV reader sees none.
        self._lines = iter(io.StringIO(whole.decode(self._encoding, "surrogateescape"), newline="\n"))
