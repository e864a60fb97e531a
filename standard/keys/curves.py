"""The elliptic curves of ECDSA, and which bytes are points on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from standard.errors import KeyFormatError

Algorithm = Literal["Ed25519", "P-256", "P-384"]


@dataclass(frozen=True, slots=True)
class Curve:
    """The parameters of one elliptic curve and of ECDSA on it."""

    native: ec.EllipticCurve
    ecdsa: ec.ECDSA
    deterministic_ecdsa: ec.ECDSA
    coordinate_bytes: int


CURVES: Final[Mapping[Algorithm, Curve]] = MappingProxyType(
    {
        "P-256": Curve(
            ec.SECP256R1(),
            ec.ECDSA(hashes.SHA256()),
            ec.ECDSA(hashes.SHA256(), deterministic_signing=True),
            coordinate_bytes=32,
        ),
        "P-384": Curve(
            ec.SECP384R1(),
            ec.ECDSA(hashes.SHA384()),
            ec.ECDSA(hashes.SHA384(), deterministic_signing=True),
            coordinate_bytes=48,
        ),
    }
)


@lru_cache(maxsize=1024)
def point(algorithm: Algorithm, encoded: bytes) -> ec.EllipticCurvePublicKey:
    """Read a point in SEC1, compressed or not.

    Raises:
        KeyFormatError: it is not on the curve, or is the point at infinity.
    """
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVES[algorithm].native, encoded)
    except ValueError as error:
        raise KeyFormatError(f"not a point on {algorithm}") from error


def compressed(key: ec.EllipticCurvePublicKey) -> bytes:
    """Write a point in SEC1, compressed."""
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
