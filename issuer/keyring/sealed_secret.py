"""A secret of random bytes in a file that only a passphrase opens: Argon2id, then AES-256-GCM.

Key files have a format for that, PKCS #8; a secret that is no key has none. The first line names this one.
Source: RFC 9106, "Parameter Choice", the second recommended option with one lane.
"""

from __future__ import annotations

import secrets
from typing import Final

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from issuer.errors import KeyFolderError

HEADER: Final = b"KLUSCV-SECRET 1\n"
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32


def is_sealed(content: bytes) -> bool:
    """Whether a file is of this format."""
    return content.startswith(HEADER)


def seal(secret: bytes, passphrase: bytes) -> bytes:
    """Encrypt a secret."""
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    return HEADER + salt + nonce + AESGCM(_derived(passphrase, salt)).encrypt(nonce, secret, HEADER)


def unseal(content: bytes, passphrase: bytes) -> bytes:
    """Decrypt a secret.

    Raises:
        KeyFolderError: it was changed, or sealed with another passphrase.
    """
    rest = content.removeprefix(HEADER)
    salt, nonce = rest[:SALT_BYTES], rest[SALT_BYTES : SALT_BYTES + NONCE_BYTES]
    sealed = rest[SALT_BYTES + NONCE_BYTES :]
    try:
        return AESGCM(_derived(passphrase, salt)).decrypt(nonce, sealed, HEADER)
    except (InvalidTag, ValueError) as error:
        raise KeyFolderError("a secret in the keys folder does not open with this passphrase") from error


def _derived(passphrase: bytes, salt: bytes) -> bytes:
    if len(salt) < SALT_BYTES:
        raise KeyFolderError("a secret in the keys folder is damaged")
    return hash_secret_raw(
        passphrase, salt, time_cost=3, memory_cost=64 * 1024, parallelism=1, hash_len=KEY_BYTES, type=Type.ID
    )
