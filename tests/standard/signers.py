"""A clock, an organisation and a worker with their keys, made anew in each run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

from standard.dids import did_key, did_key_method, did_web
from standard.keys import Algorithm, KeySigner, PrivateKey, fragment
from standard.model import DidUrl

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm)
KEYS = {algorithm: PrivateKey.generate(algorithm) for algorithm in ALGORITHMS}

ORGANISATION = did_web("klusdag.example")
WORKER = did_key(KEYS["P-256"].public_key)
WORKER_SIGNER = KeySigner(KEYS["P-256"], did_key_method(WORKER))


def organisation_signer(algorithm: Algorithm) -> KeySigner:
    """The organisation's signer with one of its keys."""
    key = KEYS[algorithm]
    return KeySigner(key, DidUrl(f"{ORGANISATION}#{fragment(key.public_key)}"))
