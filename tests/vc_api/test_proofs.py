"""What the verifier refuses in proofs, and how the instances sign."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from standard import base58btc, base64url, proofs
from standard.proofs.cryptosuite import Content
from standard.vc_api.contexts import issuable
from tests.standard.vectors import vectors
from tests.vc_api.acting import (
    CHALLENGE,
    DOMAIN,
    EMPLOYEE,
    SUITES,
    V2,
    Api,
    assert_refused,
    changed,
    credential,
    credential_v1,
    presentation,
    signer,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def issued(api: Api) -> dict[str, Any]:
    return api.issued(credential())


@pytest.mark.parametrize("document", [credential, credential_v1])
@pytest.mark.parametrize("suite", SUITES)
def test_every_cryptosuite_issues_what_verifies(api: Api, suite: str, document: Any) -> None:
    made = api.issued(document(), suite)
    assert made["proof"]["cryptosuite"] == suite
    assert made["proof"]["proofValue"].startswith("z")
    answer = api.verify(made)
    assert answer.status_code == 200, answer.text
    assert_refused(api.verify(changed(made, "credentialSubject", "id", value="did:example:other")))


def test_the_default_addresses_are_strict_and_issue_too(api: Api) -> None:
    answer = api.issuer.post("/credentials/issue", json={"credential": credential()})
    assert answer.status_code == 201
    verdict = api.verifier.post("/credentials/verify", json={"verifiableCredential": answer.json()})
    assert verdict.status_code == 200, verdict.text
    assert verdict.json()["checks"] == ["dataModel", "proof", "issuer", "validityPeriod", "credentialStatus"]


@pytest.mark.parametrize("proof", [None, "proof", {}, [], [{}], 4, [None]])
def test_a_proof_that_is_none_is_refused(api: Api, issued: dict[str, Any], proof: Any) -> None:
    assert_refused(api.verify({**issued, "proof": proof}))


def test_a_credential_without_a_proof_is_refused(api: Api) -> None:
    assert_refused(api.verify(credential()))


@pytest.mark.parametrize("name", ["type", "cryptosuite", "verificationMethod", "proofPurpose", "proofValue"])
@pytest.mark.parametrize("value", [..., None, 4, "", "Unknown"])
def test_a_proof_with_a_faulty_member_is_refused(
    api: Api, issued: dict[str, Any], name: str, value: Any
) -> None:
    assert_refused(api.verify(changed(issued, "proof", name, value=value)))


@pytest.mark.parametrize("name", ["created", "expires"])
@pytest.mark.parametrize("value", ["invalidDate", None, 4, "2026-13-01T00:00:00Z"])
def test_an_invalid_date_of_a_proof_is_refused(
    api: Api, issued: dict[str, Any], name: str, value: Any
) -> None:
    assert_refused(api.verify(changed(issued, "proof", name, value=value)))


def test_terms_and_types_added_after_the_signing_are_refused(api: Api, issued: dict[str, Any]) -> None:
    assert_refused(api.verify(changed(issued, "credentialSubject", "undefined", value="dropped")))
    assert_refused(api.verify(changed(issued, "type", value=[*issued["type"], "Undefined"])))


def test_a_credential_as_text_is_refused(api: Api, issued: dict[str, Any]) -> None:
    assert_refused(api.verify(json.dumps(issued)))


def test_a_proof_without_its_date_verifies(api: Api) -> None:
    own = signer()
    document = credential(issuer=own.verification_method.partition("#")[0])
    options = {
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofPurpose": "assertionMethod",
        "verificationMethod": own.verification_method,
    }  # fmt: skip
    suite = proofs.SUITES["eddsa-rdfc-2022"]
    proof = suite.create(Content(document, issuable()), options, own)  # type: ignore[attr-defined]
    assert api.verify({**document, "proof": proof}).status_code == 200


def test_a_key_that_is_not_the_issuers_passes_proof_only(api: Api) -> None:
    own = signer()
    document = signed(credential(issuer="https://university.example/issuers/1"), own)
    assert_refused(api.verify(document))
    assert api.verify(document, "proof-only").status_code == 200


def test_every_proof_of_a_set_must_verify(api: Api) -> None:
    own = signer()
    both = signed(signed(credential(issuer=own.verification_method.partition("#")[0]), own), signer("P-256"))
    assert api.verify(both).status_code == 200
    assert_refused(api.verify(changed(both, "proof", 1, "proofValue", value=both["proof"][0]["proofValue"])))


@pytest.mark.parametrize("previous", ["urn:uuid:missing", 4, ["urn:uuid:missing"], {}, None, []])
def test_a_previous_proof_must_be_there(api: Api, issued: dict[str, Any], previous: Any) -> None:
    assert_refused(api.verify(changed(issued, "proof", "previousProof", value=previous)))


def test_a_chain_of_proofs_verifies_and_breaks_as_one(api: Api) -> None:
    own = signer()
    document = credential(issuer=own.verification_method.partition("#")[0])
    first = proofs.add_proof(
        document, cryptosuite="eddsa-rdfc-2022", signer=signer(), created=NOW, purpose="assertionMethod",
        proof_id="urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544",
    )  # fmt: skip
    chain = proofs.add_proof(
        first, cryptosuite="eddsa-rdfc-2022", signer=own, created=NOW, purpose="assertionMethod",
        previous=("urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544",),
    )  # fmt: skip
    assert api.verify(chain).status_code == 200
    assert_refused(api.verify(changed(chain, "proof", 0)))


@pytest.mark.parametrize("curve, length", [("P-256", 64), ("P-384", 96)])
def test_each_curve_signs_at_its_own_length(api: Api, curve: str, length: int) -> None:
    for suite in ("ecdsa-rdfc-2019", "ecdsa-jcs-2019"):
        body = {"credential": credential()}
        answer = api.issuer.post(f"/vc/{suite}/{curve}/credentials/issue", json=body)
        assert answer.status_code == 201, answer.text
        value = answer.json()["proof"]["proofValue"]
        assert len(base58btc.decode(value, max_characters=200)) == length
        assert api.verify(answer.json()).status_code == 200


def test_the_named_issuer_chooses_among_the_keys_of_an_instance(api: Api) -> None:
    named = {entry["id"] for entry in api.issuer.get("/vc/instances").json() if entry["keyType"] == "P-384"}
    (did,) = named
    issued = api.issued(credential(issuer=did), "ecdsa-rdfc-2019")
    assert issued["issuer"] == did and issued["proof"]["verificationMethod"].startswith(did)


def test_a_holder_derives_what_is_mandatory_and_what_is_chosen(api: Api) -> None:
    document = credential(**{"@context": [V2, EMPLOYEE]}, credentialSubject={"name": "Alice", "salary": 5.5})
    base = api.issued(document, "ecdsa-sd-2023", mandatoryPointers=["/issuer"])
    assert base64url.decode(base["proof"]["proofValue"][1:]).startswith(bytes.fromhex("d95d00"))
    assert_refused(api.verify(base))
    answer = api.derive(base, "/credentialSubject/name")
    assert answer.status_code == 201, answer.text
    shown = answer.json()
    assert shown["credentialSubject"] == {"name": "Alice"} and shown["issuer"] == base["issuer"]
    assert base64url.decode(shown["proof"]["proofValue"][1:]).startswith(bytes.fromhex("d95d01"))
    assert api.verify(shown).status_code == 200
    assert_refused(api.verify(changed(shown, "credentialSubject", "name", value="Bob")))
    without_letter = shown["proof"]["proofValue"][1:]
    assert_refused(api.verify(changed(shown, "proof", "proofValue", value=without_letter)))
    assert api.derive(base, "").status_code == 201


def test_a_pointer_to_nothing_is_refused(api: Api) -> None:
    assert_refused(api.issue(credential(), "ecdsa-sd-2023", mandatoryPointers=["/credentialSubject/nothing"]))
    base = api.issued(credential(), "ecdsa-sd-2023", mandatoryPointers=["/issuer"])
    assert_refused(api.derive(base, "/credentialSubject/nothing"))
    assert_refused(api.issue(credential(), mandatoryPointers=["/issuer"]))


def test_a_presentation_verifies_with_its_challenge_and_domain(api: Api, issued: dict[str, Any]) -> None:
    shown = presentation([issued, api.issued(credential(), "eddsa-jcs-2022")])
    answer = api.verify_presentation(shown, challenge=CHALLENGE, domain=DOMAIN)
    assert answer.status_code == 200, answer.text
    assert api.verify_presentation(shown).status_code == 200
    assert_refused(api.verify_presentation(shown, challenge="other", domain=DOMAIN))
    assert_refused(api.verify_presentation(shown, challenge=CHALLENGE, domain="other.example"))


@pytest.mark.parametrize(
    "members",
    [
        {"holder": "not a url"},
        {"holder": {"name": "no id"}},
        {"verifiableCredential": ["https://example.org/credential"]},
        {"verifiableCredential": [4]},
        {"type": []},
        {"@context": []},
        {"@context": [V2, "https://example.com"]},
        {"@context": [V2, 123192875]},
        {"id": ["did:example:1", "did:example:2"]},
    ],
)
def test_a_presentation_that_breaks_the_data_model_is_refused(api: Api, members: dict[str, Any]) -> None:
    assert_refused(api.verify_presentation({**presentation([api.issued(credential())]), **members}))


def test_a_presentation_is_no_better_than_the_credentials_in_it(api: Api, issued: dict[str, Any]) -> None:
    forged = changed(issued, "credentialSubject", "name", value="Bob")
    assert_refused(api.verify_presentation(presentation([api.issued(credential()), forged])))


def test_a_presentation_by_another_than_its_holder_is_refused(api: Api, issued: dict[str, Any]) -> None:
    assert_refused(api.verify_presentation(presentation([issued], holder="did:example:somebody")))


@pytest.mark.parametrize(
    "envelope",
    [
        {
            "@context": V2,
            "id": "data:application/vc+jwt,eyJh.eyJp.c2ln",
            "type": "EnvelopedVerifiableCredential",
        },
        {"@context": [], "id": "data:application/vc+jwt,eyJh", "type": "EnvelopedVerifiableCredential"},
        {"@context": V2, "id": "eyJh", "type": "EnvelopedVerifiableCredential"},
        {"@context": V2, "id": "data:application/vc+jwt,eyJh"},
    ],
)
def test_an_envelope_that_cannot_be_opened_is_refused(api: Api, envelope: dict[str, Any]) -> None:
    assert_refused(api.verify(envelope))
    shown = presentation([api.issued(credential())])
    assert_refused(api.verify_presentation({**shown, "verifiableCredential": [envelope]}))


@pytest.mark.parametrize("name", ["vc-di-ecdsa", "vc-di-eddsa"])
def test_the_vectors_of_the_w3c_verify_by_their_proofs(api: Api, name: str) -> None:
    documents = dict(_signed_vectors(vectors(name)))
    assert len(documents) > 5
    for file, document in documents.items():
        answer = api.verify(document, "proof-only")
        assert answer.status_code == 200, (file, answer.text)
        held = document["proof"]
        proof = held[0] if isinstance(held, list) else held
        cut = {**document, "proof": {**proof, "proofValue": proof["proofValue"][:-1]}}
        assert_refused(api.verify(cut, "proof-only"))


def _signed_vectors(folder: Path) -> Iterator[tuple[Path, Any]]:
    """Every signed document that is not a base proof, nor a chain without its beginning."""
    for file in sorted(folder.glob("TestVectors/**/*.json")):
        document = json.loads(file.read_text(encoding="utf-8"))
        held = document.get("proof") if isinstance(document, dict) else None
        kinds = {proof.get("type") for proof in (held if isinstance(held, list) else [held]) if proof}
        if kinds == {"DataIntegrityProof"} and file.stem not in ("addSignedSDBase", "proofChainTempDoc2"):
            yield file, document


def signed(document: dict[str, Any], own: Any) -> dict[str, Any]:
    suite = "eddsa-rdfc-2022" if own.public_key.algorithm == "Ed25519" else "ecdsa-rdfc-2019"
    return proofs.add_proof(document, cryptosuite=suite, signer=own, created=NOW, purpose="assertionMethod")
