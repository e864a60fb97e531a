"""The cryptography alone, with bare `cryptography` and `hashlib`: nobody can be faster with these."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from benchmarks.measuring import Act
from standard.keys import Algorithm

_ED25519: Final = ed25519.Ed25519PrivateKey.generate()
_P256: Final = ec.generate_private_key(ec.SECP256R1())
_P384: Final = ec.generate_private_key(ec.SECP384R1())


def signature_floors(algorithm: Algorithm, message: bytes) -> tuple[Act, Act]:
    """One signature of a message, and its check."""
    if algorithm == "Ed25519":
        signature = _ED25519.sign(message)
        return partial(_ED25519.sign, message), partial(_ED25519.public_key().verify, signature, message)
    key, hashed = (_P256, hashes.SHA256()) if algorithm == "P-256" else (_P384, hashes.SHA384())
    suite = ec.ECDSA(hashed)
    return (
        partial(key.sign, message, suite),
        partial(key.public_key().verify, key.sign(message, suite), message, suite),
    )


def content_floors(algorithm: Algorithm, content: bytes) -> tuple[Act, Act]:
    """The hash of a content and one signature, and the hash and the check of the signature."""
    hashed: Callable[[bytes], object] = hashlib.sha384 if algorithm == "P-384" else hashlib.sha256
    sign, verify = signature_floors(algorithm, bytes(64))
    return lambda: (hashed(content), sign()), lambda: (hashed(content), verify())
