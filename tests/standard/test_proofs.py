from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given, settings

from standard import base58btc
from standard.credentials import check_credential, check_presentation, credential_document
from standard.dids import did_key_public_key, did_of
from standard.errors import DataModelError, ProofError, SignatureMismatchError, VocabularyError
from standard.jsonld import CREDENTIALS_V2, KLUSCV_V1, check_vocabulary
from standard.jsonld.rdfc import CanonicalizationBudgetError
from standard.keys import Algorithm, KeySigner, PrivateKey, PublicKey
from standard.model import Statement
from standard.proofs import SUITES, SecuredDocument, add_proof, read_proof, read_proofs, verify_proof
from standard.proofs.cryptosuite import SigningCryptosuite
from tests.standard.contexts import WITH_EXAMPLES
from tests.standard.mutations import mutations
from tests.standard.signers import KEYS, NOW, ORGANISATION, WORKER, WORKER_SIGNER, organisation_signer
from tests.standard.statements import RATING_HISTORY, WORK_HISTORY, new_id, statements
from tests.standard.vectors import vectors

Document = dict[str, Any]
SUITES_AND_KEYS: list[tuple[str, Algorithm]] = [
    ("eddsa-rdfc-2022", "Ed25519"),
    ("ecdsa-rdfc-2019", "P-256"),
    ("ecdsa-rdfc-2019", "P-384"),
    ("eddsa-jcs-2022", "Ed25519"),
    ("ecdsa-jcs-2019", "P-256"),
    ("ecdsa-jcs-2019", "P-384"),
]


def _credential(statement: Statement) -> Document:
    return credential_document(
        statement, issuer=ORGANISATION, organisation_name="Klusdag B.V.", subject=WORKER,
        credential_id=new_id(), issued=NOW, status=None, new_id=new_id,
    )  # fmt: skip


def _signed(document: Document, suite: str = "eddsa-rdfc-2022", algorithm: Algorithm = "Ed25519") -> Document:
    signer = organisation_signer(algorithm)
    return add_proof(document, cryptosuite=suite, signer=signer, created=NOW, purpose="assertionMethod")


def _presentation() -> Document:
    envelope = {"@context": CREDENTIALS_V2, "type": "EnvelopedVerifiableCredential"}
    unsigned = {
        "@context": [CREDENTIALS_V2, KLUSCV_V1],
        "id": new_id(),
        "type": ["VerifiablePresentation", "KlusCVPresentation"],
        "holder": WORKER,
        "pageLanguage": "nl",
        "ownWords": {
            "id": new_id(), "type": "OwnWords", "headline": "Kok", "ownText": "Graag.", "language": "nl",
        },
        "verifiableCredential": [
            {**envelope, "id": f"data:application/dc+sd-jwt,e30.e30.{signature}~WyJ4Il0~"}
            for signature in ("AAAA", "BBBB")
        ],
    }  # fmt: skip
    return add_proof(
        unsigned, cryptosuite="ecdsa-rdfc-2019", signer=WORKER_SIGNER, created=NOW, purpose="authentication",
        challenge="n-0S6_WzA2Mj", domain="https://verifier.example",
    )  # fmt: skip


@settings(max_examples=30)
@given(statements)
@pytest.mark.parametrize(("suite", "algorithm"), SUITES_AND_KEYS)
def test_what_is_signed_verifies_with_its_key_alone(
    suite: str, algorithm: Algorithm, statement: Statement
) -> None:
    signed = _signed(_credential(statement), suite, algorithm)
    verify_proof(signed, signed["proof"], KEYS[algorithm].public_key)
    stranger = KeySigner(
        KEYS[algorithm].generate(algorithm), organisation_signer(algorithm).verification_method
    )
    with pytest.raises(SignatureMismatchError):
        verify_proof(signed, signed["proof"], stranger.public_key)


def _accepted(check: Callable[[Document], None], document: Document, key: PublicKey) -> bool:
    try:
        check(document)
        for proof in read_proofs(document):
            verify_proof(document, proof, key)
    except (DataModelError, ProofError):
        return False
    return True


