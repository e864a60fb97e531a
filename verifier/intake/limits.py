"""Limits on what is handed in, and reading that never goes beyond them."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import BinaryIO, Final

from verifier.intake.errors import IntakeError, IntakeReason

UPLOAD_LIMIT_BYTES: Final = 25_000_000
"""Larger than any phone's photo; a KlusCV as PDF is under one megabyte."""

TEXT_LIMIT_BYTES: Final = 2_000_000
"""JSON, SD-JWT and the text of QR codes."""


def read_file(path: Path, *, limit_bytes: int = UPLOAD_LIMIT_BYTES) -> bytes:
    """Read a file, or refuse it by its size before a byte is read.

    Raises:
        IntakeError: it is empty, too large, or not a file.
    """
    with path.open("rb") as stream:
        status = path.stat()
        if stat.S_ISREG(status.st_mode) and status.st_size > limit_bytes:
            raise IntakeError(IntakeReason.TOO_LARGE)
        return read_stream(stream, limit_bytes=limit_bytes)


def read_stream(stream: BinaryIO, *, limit_bytes: int = UPLOAD_LIMIT_BYTES) -> bytes:
    """Read at most the limit. One byte more tells a full stream from one that is too long."""
    data = stream.read(limit_bytes + 1)
    if len(data) > limit_bytes:
        raise IntakeError(IntakeReason.TOO_LARGE)
    if not data:
        raise IntakeError(IntakeReason.EMPTY)
    return data
