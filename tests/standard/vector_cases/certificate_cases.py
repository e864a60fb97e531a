"""SD-JWT VCs with `x5c`: a trust list decides before a certificate, and nothing in a header brings trust.

And `vct#integrity`, which is for readers of type metadata.
"""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from standard.sd_jwt.type_metadata import integrity
from standard.verification import CheckCode, Reason
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.scene import Scene, published_key
from tests.world import NOW

certified = Group("certificate")
typed = Group("type-metadata")
YEAR = timedelta(days=365)


def certificate(scene: Scene, key: Any, uri: str) -> str:
    """One entry of `x5c`: the same bytes every time, as are its key and its signature."""
    authority = published_key("P-256", "a certificate authority")._native
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Everybody knows this authority")])
    built = (
        x509.CertificateBuilder()
        .issuer_name(name)
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, scene.organisation.name)]))
        .public_key(key)
        .serial_number(1)
        .not_valid_before(NOW - YEAR)
        .not_valid_after(NOW + YEAR)
        .add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri)]), critical=False)
        .sign(authority, hashes.SHA256(), ecdsa_deterministic=True)
    )
    return base64.b64encode(built.public_bytes(Encoding.DER)).decode("ascii")


def _token(scene: Scene, *, key: Any = None, uri: str | None = None) -> str:
    own = scene.organisation.signer("P-256").key._native.public_key()
    chain = [certificate(scene, key or own, uri or scene.organisation.did)]
    return scene.token_with(header={"x5c": chain})


@certified.valid((CheckCode.ISSUER_KEY, Reason.TRUST_LIST_KEY), (CheckCode.TRUST, Reason.LISTED))
def of_a_listed_organisation(scene: Scene) -> str:
    """The certificate names the listed issuer and holds its listed key; its authority is nobody's anchor."""
    return _token(scene)


@certified.invalid(CheckCode.ISSUER_KEY, Reason.CERTIFICATE_MISMATCH)
def with_another_key(scene: Scene) -> str:
    """A certificate for a key that did not sign."""
    return _token(scene, key=published_key("P-256", "a stranger")._native.public_key())


@certified.invalid(CheckCode.SCHEMA, Reason.BREAKS_DATA_MODEL)
def of_another_issuer(scene: Scene) -> str:
    """The certificate names somebody else than `iss`."""
    return _token(scene, uri="did:web:ander.example")


@certified.invalid(CheckCode.SCHEMA, Reason.BREAKS_DATA_MODEL)
def that_is_none(scene: Scene) -> str:
    """`x5c` holds no certificate."""
    return scene.token_with(header={"x5c": ["AAAA"]})


@certified.invalid(CheckCode.SCHEMA, Reason.BREAKS_DATA_MODEL)
def none_at_all(scene: Scene) -> str:
    """`x5c` is an empty list."""
    return scene.token_with(header={"x5c": []})


@typed.valid((CheckCode.PROOF, Reason.MATCHES))
def of_other_bytes(scene: Scene) -> str:
    """`vct#integrity` of another document: type metadata decides nothing about the outcome."""
    return scene.token_with(lambda payload: payload.update({"vct#integrity": integrity(b"other words")}))


@typed.invalid(CheckCode.SCHEMA, Reason.BREAKS_DATA_MODEL)
def integrity_that_is_a_number(scene: Scene) -> str:
    """`vct#integrity` is a text."""
    return scene.token_with(lambda payload: payload.update({"vct#integrity": 4}))