@pytest.mark.parametrize(
    ("document", "check", "key"),
    [
        (_signed(_credential(WORK_HISTORY)), check_credential, KEYS["Ed25519"].public_key),
        (_signed(_credential(RATING_HISTORY)), check_credential, KEYS["Ed25519"].public_key),
        (_presentation(), check_presentation, KEYS["P-256"].public_key),
        (_signed(_credential(WORK_HISTORY), "eddsa-jcs-2022"), check_credential, KEYS["Ed25519"].public_key),
    ],
    ids=["work history", "rating", "presentation", "work history in jcs"],
)
def test_no_changed_document_is_ever_accepted(
    document: Document, check: Callable[[Document], None], key: PublicKey
) -> None:
    assert _accepted(check, document, key)
    accepted, count = [], 0
    for what, changed in mutations(document):
        count += 1
        # One proof in a list says the same as that proof alone.
        if changed.get("proof") != [document["proof"]] and _accepted(check, changed, key):
            accepted.append(what)
    assert accepted == []
    assert count > 80


def test_claims_cannot_move_between_nodes() -> None:
    signed = _signed(_credential(WORK_HISTORY))
    swapped = copy.deepcopy(signed)
    first, second = swapped["credentialSubject"]["engagement"]
    first["gigCount"], second["gigCount"] = second["gigCount"], first["gigCount"]
    assert not _accepted(check_credential, swapped, KEYS["Ed25519"].public_key)


def test_the_order_of_a_list_carries_no_meaning() -> None:
    signed = _signed(_credential(WORK_HISTORY))
    signed["credentialSubject"]["engagement"].reverse()
    assert _accepted(check_credential, signed, KEYS["Ed25519"].public_key)


def test_an_undefined_term_is_an_error_when_signing_too() -> None:
    with pytest.raises(DataModelError):
        _signed({**_credential(WORK_HISTORY), "score": "10"})


def test_a_second_proof_stands_beside_the_first() -> None:
    both = _signed(_signed(_credential(WORK_HISTORY)), "ecdsa-rdfc-2019", "P-256")
    assert [proof["cryptosuite"] for proof in read_proofs(both)] == ["eddsa-rdfc-2022", "ecdsa-rdfc-2019"]
    for proof, algorithm in zip(read_proofs(both), ("Ed25519", "P-256"), strict=True):
        verify_proof(both, proof, KEYS[algorithm].public_key)  # type: ignore[index]


def test_a_proof_says_when_and_by_whom_and_what_for() -> None:
    proof = read_proof(_presentation()["proof"])
    assert proof.created == datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    assert proof.verification_method == WORKER_SIGNER.verification_method
    assert (proof.purpose, proof.challenge) == ("authentication", "n-0S6_WzA2Mj")
    assert proof.domains == ("https://verifier.example",)


def test_every_suite_that_signs_by_its_name_is_tested_here() -> None:
    signing = {name for name, suite in SUITES.items() if isinstance(suite, SigningCryptosuite)}
    assert signing == {name for name, _ in SUITES_AND_KEYS}


@pytest.mark.parametrize("suite", sorted({name for name, _ in SUITES_AND_KEYS}))
def test_a_suite_signs_with_its_own_kinds_of_key_only(suite: str) -> None:
    wrong: Algorithm = "P-256" if suite.startswith("eddsa") else "Ed25519"
    with pytest.raises(ProofError, match="keys"):
        _signed(_credential(WORK_HISTORY), suite, wrong)
    right: Algorithm = "Ed25519" if suite.startswith("eddsa") else "P-256"
    signed = _signed(_credential(WORK_HISTORY), suite, right)
    with pytest.raises(ProofError, match="keys"):
        verify_proof(signed, signed["proof"], KEYS[wrong].public_key)


def test_an_unknown_suite_cannot_sign() -> None:
    with pytest.raises(ProofError, match="not known"):
        _signed(_credential(WORK_HISTORY), "eddsa-rdfc-2032")


