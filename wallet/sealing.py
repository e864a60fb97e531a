"""Sealing bytes so that they open under one key and at one place only.

AES-256-GCM with a random 96-bit nonce in front. The place (worker, table, row, version) is
authenticated: a row that is moved or renumbered in the database no longer opens.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wallet.errors import VaultError

KEY_BYTES = 32
_NONCE_BYTES = 12
_CONTEXT = b"kluscv-vault-v1"


@dataclass(frozen=True, slots=True)
class VaultKey:
    """A 256-bit key that does not show itself in logs and tracebacks."""

    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise VaultError("a vault key has 32 bytes")

    @classmethod
    def generate(cls) -> VaultKey:
        """Make a fresh random key."""
        return cls(secrets.token_bytes(KEY_BYTES))


@dataclass(frozen=True, slots=True)
class Place:
    """Where sealed bytes belong."""

    worker: str
    table: str
    row: str
    version: int

    def associated_data(self) -> bytes:
        """Encode without ambiguity: every part is preceded by its length."""
        parts = [self.worker, self.table, self.row, str(self.version)]
        encoded = [part.encode() for part in parts]
        return _CONTEXT + b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def seal(key: VaultKey, place: Place, plaintext: bytes) -> bytes:
    """Encrypt for one place; the nonce leads the result."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key.raw).encrypt(nonce, plaintext, place.associated_data())


def unseal(key: VaultKey, place: Place, sealed: bytes) -> bytes:
    """Decrypt what `seal` made for this very place.

    Raises:
        VaultError: another key, another place, or changed bytes; it is not said which.
    """
    if len(sealed) <= _NONCE_BYTES:
        raise VaultError("sealed bytes are too short")
    try:
        return AESGCM(key.raw).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.associated_data())
    except InvalidTag as error:
        raise VaultError("sealed bytes do not open here") from error


def derive(secret: bytes, *, purpose: str, salt: bytes = b"") -> bytes:
    """Derive 32 bytes for one purpose from a secret that is random already (HKDF-SHA-256)."""
    return HKDF(SHA256(), KEY_BYTES, salt or None, f"kluscv-{purpose}-v1".encode()).derive(secret)
