"""SD-JWT VCs with `x5c`: a trust list decides before a certificate, and nothing in a header brings trust.

And `vct#integrity`, which is for readers of type metadata.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from standard import base64url
from standard.keys import KeySigner, PrivateKey
from standard.sd_jwt.type_metadata import integrity
from standard.verification import CheckCode, Reason
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.scene import Scene, published_key
from tests.world import NOW

certified = Group("certificate")
typed = Group("type-metadata")
YEAR = timedelta(days=365)


def _authority() -> PrivateKey:
    return published_key("P-256", "a certificate authority")


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _built(subject: str, key: Any, *, ends: datetime, is_authority: bool) -> x509.CertificateBuilder:
    """One certificate of the authority: the same bytes every time, as are its key and its signature."""
    authority = _authority()._native.public_key()
    return (
        x509.CertificateBuilder()
        .issuer_name(_name("Everybody knows this authority"))
        .subject_name(_name(subject))
        .public_key(key)
        .serial_number(1)
        .not_valid_before(NOW - YEAR)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority), critical=False)
    )


def _signed(builder: x509.CertificateBuilder) -> bytes:
    built = builder.sign(_authority()._native, hashes.SHA256(), ecdsa_deterministic=True)
    return built.public_bytes(Encoding.DER)


def anchor() -> bytes:
    """The certificate of the authority itself."""
    usage = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
         "key_agreement", "crl_sign", "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    own = _authority()._native.public_key()
    builder = _built("Everybody knows this authority", own, ends=NOW + YEAR, is_authority=True)
    builder = builder.add_extension(x509.KeyUsage(key_cert_sign=True, **usage), critical=True)
    return _signed(builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(own), critical=False))


def certificate(scene: Scene, key: Any, uri: str, *, ends: datetime = NOW + YEAR) -> str:
    """One entry of `x5c`."""
    names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri)])
    builder = _built(scene.organisation.name, key, ends=ends, is_authority=False)
    return base64.b64encode(_signed(builder.add_extension(names, critical=False))).decode("ascii")


def _token(
    scene: Scene, *, key: Any = None, uri: str | None = None, ends: datetime = NOW + YEAR, **options: Any
) -> str:
    own = scene.organisation.signer("P-256").key._native.public_key()
    chain = [certificate(scene, key or own, uri or scene.organisation.did, ends=ends)]
    return scene.token_with(header={"x5c": chain}, **options)


def _unlisted(scene: Scene, *, is_pinned: bool = True) -> None:
    """No list has the organisation; the verifier pinned the authority, or did not."""
    listing = scene.trust_list()
    scene.trust = replace(listing, organisations=listing.organisations[1:])
    scene.anchors = (anchor(),) if is_pinned else ()


@certified.valid((CheckCode.ISSUER_KEY, Reason.CERTIFICATE_KEY), (CheckCode.TRUST, Reason.CERTIFIED))
def of_a_pinned_authority(scene: Scene) -> str:
    """No list has the organisation; an authority that the verifier pinned vouches for its key."""
    _unlisted(scene)
    return _token(scene)


@certified.valid((CheckCode.ISSUER_KEY, Reason.CERTIFICATE_KEY), (CheckCode.TRUST, Reason.CERTIFIED))
def while_the_domain_is_dead(scene: Scene) -> str:
    """Nobody answers for the DID any more; the pinned authority vouches for the key."""
    _unlisted(scene)
    for identifier in scene.organisation.documents(NOW):
        scene.evidence[identifier] = None
    return _token(scene, change=lambda payload: payload.pop("status"))


@certified.valid((CheckCode.ISSUER_KEY, Reason.TRUST_LIST_KEY), (CheckCode.TRUST, Reason.LISTED))
def of_a_pinned_authority_and_a_list(scene: Scene) -> str:
    """Both know the key: the list decides."""
    scene.anchors = (anchor(),)
    return _token(scene)


@certified.open(CheckCode.TRUST, Reason.NOT_LISTED)
def of_an_authority_that_nobody_pinned(scene: Scene) -> str:
    """The DID document has the key, and nobody vouches for the organisation."""
    _unlisted(scene, is_pinned=False)
    return _token(scene)


@certified.open(CheckCode.TRUST, Reason.NOT_LISTED)
def that_has_ended(scene: Scene) -> str:
    """A pinned authority, whose word for this key ended yesterday: it proves nothing."""
    _unlisted(scene)
    return _token(scene, ends=NOW - timedelta(days=1))


@certified.invalid(CheckCode.PROOF, Reason.MISMATCH)
def of_a_pinned_authority_for_another_key(scene: Scene) -> str:
    """The authority vouches for a key that did not sign."""
    _unlisted(scene)
    return _token(scene, key=published_key("P-256", "a stranger")._native.public_key())


@certified.invalid(CheckCode.ISSUER_KEY, Reason.CERTIFICATE_MISMATCH)
def of_an_authority_that_nobody_pinned_for_another_key(scene: Scene) -> str:
    """A stranger's key with a certificate of its own; the DID document has another."""
    _unlisted(scene, is_pinned=False)
    stranger = published_key("P-256", "a stranger")
    signer = KeySigner(stranger, scene.organisation.signer("P-256").verification_method)
    return _token(scene, key=stranger._native.public_key(), signer=signer)


@certified.invalid(CheckCode.ISSUER_KEY, Reason.CERTIFICATE_MISMATCH)
def of_a_pinned_authority_against_the_list(scene: Scene) -> str:
    """A pinned authority vouches for a stranger's key: for a listed organisation the list decides."""
    scene.anchors = (anchor(),)
    stranger = published_key("P-256", "a stranger")
    signer = KeySigner(stranger, scene.organisation.signer("P-256").verification_method)
    return _token(scene, key=stranger._native.public_key(), signer=signer)


@certified.valid((CheckCode.ISSUER_KEY, Reason.TRUST_LIST_KEY), (CheckCode.TRUST, Reason.LISTED))
def of_a_listed_organisation(scene: Scene) -> str:
    """The certificate names the listed issuer and holds its listed key; its authority is nobody's anchor."""
    return _token(scene)


@certified.invalid(CheckCode.ISSUER_KEY, Reason.CERTIFICATE_MISMATCH)
def with_another_key(scene: Scene) -> str:
    """A certificate for a key that did not sign."""
    return _token(scene, key=published_key("P-256", "a stranger")._native.public_key())


@certified.invalid(CheckCode.ISSUER_KEY, Reason.CERTIFICATE_MISMATCH)
def with_a_key_off_the_curve(scene: Scene) -> str:
    """A certificate whose key is no key at all."""
    own = scene.organisation.signer("P-256").public_key
    built = base64.b64decode(certificate(scene, own._native, scene.organisation.did))
    y = base64url.decode(own.jwk()["y"])
    spoilt = built.replace(y, y[:-1] + bytes([y[-1] ^ 1]))
    return scene.token_with(header={"x5c": [base64.b64encode(spoilt).decode("ascii")]})


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
