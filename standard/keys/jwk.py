"""Public keys as JSON Web Keys, read for verifying and for nothing else.

Source: RFC 7517, "use", "key_ops" and "alg"; RFC 7518, "Parameters for Elliptic Curve Keys"; RFC 8037.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from standard import base64url
from standard.errors import KeyFormatError, UnreadableError
from standard.keys.curves import CURVES, Algorithm

SIGNATURE_ALGORITHMS: Final[Mapping[Algorithm, str]] = MappingProxyType(
    {"P-256": "ES256", "P-384": "ES384", "Ed25519": "EdDSA"}
)
"""The JOSE `alg` of each kind of key."""

# RFC 9864 gives Ed25519 an `alg` of its own; keys carry either.
_ALSO_CALLED: Final[Mapping[Algorithm, str]] = MappingProxyType({"Ed25519": "Ed25519"})


def read(jwk: Mapping[str, object]) -> tuple[Algorithm, bytes]:
    """Read a public JWK; members that say nothing of the key or its use are ignored.

    Returns:
        The kind of key, with its 32 bytes for Ed25519, and for the curves the uncompressed point, which
        may still be off the curve.

    Raises:
        KeyFormatError: it is private, not for verifying, of another kind, or contradicts itself.
    """
    if "d" in jwk:
        raise KeyFormatError("the JWK holds a private key")
    algorithm = _algorithm(jwk)
    _check_use(jwk, algorithm)
    if algorithm == "Ed25519":
        return algorithm, _coordinate(jwk, "x", 32)
    size = CURVES[algorithm].coordinate_bytes
    return algorithm, b"\x04" + _coordinate(jwk, "x", size) + _coordinate(jwk, "y", size)


def _algorithm(jwk: Mapping[str, object]) -> Algorithm:
    match jwk.get("kty"), jwk.get("crv"):
        case "OKP", "Ed25519":
            return "Ed25519"
        case "EC", "P-256":
            return "P-256"
        case "EC", "P-384":
            return "P-384"
    raise KeyFormatError("the JWK is of an unknown kind")


def _check_use(jwk: Mapping[str, object], algorithm: Algorithm) -> None:
    """Every member that restricts the key must leave room for verifying."""
    operations = jwk.get("key_ops", ["verify"])
    if jwk.get("use", "sig") != "sig" or not isinstance(operations, list) or "verify" not in operations:
        raise KeyFormatError("the JWK is not for verifying")
    if not all(isinstance(each, str) for each in operations) or len(set(operations)) < len(operations):
        raise KeyFormatError("the JWK's key_ops is not a list of different operations")
    own = SIGNATURE_ALGORITHMS[algorithm]
    if jwk.get("alg", own) not in (own, _ALSO_CALLED.get(algorithm, own)):
        raise KeyFormatError("the JWK's alg is not the algorithm of its key")


def _coordinate(jwk: Mapping[str, object], name: str, size_bytes: int) -> bytes:
    value = jwk.get(name)
    if not isinstance(value, str):
        raise KeyFormatError(f"the JWK has no {name}")
    try:
        # One key has one JWK and therefore one thumbprint: the only spelling, of full length.
        decoded = base64url.decode(value)
    except UnreadableError as error:
        raise KeyFormatError(f"the JWK's {name} is not base64url") from error
    if len(decoded) != size_bytes:
        raise KeyFormatError(f"the JWK's {name} does not have {size_bytes} bytes")
    return decoded
