"""The digests of related resources, where the resource is one that an implementation ships with.

Source: Verifiable Credentials Data Model v2.0, "Integrity of Related Resources" and "Base Context".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from standard import base58btc, base64url
from standard.errors import DataModelError, UnreadableError
from standard.jsonld import CREDENTIALS_V1, CREDENTIALS_V2, KLUSCV_V1

_BYTES: Final[Mapping[str, int]] = {"sha256": 32, "sha384": 48, "sha512": 64}
# The multihash prefixes: what follows, and how many bytes of it.
_MULTIHASH: Final = {b"\x12\x20": "sha256", b"\x20\x30": "sha384", b"\x13\x40": "sha512"}
_MULTIBASE_LIMIT: Final = 200


def check_related_resources(document: Mapping[str, Any]) -> None:
    """Compare the digests of the related resources that are known; others are not fetched.

    Raises:
        DataModelError: a digest is not the resource's, or is not a digest.
    """
    for address, algorithm, digest in _digests(document):
        published = _published().get(address, {}).get(algorithm, (digest,))
        if digest not in published:
            raise DataModelError("$.relatedResource: not the digest of the resource")


def unchecked_resources(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The addresses of a checked document's resources of which no digest could be compared."""
    known = _published()
    given = list(_digests(document))
    compared = {address for address, algorithm, _ in given if algorithm in known.get(address, {})}
    return tuple(dict.fromkeys(address for address, _, _ in given if address not in compared))


@cache
def _published() -> Mapping[str, Mapping[str, tuple[bytes, ...]]]:
    """The digests of each context, as published: the bundled copies of the W3C's have other bytes.

    Of the second version there are two, that of the Recommendation and that of the candidate of July
    2024: credentials name either.
    """
    own = (files("standard") / "contexts" / "v1.jsonld").read_bytes()
    return {
        CREDENTIALS_V2: _decoded(
            sha256=(
                "WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ=",
                "JKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k=",
            ),
            sha384=(
                "l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU",
                "NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg",
            ),
        ),
        CREDENTIALS_V1: _decoded(
            sha256=("q03dmlMXWIB6eaW0UFENYa6NFH6rlmzJogDAcJWwzcw=",),
            sha384=("gsOz6rhjdUu/0rnxfY1tufYRafMBy/CwXh/EvrX1xR3U0uiIwnT0nD+7JAj2H67R",),
        ),
        KLUSCV_V1: {name: (hashlib.new(name, own).digest(),) for name in _BYTES},
    }


def _decoded(**digests: tuple[str, ...]) -> Mapping[str, tuple[bytes, ...]]:
    return {name: tuple(base64.b64decode(each) for each in texts) for name, texts in digests.items()}


def _digests(document: Mapping[str, Any]) -> Iterator[tuple[str, str, bytes]]:
    """The address of each resource with each algorithm and digest that is given for it."""
    value = document.get("relatedResource", [])
    for resource in value if isinstance(value, list) else [value]:
        if isinstance(resource, Mapping):
            for name, read in (("digestSRI", _from_sri), ("digestMultibase", _from_multibase)):
                if name in resource:
                    yield (str(resource.get("id")), *read(resource[name]))


def _from_sri(value: object) -> tuple[str, bytes]:
    algorithm, _, encoded = value.partition("-") if isinstance(value, str) else ("", "", "")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DataModelError("$.relatedResource.digestSRI: not a digest") from error
    if _BYTES.get(algorithm) != len(digest):
        raise DataModelError("$.relatedResource.digestSRI: not a digest that is known")
    return algorithm, digest


def _from_multibase(value: object) -> tuple[str, bytes]:
    """A digest in multibase, as a multihash or bare: both are in use."""
    digest = _multibase(value)
    algorithm = _MULTIHASH.get(digest[:2])
    if algorithm is not None and len(digest) - 2 == _BYTES[algorithm]:
        return algorithm, digest[2:]
    for name, length in _BYTES.items():
        if len(digest) == length:
            return name, digest
    raise DataModelError("$.relatedResource.digestMultibase: not a digest that is known")


def _multibase(value: object) -> bytes:
    text = value if isinstance(value, str) else ""
    try:
        if text.startswith("u"):
            return base64url.decode(text[1:])
        return base58btc.decode(text, max_characters=_MULTIBASE_LIMIT)
    except UnreadableError as error:
        raise DataModelError("$.relatedResource.digestMultibase: not multibase") from error
