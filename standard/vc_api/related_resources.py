"""The digests of related resources, where the resource is one that an implementation ships with.

Source: Verifiable Credentials Data Model v2.0, "Integrity of Related Resources" and "Base Context".
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from standard import base58btc, base64url
from standard.errors import DataModelError, UnreadableError
from standard.jsonld import CREDENTIALS_V2

_PUBLISHED: Final[Mapping[str, Mapping[str, bytes]]] = {
    # As published: the bundled copy says the same in other bytes.
    CREDENTIALS_V2: {
        "sha256": bytes.fromhex("24a18c90e9856d526111f29376e302d970b2bd10182e33959995b0207d7043b9"),
        "sha384": base64.b64decode("NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg"),
    }
}
# The multihash prefixes of SHA-256 and SHA-384: what they are, and how many bytes follow.
_MULTIHASH: Final = {b"\x12\x20": "sha256", b"\x20\x30": "sha384"}
_BY_LENGTH: Final = {32: "sha256", 48: "sha384"}
_MULTIBASE_LIMIT: Final = 200


def check_related_resources(document: Mapping[str, Any]) -> None:
    """Compare the digests of the related resources that are known; others are not fetched.

    Raises:
        DataModelError: a digest is not the resource's, or is not a digest.
    """
    value = document.get("relatedResource", [])
    for resource in value if isinstance(value, list) else [value]:
        published = _PUBLISHED.get(str(resource.get("id"))) if isinstance(resource, Mapping) else None
        for name, read in (("digestSRI", _from_sri), ("digestMultibase", _from_multibase)):
            if published is not None and name in resource:
                algorithm, digest = read(resource[name])
                if published.get(algorithm) != digest:
                    raise DataModelError(f"$.relatedResource.{name}: not the digest of the resource")


def _from_sri(value: object) -> tuple[str, bytes]:
    algorithm, dash, encoded = value.partition("-") if isinstance(value, str) else ("", "", "")
    try:
        if dash:
            return algorithm, base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DataModelError("$.relatedResource.digestSRI: not a digest") from error
    raise DataModelError("$.relatedResource.digestSRI: not a digest")


def _from_multibase(value: object) -> tuple[str, bytes]:
    """A digest in multibase, as a multihash or bare: both are in use."""
    digest = _multibase(value)
    algorithm = _MULTIHASH.get(digest[:2])
    if algorithm is not None and len(digest) - 2 in _BY_LENGTH:
        return algorithm, digest[2:]
    if len(digest) in _BY_LENGTH:
        return _BY_LENGTH[len(digest)], digest
    raise DataModelError("$.relatedResource.digestMultibase: not a digest that is known")


def _multibase(value: object) -> bytes:
    text = value if isinstance(value, str) else ""
    try:
        if text.startswith("u"):
            return base64url.decode(text[1:])
        return base58btc.decode(text, max_characters=_MULTIBASE_LIMIT)
    except UnreadableError as error:
        raise DataModelError("$.relatedResource.digestMultibase: not multibase") from error