@pytest.mark.parametrize("value", [None, "", "proof", [], [None], ["x"], [{}], {}, 7])
def test_a_document_without_a_proof_is_refused(value: Any) -> None:
    with pytest.raises(ProofError):
        read_proofs({"proof": value})
    with pytest.raises(ProofError):
        read_proofs({})


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("type", None), ("type", "Ed25519Signature2020"), ("type", ["DataIntegrityProof"]),
        ("cryptosuite", None), ("cryptosuite", "eddsa-rdfc-2032"), ("cryptosuite", 7),
        ("verificationMethod", None), ("verificationMethod", {"id": "did:key:x"}),
        ("proofPurpose", None), ("proofPurpose", ""), ("proofPurpose", ["assertionMethod"]),
        ("proofValue", None), ("proofValue", ""), ("proofValue", 7),
        ("created", "2026-11-22"), ("created", None), ("created", "2026-11-22T08:30:00"),
        ("expires", "soon"), ("challenge", 7), ("domain", []), ("domain", {}),
        ("previousProof", None), ("previousProof", 7), ("previousProof", []),
        ("previousProof", "urn:x:missing"),
        ("@context", CREDENTIALS_V2),
    ],
)  # fmt: skip
def test_a_malformed_proof_is_refused(member: str, value: Any) -> None:
    signed = _signed(_credential(WORK_HISTORY))
    proof = {**signed["proof"], member: value}
    with pytest.raises(ProofError):
        verify_proof({**signed, "proof": proof}, proof, KEYS["Ed25519"].public_key)
    if value is None and member not in ("created", "previousProof"):
        del proof[member]
        with pytest.raises(ProofError):
            verify_proof({**signed, "proof": proof}, proof, KEYS["Ed25519"].public_key)


@pytest.mark.parametrize(("suite", "algorithm"), SUITES_AND_KEYS)
def test_a_signature_has_one_spelling_and_one_length(suite: str, algorithm: Algorithm) -> None:
    signed = _signed(_credential(WORK_HISTORY), suite, algorithm)
    value = signed["proof"]["proofValue"]
    signature = base58btc.decode(value, max_characters=200)
    others = [
        "u" + value[1:], value[1:], value + " ", value + "\n", "z" + value, "z1" + value[1:], "z" * 5000,
        *(base58btc.encode(other) for other in (signature[:-1], signature + b"\0", b"\0" + signature)),
    ]  # fmt: skip
    for other in others:
        proof = {**signed["proof"], "proofValue": other}
        with pytest.raises(ProofError):
            verify_proof(signed, proof, KEYS[algorithm].public_key)


def test_created_may_be_absent() -> None:
    folder = vectors("vc-di-eddsa") / "TestVectors"
    signed = json.loads((folder / "eddsa-rdfc-2022" / "signedDataInt.json").read_text(encoding="utf-8"))
    del signed["proof"]["created"]
    assert read_proof(signed["proof"]).created is None
    with pytest.raises(SignatureMismatchError):
        verify_proof(signed, signed["proof"], _key(signed["proof"]), contexts=WITH_EXAMPLES)


def _key(proof: Document) -> PublicKey:
    return did_key_public_key(did_of(read_proof(proof).verification_method))


