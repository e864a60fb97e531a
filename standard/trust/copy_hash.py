"""The hash of a copy: the SHA-256 of the bytes that the organisation's signature covers.

It is the same however much of the copy is shown, and whatever the secured form, for every form hands
such bytes to a key. So both sides of it are keys that remember what they signed or verified.

Source: SPECIFICATION, "The archive".
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from standard.errors import SignatureMismatchError
from standard.keys import PublicKey, Signer
from standard.model import DidUrl


@dataclass(frozen=True)
class HashingSigner:
    """A `Signer` that remembers the hash of everything that it signed, for the archive."""

    signer: Signer
    hashes: list[bytes] = field(default_factory=list)

    @property
    def verification_method(self) -> DidUrl:
        """That of the signer inside."""
        return self.signer.verification_method

    @property
    def public_key(self) -> PublicKey:
        """That of the signer inside."""
        return self.signer.public_key

    def sign(self, message: bytes) -> bytes:
        """Sign, and remember the hash."""
        signature = self.signer.sign(message)
        self.hashes.append(hashlib.sha256(message).digest())
        return signature


@dataclass(frozen=True)
class HashingKey(PublicKey):
    """A public key that remembers the hash of everything that it verified."""

    hashes: list[bytes] = field(default_factory=list, compare=False)

    @classmethod
    def of(cls, key: PublicKey) -> HashingKey:
        """The same key, remembering."""
        return cls(key.algorithm, key.raw)

    @property
    def copy_hash(self) -> bytes:
        """The hash of the one thing that was verified.

        Raises:
            SignatureMismatchError: nothing was verified, or several things.
        """
        if len(self.hashes) != 1:
            raise SignatureMismatchError("not one signature was verified with the key")
        return self.hashes[0]

    def verify(self, signature: bytes, message: bytes) -> None:
        """Check one signature, and remember the hash of what it covers."""
        super().verify(signature, message)
        self.hashes.append(hashlib.sha256(message).digest())
