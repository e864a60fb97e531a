"""Certificates beside a DID: believed under a pinned anchor, and never against a trust list."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from standard import jws, sd_jwt
from standard.errors import SdJwtError
from standard.keys import KeySigner, PrivateKey
from standard.sd_jwt.certificates import encode_chain, read_chain
from standard.verification import CheckCode, Outcome, Reason
from tests.standard.statements import new_id
from tests.standard.verdicts import found, troubles
from tests.world import NOW, WORK_HISTORY, Organisation, World

YEAR = timedelta(days=365)


class Authority:
    """A certificate authority with one level below its root."""

    def __init__(self) -> None:
        self.root_key, self.middle_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.root = certificate("Root", self.root_key, "Root", self.root_key, ca=True)
        self.middle = certificate("Root", self.root_key, "Middle", self.middle_key, ca=True)

    def chain(self, key: Any, uri: str, **window: Any) -> list[x509.Certificate]:
        return [certificate("Middle", self.middle_key, "Klusdag", key, uri=uri, **window), self.middle]


def certificate(
    issuer: str, issuer_key: Any, subject: str, key: Any, *, ca: bool = False, uri: str = "",
    start: datetime = NOW - YEAR, end: datetime = NOW + YEAR,
) -> x509.Certificate:  # fmt: skip
    """One certificate, as RFC 5280 wants it."""
    builder = (
        x509.CertificateBuilder()
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    if ca:
        usage = dict.fromkeys(
            ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "crl_sign", "encipher_only", "decipher_only"), False,
        )  # fmt: skip
        builder = builder.add_extension(x509.KeyUsage(key_cert_sign=True, **usage), critical=True)
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = builder.add_extension(identifier, critical=False)
    if uri:
        names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri)])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


AUTHORITY = Authority()


def native(signer: KeySigner) -> Any:
    return signer.key._native


def issued(
    organisation: Organisation, world: World, chain: list[x509.Certificate], key: PrivateKey | None = None
) -> str:
    signer = organisation.signer("P-256")
    return sd_jwt.issue_statement(
        WORK_HISTORY, issuer=organisation.did, organisation_name=organisation.name, holder=world.holder,
        jti=new_id(), issued=NOW, status=None, signer=replace(signer, key=key or signer.key),
        new_salt=lambda: secrets.token_urlsafe(16), certificates=chain,
    )  # fmt: skip


@pytest.fixture
def stranger() -> Organisation:
    """On no trust list."""
    return Organisation("stranger", "Stranger")


def chain_of(organisation: Organisation, **changes: Any) -> list[x509.Certificate]:
    return AUTHORITY.chain(native(organisation.signer("P-256")), organisation.did, **changes)


def test_a_pinned_anchor_vouches_for_an_issuer_that_no_list_has(world: World, stranger: Organisation) -> None:
    copy = issued(stranger, world, chain_of(stranger))
    result = world.verify(copy, x509_anchors=(AUTHORITY.root,))
    assert result.outcome is Outcome.VALID
    assert found(result, CheckCode.ISSUER_KEY).reason == Reason.CERTIFICATE_KEY
    assert found(result, CheckCode.TRUST).reason == Reason.CERTIFIED


def test_without_the_anchor_a_chain_says_nothing(world: World, stranger: Organisation) -> None:
    copy = issued(stranger, world, chain_of(stranger))
    for anchors in ((), (Authority().root,)):
        result = world.verify(copy, x509_anchors=anchors)
        assert result.outcome is Outcome.INDETERMINATE
        known = {**world.documents(), **stranger.documents(NOW)}
        found_key = world.verify(copy, known, x509_anchors=anchors)
        assert troubles(found_key) == {("trust", "indeterminate", "not-listed")}


@pytest.mark.parametrize("change", [{"end": NOW - timedelta(days=1)}, {"start": NOW + timedelta(days=1)}])
def test_a_chain_out_of_its_time_does_not_count(
    world: World, stranger: Organisation, change: dict[str, datetime]
) -> None:
    copy = issued(stranger, world, chain_of(stranger, **change))
    assert world.verify(copy, x509_anchors=(AUTHORITY.root,)).outcome is Outcome.INDETERMINATE


def test_a_chain_with_a_link_missing_does_not_count(world: World, stranger: Organisation) -> None:
    copy = issued(stranger, world, chain_of(stranger)[:1])
    assert world.verify(copy, x509_anchors=(AUTHORITY.root,)).outcome is Outcome.INDETERMINATE
    assert world.verify(copy, x509_anchors=(AUTHORITY.middle,)).outcome is Outcome.VALID


def test_a_leaf_is_no_authority(world: World, stranger: Organisation) -> None:
    """Whoever has a certificate for himself cannot make one for another."""
    attacker = PrivateKey.generate("P-256")
    own = AUTHORITY.chain(attacker._native, "did:web:attacker.example")
    forged = certificate(
        "Klusdag", attacker._native, "Victim", native(stranger.signer("P-256")), uri=stranger.did
    )
    copy = issued(stranger, world, [forged, *own])
    assert world.verify(copy, x509_anchors=(AUTHORITY.root,)).outcome is Outcome.INDETERMINATE


def test_a_certificate_counts_for_nothing_against_the_trust_list(world: World) -> None:
    organisation = world.organisation
    assert world.verify(issued(organisation, world, chain_of(organisation))).outcome is Outcome.VALID
    other = PrivateKey.generate("P-256")
    copy = issued(organisation, world, AUTHORITY.chain(other._native, organisation.did), key=other)
    result = world.verify(copy, x509_anchors=(AUTHORITY.root,))
    assert result.outcome is Outcome.INVALID
    assert found(result, CheckCode.ISSUER_KEY).reason == Reason.CERTIFICATE_MISMATCH


def test_a_certificate_of_another_key_or_issuer_is_not_used_to_sign(
    world: World, stranger: Organisation
) -> None:
    other = PrivateKey.generate("P-256")
    for chain in (
        AUTHORITY.chain(other._native, stranger.did),
        AUTHORITY.chain(native(stranger.signer("P-256")), "did:web:other.example"),
        [AUTHORITY.middle],
    ):
        with pytest.raises(SdJwtError):
            issued(stranger, world, chain)


def test_a_header_without_the_issuers_certificate_is_refused(stranger: Organisation) -> None:
    good = encode_chain(chain_of(stranger))
    assert encode_chain(read_chain({"x5c": good}, stranger.did)) == good
    wrong = encode_chain(AUTHORITY.chain(native(stranger.signer("P-256")), "did:web:other.example"))
    for x5c in (None, "x", [], [1], ["?"], ["AAAA"], [good[0].rstrip("=") + "!"], good[1:], wrong, good * 4):
        with pytest.raises(SdJwtError):
            read_chain({"x5c": x5c}, stranger.did)


def test_the_header_carries_the_chain_without_its_root(world: World, stranger: Organisation) -> None:
    chain = chain_of(stranger)
    header = jws.parse(issued(stranger, world, chain).split("~", 1)[0]).header
    assert header["x5c"] == encode_chain(chain)
    assert header["kid"] == stranger.signer("P-256").verification_method
