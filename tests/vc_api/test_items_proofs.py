"""What is commonly missed of proofs, items 17 to 29, over real HTTP."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest

from standard import base58btc, base64url, proofs
from tests.vc_api.acting import (
    CHALLENGE,
    DOMAIN,
    EMPLOYEE,
    V2,
    Api,
    assert_refused,
    changed,
    credential,
    own_issuer,
    presentation,
    signed_as_text,
    signer,
)
from tests.vc_api.conftest import NOW
from tests.vc_api.items import item


@item(17)
@pytest.mark.parametrize("value", [..., None, "proof", "", {}, [], [[]], [None], 4, True, [{}, {}]])
def test_a_proof_that_is_none_is_refused_wherever_it_stands(served: Api, value: Any) -> None:
    issued = served.issued(credential())
    shown = presentation([issued])
    broken = changed(issued, "proof", value=value)
    for profile in ("strict", "proof-only"):
        assert_refused(served.verify(broken, profile))
    assert_refused(served.verify_presentation(changed(shown, "proof", value=value)))
    assert_refused(served.verify_presentation(changed(shown, "verifiableCredential", 0, value=broken)))
    assert_refused(served.derive(broken, "/issuer"))


@item(18, 20)
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
@pytest.mark.parametrize("name", ["type", "verificationMethod", "proofPurpose", "cryptosuite"])
@pytest.mark.parametrize("value", [..., None, "", 4, [], {}, "Unknown", "Ed25519Signature2020"])
def test_a_proof_says_what_it_is(served: Api, suite: str, name: str, value: Any) -> None:
    issued = served.issued(credential(), suite)
    for profile in ("strict", "proof-only"):
        assert_refused(served.verify(changed(issued, "proof", name, value=value), profile))


@item(19)
@pytest.mark.parametrize("purpose", ["authentication", "keyAgreement", "capabilityInvocation"])
def test_a_proof_for_something_else_is_refused(served: Api, purpose: str) -> None:
    wrong = signed_as_text(credential(), proofPurpose=purpose)
    assert_refused(served.verify(wrong, "proof-only"))
    shown = presentation([served.issued(credential())])
    assert_refused(
        served.verify_presentation(changed(shown, "proof", "proofPurpose", value="assertionMethod"))
    )


@item(21)
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-sd-2023"])
def test_a_proof_value_has_the_letter_of_its_base(served: Api, suite: str) -> None:
    issued = served.issued(credential(), suite)
    if suite == "ecdsa-sd-2023":
        issued = served.derive(issued, "/credentialSubject").json()
    value = issued["proof"]["proofValue"]
    assert value[0] == ("u" if suite == "ecdsa-sd-2023" else "z")
    raw = base64url.decode(value[1:]) if value[0] == "u" else base58btc.decode(value, max_characters=200)
    other = base58btc.encode(raw) if value[0] == "u" else "u" + base64url.encode(raw)
    padded = value + "="
    for wrong in (other, value[1:], "m" + value[1:], padded, "", "z", "u", 4, None):
        assert_refused(served.verify(changed(issued, "proof", "proofValue", value=wrong)))


@item(22)
@pytest.mark.parametrize("moment", ["", "invalid", 4, None, "2026-13-01T00:00:00Z", "2026-11-22T00:00:00"])
def test_a_proof_without_a_date_verifies_and_one_with_a_wrong_date_does_not(served: Api, moment: Any) -> None:
    assert served.verify(signed_as_text(credential()), "proof-only").status_code == 200
    for name in ("created", "expires"):
        assert_refused(served.verify(signed_as_text(credential(), **{name: moment}), "proof-only"))


@item(23)
def test_one_bad_proof_among_good_ones_spoils_the_set(served: Api) -> None:
    issued = served.issued(credential())
    twice = served.issue({**issued}, "eddsa-jcs-2022")
    assert twice.status_code == 201
    once_more = {**issued, "proof": [issued["proof"], issued["proof"]]}
    assert served.verify(once_more).status_code == 200
    for fault in (
        {**issued["proof"], "proofValue": issued["proof"]["proofValue"][:-1]},
        {**issued["proof"], "cryptosuite": "unknown"},
        {**issued["proof"], "type": "Unknown"},
    ):
        assert_refused(served.verify({**issued, "proof": [issued["proof"], fault]}))
        assert_refused(served.verify({**issued, "proof": [fault, issued["proof"]]}))


@item(24)
@pytest.mark.parametrize(
    "previous", ["urn:uuid:missing", "", 4, None, {}, [], [4], ["urn:uuid:missing"], True]
)
def test_a_previous_proof_is_there_is_named_by_a_text_and_verifies(served: Api, previous: Any) -> None:
    wrong = signed_as_text(credential(), previousProof=previous)
    assert_refused(served.verify(wrong, "proof-only"))


@item(24)
def test_a_chain_breaks_with_its_first_link(served: Api) -> None:
    first, document = signer(), credential()
    chain = proofs.add_proof(
        document, cryptosuite="eddsa-jcs-2022", signer=first, created=NOW, purpose="assertionMethod",
        proof_id="urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544",
    )  # fmt: skip
    chain["proof"]["proofValue"] = chain["proof"]["proofValue"][:-1] + "1"
    both = proofs.add_proof(
        chain, cryptosuite="eddsa-jcs-2022", signer=signer(), created=NOW, purpose="assertionMethod",
        previous=("urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544",),
    )  # fmt: skip
    assert_refused(served.verify(both, "proof-only"))


@item(25)
def test_challenge_and_domain_are_those_of_the_proof(served: Api) -> None:
    shown = presentation([served.issued(credential())])
    good = {"challenge": CHALLENGE, "domain": DOMAIN}
    assert served.verify_presentation(shown, **good).status_code == 200
    for wrong in ({"challenge": "x"}, {"domain": "x"}, {**good, "domain": ""}, {**good, "challenge": 4}):
        assert_refused(served.verify_presentation(shown, **{**good, **wrong}))
    for name in good:
        for value in (..., None, "", 4, "other"):
            assert_refused(served.verify_presentation(changed(shown, "proof", name, value=value), **good))
    unbound = signed_as_text(credential())
    assert_refused(served.verify(unbound, "proof-only", challenge=CHALLENGE))
    assert_refused(served.verify(unbound, "proof-only", domain=DOMAIN))


def selective(served: Api) -> tuple[dict[str, Any], dict[str, Any]]:
    """A base credential, and what is derived from it."""
    document = credential(**{"@context": [V2, EMPLOYEE]}, credentialSubject={"name": "Alice", "salary": 5})
    base = served.issued(document, "ecdsa-sd-2023", mandatoryPointers=["/issuer"])
    derived = served.derive(base, "/credentialSubject/name")
    assert derived.status_code == 201, derived.text
    return base, derived.json()


def parts(proof: dict[str, Any]) -> tuple[bytes, list[Any]]:
    """The header and the items of a value."""
    raw = base64url.decode(proof["proofValue"][1:])
    return raw[:3], cbor2.loads(raw[3:])


def with_value(document: dict[str, Any], header: bytes, items: Any) -> dict[str, Any]:
    """The document with another proof value."""
    value = "u" + base64url.encode(header + cbor2.dumps(items))
    return changed(document, "proof", "proofValue", value=value)


@item(26)
def test_the_values_of_selective_proofs_have_their_headers_and_no_tags(served: Api) -> None:
    base, derived = selective(served)
    (base_header, base_items), (header, items) = parts(base["proof"]), parts(derived["proof"])
    assert (base_header.hex(), header.hex()) == ("d95d00", "d95d01")
    assert [type(each) for each in base_items] == [bytes, bytes, bytes, list, list]
    assert [type(each) for each in items] == [bytes, bytes, list, dict, list]
    assert (len(base_items[0]), len(base_items[1]), len(base_items[2])) == (64, 35, 32)
    assert served.verify(derived).status_code == 200
    for wrong in (bytes.fromhex("d95d00"), bytes.fromhex("d95d02"), b"\0\0\0"):
        assert_refused(served.verify(with_value(derived, wrong, items)))
    tagged = [cbor2.CBORTag(64, items[0]), *items[1:]]
    assert_refused(served.verify(with_value(derived, header, tagged)))
    for key in (b"", bytes(31), bytes(33)):
        short = [*base_items[:2], key, *base_items[3:]]
        assert_refused(served.derive(with_value(base, base_header, short), "/credentialSubject/name"))


@item(26)
def test_a_base_proof_is_not_for_verifiers(served: Api) -> None:
    base, derived = selective(served)
    assert_refused(served.verify(base))
    assert_refused(served.derive(derived, "/credentialSubject/name"))


@item(27)
@pytest.mark.parametrize(
    "pointer", ["/nothing", "name", "/credentialSubject/1", "/issuer/0", "/~2", "/proof"]
)
def test_a_pointer_to_nothing_is_an_error(served: Api, pointer: str) -> None:
    base, _ = selective(served)
    assert_refused(served.derive(base, pointer))
    assert_refused(served.issue(credential(), "ecdsa-sd-2023", mandatoryPointers=[pointer]))


@item(27)
def test_pointers_may_be_left_out(served: Api) -> None:
    base = served.issued(credential(), "ecdsa-sd-2023")
    path = "/vc/ecdsa-sd-2023/credentials/derive"
    assert (
        served.verify(served.derive(base, "/credentialSubject", "/issuer", "/type").json()).status_code == 200
    )
    # With nothing mandatory and nothing chosen there is nothing to show.
    for body in ({}, {"options": {}}, {"options": {"selectivePointers": []}}):
        assert_refused(served.wallet.post(path, json={"verifiableCredential": base, **body}))
    base = served.issued(credential(), "ecdsa-sd-2023", mandatoryPointers=["/issuer", "/credentialSubject"])
    for body in ({}, {"options": {}}, {"options": {"selectivePointers": None}}):
        derived = served.wallet.post(path, json={"verifiableCredential": base, **body})
        assert derived.status_code == 201, derived.text
        assert served.verify(derived.json()).status_code == 200


@item(28)
def test_there_is_one_signature_for_each_claim_that_is_shown_by_choice(served: Api) -> None:
    _, derived = selective(served)
    header, items = parts(derived["proof"])
    for signatures in (items[2][:-1], [*items[2], items[2][0]], [], [items[2][0]] * len(items[2])):
        if signatures != items[2]:
            broken = [*items[:2], signatures, *items[3:]]
            assert_refused(served.verify(with_value(derived, header, broken)))
    for indexes in ([], [*items[4], 999], items[4][:-1]):
        assert_refused(served.verify(with_value(derived, header, [*items[:4], indexes])))


@item(29)
@pytest.mark.parametrize("suite", ["ecdsa-rdfc-2019", "ecdsa-jcs-2019"])
def test_p_384_signs_96_bytes_over_sha_384(served: Api, suite: str) -> None:
    body = {"credential": credential()}
    answer = served.issuer.post(f"/vc/{suite}/P-384/credentials/issue", json=body)
    issued = answer.json()
    signature = base58btc.decode(issued["proof"]["proofValue"], max_characters=200)
    assert answer.status_code == 201 and len(signature) == 96
    assert served.verify(issued).status_code == 200
    for wrong in (signature[:64], signature[:-1], signature + b"\0", signature[48:] + signature[:48]):
        value = base58btc.encode(wrong)
        assert_refused(served.verify(changed(issued, "proof", "proofValue", value=value)))
    own = signer("P-384")
    document = own_issuer(credential(), own)
    (hashes,) = [each.hashes for name, each in proofs.SUITES.items() if name == suite]  # type: ignore[attr-defined]
    assert hashes == {"P-256": "sha256", "P-384": "sha384"}
    secured = proofs.add_proof(
        document, cryptosuite=suite, signer=own, created=NOW, purpose="assertionMethod"
    )
    assert served.verify(secured).status_code == 200
