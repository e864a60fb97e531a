"""Secrets that the service must be able to read again: AES-256-GCM under a key from the keys folder."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from issuer.errors import KeyFolderError

NONCE_BYTES = 12


def seal(content: bytes, *, purpose: str, service_secret: bytes) -> bytes:
    """Encrypt a secret for one purpose; under another it does not open."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key(service_secret)).encrypt(nonce, content, purpose.encode())


def unseal(sealed: bytes, *, purpose: str, service_secret: bytes) -> bytes:
    """Decrypt a secret.

    Raises:
        KeyFolderError: it was changed, is for another purpose, or the keys folder is another one.
    """
    nonce, content = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(_key(service_secret)).decrypt(nonce, content, purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise KeyFolderError("a sealed secret does not open with this keys folder") from error


def _key(service_secret: bytes) -> bytes:
    return hmac.digest(service_secret, b"operators' sealed secrets", hashlib.sha256)
