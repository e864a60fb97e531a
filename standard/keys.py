"""Public and private keys: Ed25519, P-256 and P-384, as Multikey, as JWK and as PEM.

Signatures are fixed-length: 64 bytes for Ed25519, and `r || s` (IEEE P1363) of 64 or 96 bytes for
ECDSA. Their length is checked before anything is split: a naive half split accepts forgeries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, Protocol, TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from standard import base58btc, base64url
from standard.errors import KeyFormatError, SignatureMismatchError, UnreadableError
from standard.model import DidUrl

Algorithm = Literal["Ed25519", "P-256", "P-384"]

_NativePublicKey: TypeAlias = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey
_NativePrivateKey: TypeAlias = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class _Curve:
    """The parameters of one elliptic curve and of ECDSA on it."""

    native: ec.EllipticCurve
    ecdsa: ec.ECDSA
    deterministic_ecdsa: ec.ECDSA
    coordinate_bytes: int


_CURVES: Mapping[Algorithm, _Curve] = {
    "P-256": _Curve(
        ec.SECP256R1(),
        ec.ECDSA(hashes.SHA256()),
        ec.ECDSA(hashes.SHA256(), deterministic_signing=True),
        coordinate_bytes=32,
    ),
    "P-384": _Curve(
        ec.SECP384R1(),
        ec.ECDSA(hashes.SHA384()),
        ec.ECDSA(hashes.SHA384(), deterministic_signing=True),
        coordinate_bytes=48,
    ),
}
# Multicodec prefixes as unsigned varints: ed25519-pub, p256-pub, p384-pub.
_MULTICODEC: Mapping[Algorithm, bytes] = {
    "Ed25519": b"\xed\x01",
    "P-256": b"\x80\x24",
    "P-384": b"\x81\x24",
}
# The longest Multikey here has 70 characters.
_MULTIKEY_MAX_CHARACTERS = 100


class Signer(Protocol):
    """Signs bytes with one key, wherever that key lives."""

    @property
    def verification_method(self) -> DidUrl:
        """The DID URL under which readers find the public key."""
        ...

    @property
    def public_key(self) -> PublicKey:
        """The key that verifies what `sign` makes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign; 64 bytes for Ed25519, `r || s` for ECDSA with the curve's own hash."""
        ...


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
        """Read a public JWK for verifying; members that say nothing of the key or its use are ignored.

        Source: RFC 7517, "use" and "key_ops"; RFC 7518, "Parameters for Elliptic Curve Keys"; RFC 8037.
        """
        if "d" in jwk:
            raise KeyFormatError("the JWK holds a private key")
        operations = jwk.get("key_ops", ["verify"])
        if jwk.get("use", "sig") != "sig" or not isinstance(operations, list) or "verify" not in operations:
            raise KeyFormatError("the JWK is not for verifying")
        kind, curve_name = jwk.get("kty"), jwk.get("crv")
        if (kind, curve_name) == ("OKP", "Ed25519"):
            return cls("Ed25519", _coordinate(jwk, "x", 32))
        if kind == "EC" and (curve_name == "P-256" or curve_name == "P-384"):
            size = _CURVES[curve_name].coordinate_bytes
            point = b"\x04" + _coordinate(jwk, "x", size) + _coordinate(jwk, "y", size)
            return cls.from_point(curve_name, point)
        raise KeyFormatError("the JWK is of an unknown kind")

    @classmethod
    def from_point(cls, algorithm: Algorithm, point: bytes) -> PublicKey:
        """Read a point of P-256 or P-384 in SEC1, compressed or not."""
        return _key_of_point(algorithm, point)

    @classmethod
    def from_native(cls, native: object) -> PublicKey:
        """Take a public key of `cryptography`, such as that of a certificate."""
        if isinstance(native, ed25519.Ed25519PublicKey):
            return cls("Ed25519", native.public_bytes_raw())
        if isinstance(native, ec.EllipticCurvePublicKey):
            for algorithm, curve in _CURVES.items():
                if native.curve.name == curve.native.name:
                    return cls(algorithm, _compressed(native))
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
        return 64 if self.algorithm == "Ed25519" else 2 * _CURVES[self.algorithm].coordinate_bytes

    def jwk(self) -> dict[str, str]:
        """The public JWK, required members only."""
        native = self._native
        if isinstance(native, ed25519.Ed25519PublicKey):
            return {"crv": "Ed25519", "kty": "OKP", "x": base64url.encode(self.raw)}
        size = _CURVES[self.algorithm].coordinate_bytes
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
                native.verify(encode_dss_signature(r, s), message, _CURVES[self.algorithm].ecdsa)
        except InvalidSignature as error:
            raise SignatureMismatchError("the signature does not match") from error

    @cached_property
    def _thumbprint(self) -> bytes:
        members = ",".join(f'"{name}":"{value}"' for name, value in sorted(self.jwk().items()))
        return hashlib.sha256(f"{{{members}}}".encode("ascii")).digest()

    @cached_property
    def _native(self) -> _NativePublicKey:
        if self.algorithm == "Ed25519":
            try:
                return ed25519.Ed25519PublicKey.from_public_bytes(self.raw)
            except ValueError as error:
                raise KeyFormatError("not an Ed25519 key") from error
        if len(self.raw) != 1 + _CURVES[self.algorithm].coordinate_bytes:
            raise KeyFormatError("not a compressed point")
        return _point(self.algorithm, self.raw)


