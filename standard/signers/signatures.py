"""What every far signer needs: the digest that is sent, and a signature that was looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from standard.errors import SignatureMismatchError, SigningError
from standard.keys import Algorithm, PublicKey

_HASHES: Final[Mapping[Algorithm, str]] = {"P-256": "sha256", "P-384": "sha384"}


def digest(public_key: PublicKey, message: bytes) -> bytes:
    """The digest that ECDSA with this key signs; Ed25519 has none, it signs messages."""
    return hashlib.new(_HASHES[public_key.algorithm], message).digest()


def fixed_length(public_key: PublicKey, der: bytes) -> bytes:
    """Turn the DER signature of ECDSA into `r || s`.

    Raises:
        SigningError: it is not one, or does not belong to the curve.
    """
    size = public_key.signature_bytes // 2
    try:
        r, s = decode_dss_signature(der)
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    except (ValueError, OverflowError) as error:
        raise SigningError("the signer did not return a DER signature of its curve") from error


def checked(public_key: PublicKey, signature: bytes, message: bytes) -> bytes:
    """The signature, once it is known to verify: a far signer may have used another key.

    Raises:
        SigningError: it does not verify.
    """
    try:
        public_key.verify(signature, message)
    except SignatureMismatchError as error:
        raise SigningError("the signer returned a signature that is not this key's") from error
    return signature
