"""Public keys, as Multikey, as JWK and as points."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from standard import base58btc, base64url
from standard.errors import KeyFormatError, SignatureMismatchError, UnreadableError
from standard.keys.curves import CURVES, Algorithm, compressed, point
from standard.keys.edwards import check_point
from standard.keys.jwk import read

_NativePublicKey: TypeAlias = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey

# Multicodec prefixes as unsigned varints: ed25519-pub, p256-pub, p384-pub.
_MULTICODEC: Final[Mapping[Algorithm, bytes]] = {
    "Ed25519": b"\xed\x01",
    "P-256": b"\x80\x24",
    "P-384": b"\x81\x24",
}
# The longest Multikey here has 70 characters.
_MULTIKEY_MAX_CHARACTERS: Final = 100


@dataclass(frozen=True)
class PublicKey:
    """One public key.

    `raw` is 32 bytes for Ed25519 and the compressed SEC1 point for the curves. Constructing a key
    from bytes that are no key raises `KeyFormatError`.
    """

    algorithm: Algorithm
    raw: bytes

    def __post_init__(self) -> None:
        """Refuse bytes that are not a key, at the border rather than at the first signature."""
        _ = self._native

    @classmethod
    def from_multikey(cls, text: str) -> PublicKey:
        """Read a `publicKeyMultibase` (`z…`).

        Source: Controlled Identifiers v1.0, "Multikey".
        """
        return _key_of_multikey(text)

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, object]) -> PublicKey:
        """Read a public JWK that is for verifying, or does not say what it is for."""
        algorithm, key = read(jwk)
        return cls(algorithm, key) if algorithm == "Ed25519" else cls.from_point(algorithm, key)

    @classmethod
    def from_point(cls, algorithm: Algorithm, encoded: bytes) -> PublicKey:
        """Read a point of P-256 or P-384 in SEC1, compressed or not."""
        return _key_of_point(algorithm, encoded)

    @classmethod
    def from_native(cls, native: object) -> PublicKey:
        """Take a public key of `cryptography`, such as that of a certificate."""
        if isinstance(native, ed25519.Ed25519PublicKey):
            return cls("Ed25519", native.public_bytes_raw())
        if isinstance(native, ec.EllipticCurvePublicKey):
            for algorithm, curve in CURVES.items():
                if native.curve.name == curve.native.name:
                    return cls(algorithm, compressed(native))
        raise KeyFormatError("the public key is of an unknown kind")

    @property
    def multikey_bytes(self) -> bytes:
        """The multicodec prefix and the key."""
        return _MULTICODEC[self.algorithm] + self.raw

    @property
    def multikey(self) -> str:
        """The `publicKeyMultibase` form, `z…`."""
        return base58btc.encode(self.multikey_bytes)

    @property
    def signature_bytes(self) -> int:
        """How long every signature of this key is."""
        return 64 if self.algorithm == "Ed25519" else 2 * CURVES[self.algorithm].coordinate_bytes

    def jwk(self) -> dict[str, str]:
        """The public JWK, required members only."""
        native = self._native
        if isinstance(native, ed25519.Ed25519PublicKey):
            return {"crv": "Ed25519", "kty": "OKP", "x": base64url.encode(self.raw)}
        size = CURVES[self.algorithm].coordinate_bytes
        numbers = native.public_numbers()
        return {
            "crv": self.algorithm,
            "kty": "EC",
            "x": base64url.encode(numbers.x.to_bytes(size, "big")),
            "y": base64url.encode(numbers.y.to_bytes(size, "big")),
        }

    def thumbprint(self) -> bytes:
        """The 32-byte SHA-256 thumbprint of RFC 7638."""
        return self._thumbprint

    def verify(self, signature: bytes, message: bytes) -> None:
        """Check one signature.

        Raises:
            SignatureMismatchError: it has the wrong length or belongs to other bytes or another key.
        """
        if len(signature) != self.signature_bytes:
            raise SignatureMismatchError(
                f"the signature has {len(signature)} bytes instead of {self.signature_bytes}"
            )
        native = self._native
        try:
            if isinstance(native, ed25519.Ed25519PublicKey):
                native.verify(signature, message)
            else:
                half = self.signature_bytes // 2
                r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
                native.verify(encode_dss_signature(r, s), message, CURVES[self.algorithm].ecdsa)
        except InvalidSignature as error:
            raise SignatureMismatchError("the signature does not match") from error

    @cached_property
    def _thumbprint(self) -> bytes:
        members = ",".join(f'"{name}":"{value}"' for name, value in sorted(self.jwk().items()))
        return hashlib.sha256(f"{{{members}}}".encode("ascii")).digest()

    @cached_property
    def _native(self) -> _NativePublicKey:
        if self.algorithm == "Ed25519":
            check_point(self.raw)
            return ed25519.Ed25519PublicKey.from_public_bytes(self.raw)
        if len(self.raw) != 1 + CURVES[self.algorithm].coordinate_bytes:
            raise KeyFormatError("not a compressed point")
        return point(self.algorithm, self.raw)


def fragment(public_key: PublicKey) -> str:
    """Name a key inside its DID document, such as `p256-09ab12cd`.

    Source: SPECIFICATION, "Keys and identifiers".
    """
    digest = hashlib.sha256(public_key.multikey_bytes).hexdigest()
    return f"{public_key.algorithm.lower().replace('-', '')}-{digest[:8]}"


# A presentation names its holder's key with every copy, and an organisation's comes back with every worker:
# decoding a key costs a third of a check. Only keys are remembered, and what is none is refused each time.
@lru_cache(maxsize=1024)
def _key_of_multikey(text: str) -> PublicKey:
    try:
        encoded = base58btc.decode(text, max_characters=_MULTIKEY_MAX_CHARACTERS)
    except UnreadableError as error:
        raise KeyFormatError("not a Multikey") from error
    for algorithm, prefix in _MULTICODEC.items():
        if encoded.startswith(prefix):
            return PublicKey(algorithm, encoded[len(prefix) :])
    raise KeyFormatError("the Multikey is of an unknown kind")


@lru_cache(maxsize=1024)
def _key_of_point(algorithm: Algorithm, encoded: bytes) -> PublicKey:
    return PublicKey(algorithm, compressed(point(algorithm, encoded)))
