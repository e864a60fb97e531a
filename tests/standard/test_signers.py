"""Keys that are kept elsewhere sign as keys in a file do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from hypothesis import given
from hypothesis import strategies as st

from standard import proofs
from standard.credentials import credential_document
from standard.errors import KeyFormatError, SigningError
from standard.keys import Algorithm, KeySigner, PrivateKey, Signer
from standard.model import DidUrl
from standard.signers.kms import KmsSigner
from standard.signers.signatures import digest, fixed_length
from tests.key_stores import HardwareModule, transport
from tests.standard.signers import ALGORITHMS, NOW, ORGANISATION, WORKER
from tests.standard.statements import WORK_HISTORY, new_id

METHOD = DidUrl(f"{ORGANISATION}#key")


@pytest.fixture(scope="module")
def token(softhsm: HardwareModule) -> Any:
    """A token of its own with one key pair of each kind."""
    from standard.signers.hardware import open_token

    make_keys(softhsm)
    session = open_token(softhsm.library, token=softhsm.label, pin=softhsm.pin)
    yield session
    session.close()


def make_keys(module: HardwareModule) -> None:
    import pkcs11

    from standard.signers.hardware import make_pair

    with (
        pkcs11.lib(str(module.library))
        .get_token(token_label=module.label)
        .open(rw=True, user_pin=module.pin) as session
    ):
        for algorithm in ALGORITHMS:
            assert make_pair(session, label=algorithm, algorithm=algorithm).algorithm == algorithm


def check(signer: Signer, algorithm: Algorithm) -> None:
    """It signs like any other, down to a whole credential."""
    assert (signer.public_key.algorithm, signer.verification_method) == (algorithm, METHOD)
    for message in (b"", b"x", b"y" * 5000):
        signature = signer.sign(message)
        assert len(signature) == signer.public_key.signature_bytes
        signer.public_key.verify(signature, message)
    document = credential_document(
        WORK_HISTORY, issuer=ORGANISATION, organisation_name="Klusdag", subject=WORKER,
        credential_id=new_id(), issued=NOW, status=None, new_id=new_id,
    )  # fmt: skip
    cryptosuite = "eddsa-rdfc-2022" if algorithm == "Ed25519" else "ecdsa-rdfc-2019"
    signed = proofs.add_proof(
        document, cryptosuite=cryptosuite, signer=signer, created=NOW, purpose="assertionMethod"
    )
    proofs.verify_proof(signed, signed["proof"], signer.public_key)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_hardware_module_signs(token: Any, algorithm: Algorithm) -> None:
    from standard.signers.hardware import HardwareSigner

    check(HardwareSigner(token, label=algorithm, verification_method=METHOD), algorithm)


def test_a_hardware_module_says_what_it_lacks(token: Any, softhsm: HardwareModule) -> None:
    from standard.signers.hardware import HardwareSigner, open_token

    with pytest.raises(SigningError):
        HardwareSigner(token, label="nobody", verification_method=METHOD)
    for module, label in ((softhsm.library, "nowhere"), (Path("/nowhere.so"), softhsm.label)):
        with pytest.raises(SigningError):
            open_token(module, token=label, pin=softhsm.pin)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_service_signs(key_service: str, algorithm: Algorithm) -> None:
    key_id = algorithm.lower().replace("-", "")
    check(KmsSigner(transport(key_service), key_id=key_id, verification_method=METHOD), algorithm)


def test_a_key_service_that_refuses_is_an_error_of_its_own(key_service: str) -> None:
    for secret, key_id in (("wrong", "p256"), ("open", "unknown")):
        with pytest.raises(SigningError):
            KmsSigner(transport(key_service, secret), key_id=key_id, verification_method=METHOD)
    with pytest.raises(SigningError):
        KmsSigner(transport("127.0.0.1:1"), key_id="p256", verification_method=METHOD)
    with pytest.raises(KeyFormatError):
        KmsSigner(transport(key_service), key_id="k256", verification_method=METHOD)


def test_a_signature_of_another_key_does_not_leave(key_service: str) -> None:
    """The service was told to roll over, and nobody told the issuer."""
    honest = transport(key_service)

    def confused(operation: str, question: Any) -> Any:
        other = {"p256": "p384"} if operation == "public-key" else {}
        return honest(operation, {**question, "keyId": other.get(question["keyId"], question["keyId"])})

    signer = KmsSigner(confused, key_id="p256", verification_method=METHOD)
    with pytest.raises(SigningError):
        signer.sign(b"x")


@pytest.mark.parametrize("answer", [{}, {"signature": 1}, {"signature": "?"}, {"signature": "AAAA"}])
def test_an_answer_that_is_no_signature_is_refused(key_service: str, answer: dict[str, Any]) -> None:
    honest = transport(key_service)

    def junk(operation: str, question: Any) -> Any:
        return honest(operation, question) if operation == "public-key" else answer

    with pytest.raises(SigningError):
        KmsSigner(junk, key_id="p256", verification_method=METHOD).sign(b"x")


@given(message=st.binary(max_size=64))
def test_der_and_fixed_length_say_the_same(message: bytes) -> None:
    native = ec.generate_private_key(ec.SECP256R1())
    key = KeySigner(PrivateKey("P-256", native), METHOD).public_key
    der = native.sign(digest(key, message), ec.ECDSA(Prehashed(hashes.SHA256())))
    key.verify(fixed_length(key, der), message)


@given(st.binary(max_size=80))
def test_what_is_no_der_signature_is_refused(junk: bytes) -> None:
    key = PrivateKey.generate("P-256").public_key
    with pytest.raises(SigningError):
        fixed_length(key, junk)
