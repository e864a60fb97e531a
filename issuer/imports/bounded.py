"""Reads an upload without ever holding more of it than one chunk."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final, Protocol

from issuer.imports.errors import FileFault, ImportFileError

_LONGEST_START: Final = 8
_ARCHIVES: Final = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
)
_OFFICE_FILE: Final = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of one export is read: in all, and per row or JSON entry.

    The memory is a row's; the first limit is there for the disk. What comes over HTTP has a lower one.
    """

    file_bytes: int = 4 << 30
    row_bytes: int = 256 * 1024


class Readable(Protocol):
    """The one thing that is asked of an upload."""

    def read(self, size: int, /) -> bytes:
        """Read up to `size` bytes; none at the end."""
        ...


class BoundedStream:
    """A stream that refuses to be read past a limit and drops a UTF-8 byte-order mark.

    Attributes:
        marked: whether the stream began with a UTF-8 byte-order mark.
    """

    def __init__(self, stream: Readable, limit_bytes: int) -> None:
        """Look at the first bytes.

        Raises:
            ImportFileError: the stream is packed, a spreadsheet's own file, or UTF-16 text.
        """
        self._stream = stream
        self._left = limit_bytes
        self._ahead = b""
        start = b""
        while len(start) < _LONGEST_START and (more := self.read(_LONGEST_START - len(start))):
            start += more
        _refuse_other_files(start)
        self.marked = start.startswith(codecs.BOM_UTF8)
        self._ahead = start.removeprefix(codecs.BOM_UTF8)

    def read(self, size: int) -> bytes:
        """Read up to `size` bytes.

        Raises:
            ImportFileError: the stream is longer than its limit.
        """
        if self._ahead:
            taken, self._ahead = self._ahead[:size], self._ahead[size:]
            return taken if len(taken) == size else taken + self.read(size - len(taken))
        read = self._stream.read(size)
        self._left -= len(read)
        if self._left < 0:
            raise ImportFileError(FileFault.TOO_LARGE, "the file is larger than an import may be")
        return read

    def give_back(self, read: bytes) -> None:
        """Put bytes back that were only looked at."""
        self._ahead = read + self._ahead


def _refuse_other_files(start: bytes) -> None:
    """Refuse by its first bytes what is not text; nothing is ever unpacked here."""
    # Without a mark, every second byte of what is written in western letters is zero.
    is_unmarked_utf16 = len(start) == _LONGEST_START and not (any(start[::2]) and any(start[1::2]))
    if is_unmarked_utf16 or start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ImportFileError(FileFault.ENCODING, "UTF-16 text; save the file as UTF-8")
    if start.startswith((*_ARCHIVES, _OFFICE_FILE)):
        raise ImportFileError(
            FileFault.PACKED, "a packed file or a workbook; unpack it, or save the sheet as CSV"
        )