@pytest.mark.parametrize(
    ("suite", "file"),
    [
        ("vc-di-eddsa", "eddsa-rdfc-2022/signedDataInt.json"),
        ("vc-di-eddsa", "proof-set-chain/signedProofSet1.json"),
        ("vc-di-eddsa", "proof-set-chain/signedProofSet2.json"),
        ("vc-di-eddsa", "proof-set-chain/signedProofChain1.json"),
        ("vc-di-eddsa", "proof-set-chain/signedProofChain2.json"),
        ("vc-di-ecdsa", "ecdsa-rdfc-2019-p256/signedECDSAP256.json"),
        ("vc-di-ecdsa", "ecdsa-rdfc-2019-p384/signedECDSAP384.json"),
        ("vc-di-eddsa", "eddsa-jcs-2022/signedJCS.json"),
        ("vc-di-ecdsa", "ecdsa-jcs-2019-p256/signedJCSECDSAP256.json"),
        ("vc-di-ecdsa", "ecdsa-jcs-2019-p384/signedJCSECDSAP384.json"),
    ],
)
def test_the_signed_examples_of_the_w3c_verify(suite: str, file: str) -> None:
    signed = json.loads((vectors(suite) / "TestVectors" / file).read_text(encoding="utf-8"))
    proofs = read_proofs(signed)
    for proof in proofs:
        verify_proof(signed, proof, _key(dict(proof)), contexts=WITH_EXAMPLES)
        with pytest.raises(ProofError):
            verify_proof({**signed, "id": "urn:x:y"}, proof, _key(dict(proof)), contexts=WITH_EXAMPLES)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_chain_holds_the_earlier_proofs_that_it_names(suite: str) -> None:
    first, second = (f"urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc454{digit}" for digit in "12")
    document = _credential(WORK_HISTORY)
    organisation = organisation_signer("Ed25519")
    for proof_id, previous in ((first, ()), (second, (first,)), (None, (second, first))):
        document = add_proof(
            document, cryptosuite=suite, signer=organisation, created=NOW, purpose="assertionMethod",
            proof_id=proof_id, previous=previous,
        )  # fmt: skip
    key = KEYS["Ed25519"].public_key
    for proof in read_proofs(document):
        verify_proof(document, proof, key)
    *_, last = read_proofs(document)
    assert last["previousProof"] == [second, first]
    for lost in (0, 1):
        remaining = [proof for place, proof in enumerate(document["proof"]) if place != lost]
        with pytest.raises(ProofError, match="previous"):
            verify_proof({**document, "proof": remaining}, last, key)
    altered = copy.deepcopy(document)
    altered["proof"][0]["created"] = "2026-11-22T08:30:01Z"
    with pytest.raises(SignatureMismatchError):
        verify_proof(altered, last, key)


def test_a_proof_cannot_be_chained_to_one_that_is_not_there() -> None:
    with pytest.raises(ProofError, match="previous"):
        add_proof(
            _signed(_credential(WORK_HISTORY)), cryptosuite="eddsa-rdfc-2022",
            signer=organisation_signer("Ed25519"), created=NOW, purpose="assertionMethod",
            previous=("urn:x:missing",),
        )  # fmt: skip


def test_a_jcs_proof_goes_by_its_own_contexts_and_the_document_must_begin_with_them() -> None:
    signed = _signed(_credential(WORK_HISTORY), "eddsa-jcs-2022")
    proof, key = signed["proof"], KEYS["Ed25519"].public_key
    assert proof["@context"] == signed["@context"]
    verify_proof({**signed, "@context": [*signed["@context"], "https://w3id.org/other"]}, proof, key)
    for contexts in (signed["@context"][:1], signed["@context"][::-1], signed["@context"][0], None, {}):
        with pytest.raises(ProofError, match="contexts"):
            verify_proof({**signed, "@context": contexts}, proof, key)
    without = {name: value for name, value in proof.items() if name != "@context"}
    with pytest.raises(SignatureMismatchError):
        verify_proof(signed, without, key)


def test_a_chained_proof_fails_when_the_one_before_it_is_gone_or_changed() -> None:
    file = vectors("vc-di-eddsa") / "TestVectors" / "proof-set-chain" / "signedProofChain2.json"
    signed = json.loads(file.read_text(encoding="utf-8"))
    *earlier, last = signed["proof"]
    with pytest.raises(ProofError, match="previous"):
        verify_proof({**signed, "proof": [*earlier[:-1], last]}, last, _key(last), contexts=WITH_EXAMPLES)
    changed = {**signed, "proof": [*earlier[:-1], {**earlier[-1], "created": "2020-01-01T00:00:00Z"}, last]}
    with pytest.raises(SignatureMismatchError):
        verify_proof(changed, last, _key(last), contexts=WITH_EXAMPLES)


