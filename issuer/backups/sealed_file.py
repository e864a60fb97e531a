"""A file that only a passphrase opens, written and read as a stream.

The first line names the format and how the key is derived (Argon2id). Then come chunks, each with its
length in four bytes: AES-256-GCM under that key, with the chunk's number and whether it is the last one as
the nonce, and the first line as associated data. So chunks cannot be changed, left out, put in another
order or cut off; the salt is fresh, so no key and nonce come twice.

Source: RFC 9106, "Argon2 Algorithm"; Hoang, Reyhanitabar, Rogaway and Vizár, "Online Authenticated-Encryption
and its Nonce-Reuse Misuse-Resistance", the STREAM construction.
"""

from __future__ import annotations

import io
import re
import secrets
from dataclasses import dataclass
from typing import BinaryIO, Final

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from issuer.errors import BackupError

CHUNK_BYTES: Final = 1 << 18
TAG_BYTES: Final = 16
KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
LENGTH_BYTES: Final = 4
HEADER_LIMIT: Final = 200
HEADER: Final = re.compile(rb"KLUSCV-SEALED 1 argon2id m=(\d{1,7}) t=(\d{1,2}) p=(\d{1,2}) ([0-9a-f]{32})\n")
PASSPHRASE_CHARACTERS: Final = 12


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess of a passphrase costs."""

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 4


MOST: Final = Cost(memory_kib=1 << 20, passes=20, lanes=16)
"""A file that asks for more is not opened: it could ask for all the memory there is."""


class SealedWriter(io.RawIOBase):
    """Encrypts what is written to it; nothing is complete before `close`."""

    def __init__(self, file: BinaryIO, passphrase: str, cost: Cost) -> None:
        """Write the first line.

        Raises:
            BackupError: the passphrase is too short to protect anything.
        """
        if len(passphrase) < PASSPHRASE_CHARACTERS:
            raise BackupError(f"the passphrase needs {PASSPHRASE_CHARACTERS} characters or more")
        salt = secrets.token_bytes(SALT_BYTES)
        parameters = f"m={cost.memory_kib} t={cost.passes} p={cost.lanes}"
        self._header = f"KLUSCV-SEALED 1 argon2id {parameters} {salt.hex()}\n".encode("ascii")
        self._cipher = AESGCM(_derive(passphrase, salt, cost))
        self._file, self._pending, self._number = file, bytearray(), 0
        file.write(self._header)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Take bytes; whole chunks leave at once."""
        self._pending += data
        while len(self._pending) > CHUNK_BYTES:
            self._seal(bytes(self._pending[:CHUNK_BYTES]), is_last=False)
            del self._pending[:CHUNK_BYTES]
        return len(data)

    def close(self) -> None:
        """Write the last chunk; the file below stays open."""
        if not self.closed:
            self._seal(bytes(self._pending), is_last=True)
        super().close()

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, is_last=is_last), chunk, self._header)
        self._file.write(len(sealed).to_bytes(LENGTH_BYTES, "big") + sealed)
        self._number += 1


class SealedReader(io.RawIOBase):
    """Decrypts a file that `SealedWriter` made; gives nothing that was not verified."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        """Read the first line.

        Raises:
            BackupError: not such a file, or one that is too costly to open.
        """
        self._header = file.readline(HEADER_LIMIT)
        match = HEADER.fullmatch(self._header)
        if match is None:
            raise BackupError("not a backup of this service")
        cost = Cost(int(match[1]), int(match[2]), int(match[3]))
        if cost.memory_kib > MOST.memory_kib or cost.passes > MOST.passes or cost.lanes > MOST.lanes:
            raise BackupError("the backup asks for more memory or time than it may")
        self._cipher = AESGCM(_derive(passphrase, bytes.fromhex(match[4].decode()), cost))
        self._file, self._ready, self._number, self._is_done = file, b"", 0, False

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill a buffer from the next chunk.

        Raises:
            BackupError: another passphrase, or the file was changed or cut off.
        """
        while not self._ready and not self._is_done:
            self._ready = self._open()
        taken = self._ready[: len(buffer)]
        buffer[: len(taken)] = taken
        self._ready = self._ready[len(taken) :]
        return len(taken)

    def _open(self) -> bytes:
        length = int.from_bytes(self._file.read(LENGTH_BYTES), "big")
        if not TAG_BYTES <= length <= CHUNK_BYTES + TAG_BYTES:
            raise BackupError("the backup is cut off or damaged")
        sealed = self._file.read(length)
        for is_last in (False, True):
            try:
                chunk = self._cipher.decrypt(_nonce(self._number, is_last=is_last), sealed, self._header)
            except InvalidTag:
                continue
            self._number, self._is_done = self._number + 1, is_last
            if is_last and self._file.read(1):
                raise BackupError("something follows the backup")
            return chunk
        raise BackupError("the passphrase does not fit, or the backup is damaged")


def _derive(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    try:
        return hash_secret_raw(
            passphrase.encode("utf-8"), salt, time_cost=cost.passes, memory_cost=cost.memory_kib,
            parallelism=cost.lanes, hash_len=KEY_BYTES, type=Type.ID,
        )  # fmt: skip
    except HashingError as error:  # no lanes, no passes, or less memory than the lanes need
        raise BackupError("the first line of the backup is damaged") from error


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