@dataclass(frozen=True)
class PrivateKey:
    """One private key in memory; its representation never shows it."""

    algorithm: Algorithm
    _native: _NativePrivateKey

    @classmethod
    def generate(cls, algorithm: Algorithm) -> PrivateKey:
        """Make a new key from the operating system's randomness."""
        if algorithm == "Ed25519":
            return cls(algorithm, ed25519.Ed25519PrivateKey.generate())
        return cls(algorithm, ec.generate_private_key(_CURVES[algorithm].native))

    @classmethod
    def from_pem(cls, pem: bytes, passphrase: bytes | None) -> PrivateKey:
        """Read what `to_pem` wrote; any PKCS #8 key of a known kind will do."""
        try:
            native = serialization.load_pem_private_key(pem, passphrase)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise KeyFormatError("not a private key, or not its passphrase") from error
        if isinstance(native, ed25519.Ed25519PrivateKey):
            return cls("Ed25519", native)
        if isinstance(native, ec.EllipticCurvePrivateKey):
            return cls(PublicKey.from_native(native.public_key()).algorithm, native)
        raise KeyFormatError("the private key is of an unknown kind")

    @cached_property
    def public_key(self) -> PublicKey:
        """The other half."""
        return PublicKey.from_native(self._native.public_key())

    def to_pem(self, passphrase: bytes | None) -> bytes:
        """Write PKCS #8, encrypted when a passphrase is given."""
        encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if passphrase is not None:
            encryption = serialization.BestAvailableEncryption(passphrase)
        return self._native.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
        )

    def sign(self, message: bytes) -> bytes:
        """Sign; ECDSA is deterministic (RFC 6979), so that poor randomness cannot leak the key."""
        if isinstance(self._native, ed25519.Ed25519PrivateKey):
            return self._native.sign(message)
        curve = _CURVES[self.algorithm]
        der = self._native.sign(message, curve.deterministic_ecdsa)
        r, s = decode_dss_signature(der)
        return r.to_bytes(curve.coordinate_bytes, "big") + s.to_bytes(curve.coordinate_bytes, "big")

    def __repr__(self) -> str:
        return f"PrivateKey({self.algorithm})"


@dataclass(frozen=True)
class KeySigner:
    """A `Signer` whose key is in memory."""

    key: PrivateKey
    verification_method: DidUrl

    @property
    def public_key(self) -> PublicKey:
        """The key that verifies what `sign` makes."""
        return self.key.public_key

    def sign(self, message: bytes) -> bytes:
        """Sign with the key in memory."""
        return self.key.sign(message)


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
def _key_of_point(algorithm: Algorithm, point: bytes) -> PublicKey:
    return PublicKey(algorithm, _compressed(_point(algorithm, point)))


@lru_cache(maxsize=1024)
def _point(algorithm: Algorithm, encoded: bytes) -> ec.EllipticCurvePublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[algorithm].native, encoded)
    except ValueError as error:
        raise KeyFormatError(f"not a point on {algorithm}") from error


def _compressed(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)


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