@pytest.mark.parametrize(
    ("folder", "keys", "example", "suite", "algorithm"),
    [
        ("vc-di-eddsa", "keyPair", "eddsa-rdfc-2022/signedDataInt", "eddsa-rdfc-2022", "Ed25519"),
        ("vc-di-ecdsa", "p256KeyPair", "ecdsa-rdfc-2019-p256/signedECDSAP256", "ecdsa-rdfc-2019", "P-256"),
        ("vc-di-ecdsa", "p384KeyPair", "ecdsa-rdfc-2019-p384/signedECDSAP384", "ecdsa-rdfc-2019", "P-384"),
        ("vc-di-eddsa", "keyPair", "eddsa-jcs-2022/signedJCS", "eddsa-jcs-2022", "Ed25519"),
        ("vc-di-ecdsa", "p256KeyPair", "ecdsa-jcs-2019-p256/signedJCSECDSAP256", "ecdsa-jcs-2019", "P-256"),
        ("vc-di-ecdsa", "p384KeyPair", "ecdsa-jcs-2019-p384/signedJCSECDSAP384", "ecdsa-jcs-2019", "P-384"),
    ],
)
def test_signing_the_examples_of_the_w3c_gives_their_signatures(
    folder: str, keys: str, example: str, suite: str, algorithm: Algorithm
) -> None:
    source = vectors(folder) / "TestVectors"
    signed = json.loads((source / f"{example}.json").read_text(encoding="utf-8"))
    pair = json.loads((source / f"{keys}.json").read_text(encoding="utf-8"))
    expected = read_proof(signed["proof"])
    signer = KeySigner(_private_key(algorithm, pair), expected.verification_method)
    assert expected.created is not None
    again = add_proof(
        {name: value for name, value in signed.items() if name != "proof"},
        cryptosuite=suite, signer=signer, created=expected.created, purpose=expected.purpose,
        contexts=WITH_EXAMPLES,
    )  # fmt: skip
    assert again == signed


def _private_key(algorithm: Algorithm, pair: dict[str, str]) -> PrivateKey:
    secret = base58btc.decode(
        pair.get("privateKeyMultibase") or pair["secretKeyMultibase"], max_characters=100
    )
    if algorithm == "Ed25519":
        return PrivateKey(algorithm, ed25519.Ed25519PrivateKey.from_private_bytes(secret[2:]))
    curve = ec.SECP256R1() if algorithm == "P-256" else ec.SECP384R1()
    return PrivateKey(algorithm, ec.derive_private_key(int.from_bytes(secret[2:], "big"), curve))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda document: {**document, "undefined": "x"}, "$.undefined is"),
        (
            lambda document: {**document, "proof": {**document["proof"], "undefined": "x"}},
            "$.proof.undefined is",
        ),
        (
            lambda document: {**document, "proof": [document["proof"], {"undefined": 1}]},
            "$.proof[1].undefined is",
        ),
        (
            lambda document: {**document, "proof": {**document["proof"], "type": "Undefined"}},
            "$.proof.type names",
        ),
    ],
)
def test_what_no_signature_covers_is_found_in_the_document_and_in_its_proofs(
    change: Callable[[Document], Document], place: str
) -> None:
    signed = _signed(_credential(WORK_HISTORY))
    SecuredDocument(signed).check_vocabulary()
    for check in (SecuredDocument(change(signed)).check_vocabulary, lambda: check_vocabulary(change(signed))):
        with pytest.raises(VocabularyError) as caught:
            check()
        assert str(caught.value).startswith(place)


def test_a_graph_too_hard_to_label_is_left_to_its_proofs() -> None:
    signed = _signed(_credential(WORK_HISTORY))
    secured = SecuredDocument({**signed, "evidence": [{"type": "Engagement"}] * 2_001})
    secured.check_vocabulary()
    with pytest.raises(CanonicalizationBudgetError):
        secured.verify_proof(signed["proof"], KEYS["Ed25519"].public_key)
