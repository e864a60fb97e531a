"""Reading the files of the vectors, and signing with their keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from standard import base58btc
from standard.keys import PrivateKey, PublicKey
from standard.model import DidUrl

Json = dict[str, Any]


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def without(document: Mapping[str, Any], name: str) -> Json:
    return {key: value for key, value in document.items() if key != name}


def root(path: Path) -> Path:
    """The folder `TestVectors` of a file."""
    return next(each for each in path.parents if each.name == "TestVectors")


def private_key(pair: Mapping[str, str]) -> PrivateKey:
    """Read a pair of the vectors, and check that its two halves belong together."""
    public = PublicKey.from_multikey(pair["publicKeyMultibase"])
    secret = base58btc.decode(
        pair.get("privateKeyMultibase") or pair["secretKeyMultibase"], max_characters=100
    )
    if public.algorithm == "Ed25519":
        key = PrivateKey("Ed25519", ed25519.Ed25519PrivateKey.from_private_bytes(secret[2:]))
    else:
        curve = ec.SECP256R1() if public.algorithm == "P-256" else ec.SECP384R1()
        key = PrivateKey(public.algorithm, ec.derive_private_key(int.from_bytes(secret[2:], "big"), curve))
    assert key.public_key == public
    return key


class Overheard:
    """A signer that keeps what it was asked to sign."""

    def __init__(self, key: PrivateKey, method: DidUrl) -> None:
        self.verification_method = method
        self.public_key = key.public_key
        self.message = b""
        self._key = key

    def sign(self, message: bytes) -> bytes:
        self.message = message
        return self._key.sign(message)
