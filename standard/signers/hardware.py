"""A signer whose key never leaves a hardware module, through PKCS#11; needs the extra `hsm`.

Source: PKCS #11 Cryptographic Token Interface, "Elliptic Curve" and "EdDSA".
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Final

import pkcs11
from asn1crypto.core import OctetString

from standard.errors import KeyFormatError, SigningError
from standard.keys import Algorithm, PublicKey
from standard.model import DidUrl
from standard.signers.signatures import checked, digest

# CKA_EC_PARAMS: the curve's object identifier, or for Ed25519 also its printed name.
_CURVES: Final[Mapping[bytes, Algorithm]] = {
    bytes.fromhex("06082a8648ce3d030107"): "P-256",
    bytes.fromhex("06052b81040022"): "P-384",
    bytes.fromhex("06032b6570"): "Ed25519",
    b"\x13\x0cedwards25519": "Ed25519",
}


def open_token(module: Path, *, token: str, pin: str, writable: bool = False) -> pkcs11.Session:
    """Log in to a token.

    Args:
        module: the vendor's PKCS#11 library.
        token: the token's label.
        pin: the PIN of its user.
        writable: whether key pairs may be made.

    Raises:
        SigningError: there is no such module or token, or it does not open with the PIN.
    """
    try:
        return pkcs11.lib(str(module)).get_token(token_label=token).open(rw=writable, user_pin=pin)
    except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
        raise SigningError(f"the token does not open: {type(error).__name__}") from error


def make_pair(session: pkcs11.Session, *, label: str, algorithm: Algorithm) -> PublicKey:
    """Make a key pair inside the token; the private half never leaves it.

    Raises:
        SigningError: the token does not make such pairs.
    """
    kind = pkcs11.KeyType.EC_EDWARDS if algorithm == "Ed25519" else pkcs11.KeyType.EC
    # Tokens that make Edwards keys know their curve by its printed name, which is the last one.
    parameters = [curve for curve, name in _CURVES.items() if name == algorithm][-1]
    try:
        domain = session.create_domain_parameters(kind, {pkcs11.Attribute.EC_PARAMS: parameters}, local=True)
        public, _ = domain.generate_keypair(label=label, store=True)
        return _public_key(public[pkcs11.Attribute.EC_PARAMS], public[pkcs11.Attribute.EC_POINT])
    except pkcs11.PKCS11Error as error:
        raise SigningError(f"the token makes no {algorithm} pair: {type(error).__name__}") from error


class HardwareSigner:
    """A `Signer` with one key pair of a token, found by its label.

    A session does one thing at a time, so that signing waits for its turn.
    """

    def __init__(
        self, session: pkcs11.Session, *, label: str, verification_method: DidUrl, turn: Lock | None = None
    ) -> None:
        """Find the key pair.

        Args:
            session: of a token.
            label: of both halves of the pair.
            verification_method: the DID URL of the public half.
            turn: what all signers of one session share.

        Raises:
            SigningError: the token has no such pair, or several.
            KeyFormatError: the pair is of an unknown kind.
        """
        try:
            private = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label)
            public = session.get_key(object_class=pkcs11.ObjectClass.PUBLIC_KEY, label=label)
            parameters, point = public[pkcs11.Attribute.EC_PARAMS], public[pkcs11.Attribute.EC_POINT]
        except (pkcs11.PKCS11Error, KeyError) as error:
            raise SigningError(f"the token has no such key pair: {type(error).__name__}") from error
        if not isinstance(private, pkcs11.SignMixin):
            raise SigningError("the private key of the token may not sign")
        self._private = private
        self._public_key = _public_key(parameters, point)
        self._verification_method = verification_method
        self._turn = turn or Lock()

    @property
    def verification_method(self) -> DidUrl:
        """The DID URL under which readers find the public key."""
        return self._verification_method

    @property
    def public_key(self) -> PublicKey:
        """The public half, as the token keeps it."""
        return self._public_key

    def sign(self, message: bytes) -> bytes:
        """Sign inside the module.

        Raises:
            SigningError: the module refuses or is gone.
        """
        key = self._public_key
        is_edwards = key.algorithm == "Ed25519"
        mechanism = pkcs11.Mechanism.EDDSA if is_edwards else pkcs11.Mechanism.ECDSA
        data = message if is_edwards else digest(key, message)
        try:
            with self._turn:
                signature = bytes(self._private.sign(data, mechanism=mechanism))
        except pkcs11.PKCS11Error as error:
            raise SigningError(f"the module does not sign: {type(error).__name__}") from error
        return checked(key, signature, message)


def _public_key(parameters: bytes, point: bytes) -> PublicKey:
    """Read a key as PKCS#11 describes it; the point is wrapped in a DER octet string, or should be."""
    algorithm = _CURVES.get(bytes(parameters))
    if algorithm is None:
        raise KeyFormatError("the key of the token is of an unknown kind")
    try:
        raw = bytes(OctetString.load(point, strict=True).native)
    except ValueError:
        raw = bytes(point)
    return PublicKey(algorithm, raw) if algorithm == "Ed25519" else PublicKey.from_point(algorithm, raw)
