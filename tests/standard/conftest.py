"""Keys and folders that the tests of the standard share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from standard.dids import did_key, did_key_method
from standard.keys import KeySigner, PrivateKey, fragment
from standard.model import Did, DidUrl
from tests.world import World, make_world

ISSUER = Did("did:web:klusdag.example")


def issuer_signer(algorithm: str = "P-256") -> KeySigner:
    key = PrivateKey.generate(algorithm)  # type: ignore[arg-type]
    return KeySigner(key, DidUrl(f"{ISSUER}#{fragment(key.public_key)}"))


def holder_signer() -> KeySigner:
    key = PrivateKey.generate("P-256")
    return KeySigner(key, did_key_method(did_key(key.public_key)))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of third-party vectors; tests that need it are skipped where it is missing."""
    folder = Path(os.environ.get("KLUSCV_SHARED", "../shared"))
    if not folder.is_dir():
        pytest.skip(f"no third-party vectors at {folder}")
    return folder


@pytest.fixture
def world() -> World:
    """An organisation or two, a worker, and a root, fresh for each test."""
    return make_world()
