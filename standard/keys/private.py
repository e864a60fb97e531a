"""Private keys in memory, and what everything that signs has in common."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from standard.errors import KeyFormatError
from standard.keys.curves import CURVES, Algorithm
from standard.keys.public import PublicKey
from standard.model import DidUrl

_NativePrivateKey: TypeAlias = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey


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
class PrivateKey:
    """One private key in memory; its representation never shows it."""

    algorithm: Algorithm
    _native: _NativePrivateKey

    @classmethod
    def generate(cls, algorithm: Algorithm) -> PrivateKey:
        """Make a new key from the operating system's randomness."""
        if algorithm == "Ed25519":
            return cls(algorithm, ed25519.Ed25519PrivateKey.generate())
        return cls(algorithm, ec.generate_private_key(CURVES[algorithm].native))

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
        curve = CURVES[self.algorithm]
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
