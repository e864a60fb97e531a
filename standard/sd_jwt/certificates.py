"""The `x5c` header: certificates that vouch for the issuer's key, for readers who pinned their root.

A certificate never decides about an organisation on a trust list; it only has to agree.

Source: RFC 7515, "x5c"; RFC 5280, "Certification Path Validation"; SPECIFICATION, "SD-JWT VC".
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import verification

from standard.errors import KeyFormatError, SdJwtError
from standard.keys import PublicKey
from standard.model import Did

LIMIT_CERTIFICATES: Final = 6

Chain = tuple[x509.Certificate, ...]


def encode_chain(chain: Sequence[x509.Certificate]) -> list[str]:
    """Write `x5c`: the issuer's own certificate first, the root left out."""
    return [base64.b64encode(each.public_bytes(Encoding.DER)).decode("ascii") for each in chain]


def read_chain(header: Mapping[str, Any], issuer: Did) -> Chain:
    """Read `x5c`, empty when it is absent; nothing in it is believed yet.

    Raises:
        SdJwtError: not certificates, too many, or the first one is not the issuer's.
    """
    if "x5c" not in header:
        return ()
    encoded = header["x5c"]
    if not isinstance(encoded, list) or not 1 <= len(encoded) <= LIMIT_CERTIFICATES:
        raise SdJwtError("x5c is not a short list of certificates")
    chain = tuple(_certificate(each) for each in encoded)
    if issuer not in _names(chain[0]):
        raise SdJwtError("the certificate of x5c is not the issuer's")
    return chain


def chain_key(chain: Chain) -> PublicKey:
    """The key of the issuer's own certificate.

    Raises:
        KeyFormatError: it is of an unknown kind, or no key.
    """
    try:
        return PublicKey.from_native(chain[0].public_key())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyFormatError("the certificate holds no key that can be read") from error


def leads_to(chain: Chain, anchors: Sequence[x509.Certificate], now: datetime) -> bool:
    """Whether a chain is valid now and ends at one of the pinned anchors."""
    if not anchors or not chain:
        return False
    store = verification.Store(list(anchors))
    # What a certificate for signing documents must have differs from one for a web server: it names
    # the issuer, which is checked by `read_chain`, and may say anything else.
    any_leaf = verification.ExtensionPolicy.permit_all()
    authority = verification.ExtensionPolicy.webpki_defaults_ca()
    builder = verification.PolicyBuilder().store(store).time(now.astimezone(UTC).replace(tzinfo=None))
    verifier = builder.extension_policies(ca_policy=authority, ee_policy=any_leaf).build_client_verifier()
    try:
        verifier.verify(chain[0], list(chain[1:]))
    except (verification.VerificationError, ValueError):
        return False
    return True


def read_anchors(pem: bytes) -> tuple[x509.Certificate, ...]:
    """Read the certificates of authorities that a verifier pins, from one PEM file.

    Raises:
        KeyFormatError: it holds no certificates, or something that is none.
    """
    try:
        return tuple(x509.load_pem_x509_certificates(pem))
    except ValueError as error:
        raise KeyFormatError("not a PEM file of certificates") from error


def check_chain(chain: Sequence[x509.Certificate], key: PublicKey, issuer: Did) -> None:
    """What an issuer makes sure of before it signs.

    Raises:
        SdJwtError: the first certificate is not for this key and this issuer.
    """
    try:
        if issuer in _names(chain[0]) and chain_key(tuple(chain)) == key:
            return
    except KeyFormatError as error:
        raise SdJwtError("the certificate is of an unknown kind") from error
    raise SdJwtError("the certificate is not for this key of this issuer")


def _certificate(encoded: object) -> x509.Certificate:
    try:
        der = base64.b64decode(encoded if isinstance(encoded, str) else "!", validate=True)
        return x509.load_der_x509_certificate(der)
    except (binascii.Error, ValueError) as error:
        raise SdJwtError("x5c holds something that is no certificate") from error


def _names(certificate: x509.Certificate) -> list[str]:
    """The identifiers that a certificate is for."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return list(names.get_values_for_type(x509.UniformResourceIdentifier))
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return []
