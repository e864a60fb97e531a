"""The requirements that implementations commonly miss, by number, over real HTTP.

Each test names in its decorator the numbers that it is for; none of 1 to 31, nor 40, is without one. The
credentials of `test_data_model` are issued there; here they are refused by a verifier too, though the
signature under each of them is sound.
"""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

import cbor2
import pytest
from httpx import Response

from standard import base58btc, base64url, proofs
from standard.keys import KeySigner
from standard.proofs.cryptosuite import Content
from standard.status_list import new_bits, set_bit, set_status
from standard.status_list.bitstring import encode_bits
from standard.timestamps import write_moment
from standard.vc_api.contexts import issuable
from tests.vc_api.acting import (
    CHALLENGE,
    DOMAIN,
    EMPLOYEE,
    V1,
    V2,
    Api,
    assert_refused,
    changed,
    credential,
    credential_v1,
    presentation,
    signer,
)
from tests.vc_api.conftest import NOW, Shelf
from tests.vc_api.test_data_model import BAD, GOOD

ITEMS = {*range(1, 32), 40}
TESTS: dict[int, list[str]] = {}
Test = TypeVar("Test", bound=Callable[..., None])
STATUS = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}


def item(*numbers: int) -> Callable[[Test], Test]:
    """Enter a test in the table."""

    def enter(test: Test) -> Test:
        for number in numbers:
            TESTS.setdefault(number, []).append(test.__name__)
        return test

    return enter


def test_every_item_has_a_test() -> None:
    assert TESTS.keys() == ITEMS


def own_issuer(document: dict[str, Any], own: KeySigner) -> dict[str, Any]:
    """The document with the holder of the key as its issuer, where it has an issuer that could be one."""
    did = own.verification_method.partition("#")[0]
    return {**document, "issuer": did} if isinstance(document.get("issuer"), str) else document


def signed_as_text(document: dict[str, Any], by: KeySigner | None = None, **options: Any) -> dict[str, Any]:
    """Sign whatever it says: a suite that signs the text asks nothing about its meaning."""
    own = by or signer()
    members = {
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofPurpose": "assertionMethod",
        "verificationMethod": own.verification_method, **options,
    }  # fmt: skip
    suite = proofs.SUITES["eddsa-jcs-2022"]
    content = Content(document, issuable())
    return {**document, "proof": suite.create(content, members, own)}  # type: ignore[attr-defined]


def number_of(name: str) -> int | None:
    """The item that a case of `test_data_model` begins with."""
    first = name.split()[0]
    return int(first) if first.isdecimal() else None


NUMBERED = {name: document for name, document in BAD.items() if number_of(name) not in (None, 18)}


@item(*sorted({number for number in map(number_of, NUMBERED) if number}))
@pytest.mark.parametrize("document", NUMBERED.values(), ids=NUMBERED.keys())
def test_a_fault_of_the_data_model_is_found_though_the_proof_is_sound(
    served: Api, document: dict[str, Any]
) -> None:
    answer = served.verify(signed_as_text(document), "proof-only")
    assert_refused(answer)
    assert answer.json()["checks"] == ["dataModel"]


@item(*sorted({number for number in map(number_of, GOOD) if number}))
@pytest.mark.parametrize("document", GOOD.values(), ids=GOOD.keys())
def test_a_sound_credential_keeps_every_member(served: Api, document: dict[str, Any]) -> None:
    issued = served.issued(document, "eddsa-jcs-2022")
    contexts = issued.pop("@context")
    assert contexts[: len(document["@context"])] == document["@context"]
    assert {name: issued[name] for name in document if name not in ("@context", "issuer")} == {
        name: document[name] for name in document if name not in ("@context", "issuer")
    }


MOMENTS = (
    "2020-01-01T00:00:00Z", "2020-02-29T23:59:59.999999999Z", "2020-01-01T24:00:00Z",
    "1999-12-31T23:59:59-14:00", "4023-02-26T01:02:58.447Z", "0001-01-02T00:00:00Z",
)  # fmt: skip
NO_MOMENTS = (
    "2020-01-01", "2020-01-01T00:00Z", "2020-01-01T00:00:00", "2020-01-01 00:00:00Z", "2020-1-1T00:00:00Z",
    "2021-02-29T00:00:00Z", "2020-01-01T25:00:00Z", "2020-01-01T24:00:01Z", "2020-01-01T00:00:60Z",
    "2020-01-01T00:00:00+14:01", "2020-01-01T00:00:00+0100", "2020-01-01t00:00:00z", "2020-01-01T00:00:00.Z",
    " 2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z\n", "٢٠٢٠-01-01T00:00:00Z", "", 1577836800, None, [],
)  # fmt: skip


@item(7)
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_date_and_time_with_its_offset_is_one(served: Api, moment: str) -> None:
    for name in ("validFrom", "validUntil"):
        assert served.issue(credential(**{name: moment})).status_code == 201
    assert served.issue(credential_v1(issuanceDate=moment)).status_code == 201


@item(7)
@pytest.mark.parametrize("moment", NO_MOMENTS)
def test_anything_else_is_no_date_and_time(served: Api, moment: Any) -> None:
    for document in (
        credential(validFrom=moment), credential(validUntil=moment), credential_v1(issuanceDate=moment),
        credential_v1(expirationDate=moment),
    ):  # fmt: skip
        assert_refused(served.issue(document))
        assert_refused(served.verify(signed_as_text(document), "proof-only"))


@item(8)
def test_the_end_may_be_the_beginning_but_not_before_it(served: Api) -> None:
    moment, other_offset = "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00"
    assert served.issue(credential(validFrom=moment, validUntil=other_offset)).status_code == 201
    assert_refused(served.issue(credential(validFrom=moment, validUntil="2026-01-01T00:59:59+01:00")))
    assert_refused(served.issue(credential_v1(issuanceDate=moment, expirationDate="2025-12-31T23:59:59Z")))


@item(11)
@pytest.mark.parametrize("place", ["credential", "issuer"])
@pytest.mark.parametrize("name", ["name", "description"])
@pytest.mark.parametrize(
    ("value", "is_sound"),
    [
        ("Bewijs", True),
        ({"@value": "Bewijs", "@language": "nl"}, True),
        ({"@value": "إثبات", "@language": "ar", "@direction": "rtl"}, True),
        ([{"@value": "Bewijs", "@language": "nl"}, {"@value": "Proof", "@language": "en"}], True),
        ({"@value": "Bewijs", "@language": "nl", "url": "https://example.org/"}, False),
        ([{"@value": "Bewijs", "@language": "nl"}, {"@value": "x", "@language": "en", "more": 1}], False),
        ({"@language": "nl"}, False),
        ({"@value": 4}, False),
        ({"@value": "x", "@language": "not a language"}, False),
        ({"@value": "x", "@direction": "up"}, False),
        (4, False),
        (None, False),
    ],
)
def test_a_name_has_its_language_and_nothing_else(
    served: Api, place: str, name: str, value: Any, is_sound: bool
) -> None:
    members = {name: value} if place == "credential" else {"issuer": {"id": "did:example:i", name: value}}
    answer = served.issue(credential(**members))
    if is_sound:
        assert served.verify(answer.json()).status_code == 200, answer.text
    else:
        assert_refused(answer)
        assert_refused(served.verify(signed_as_text(credential(**members)), "proof-only"))


@item(12)
@pytest.mark.parametrize("address", [V1, "https://w3id.org/kluscv/v1"])
def test_the_digest_of_any_context_that_is_shipped_is_compared(served: Api, address: str) -> None:
    wrong = {"id": address, "digestSRI": "sha256-" + base64.b64encode(bytes(32)).decode()}
    assert_refused(served.issue(credential(relatedResource=[wrong])))


@item(12)
@pytest.mark.parametrize(
    "digest",
    [
        "sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ=",
        "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU",
        "sha256-JKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k=",
    ],
)
def test_both_revisions_of_the_base_context_that_are_in_use_are_known(served: Api, digest: str) -> None:
    answer = served.verify(served.issued(credential(relatedResource={"id": V2, "digestSRI": digest})))
    assert answer.status_code == 200 and answer.json()["warnings"] == []


@item(12)
def test_a_resource_that_is_not_fetched_is_said_to_be_unchecked(served: Api) -> None:
    resource = {
        "id": "https://example.org/image.png",
        "digestMultibase": "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k",
    }
    answer = served.verify(served.issued(credential(relatedResource=resource)))
    assert answer.status_code == 200
    assert [each["code"] for each in answer.json()["warnings"]] == ["related-resource-unchecked"]
    for member, value in (("digestMultibase", "uAAAA"), ("digestSRI", "md5-AAAA"), ("digestSRI", 4)):
        assert_refused(served.issue(credential(relatedResource={**resource, member: value})))


@item(13)
@pytest.mark.parametrize("holder", [4, None, [], "no address", {}, {"name": "x"}, {"id": None}, {"id": []}])
def test_a_holder_is_an_address_alone_or_in_an_object(served: Api, holder: Any) -> None:
    own = signer()
    did = own.verification_method.partition("#")[0]
    held = [served.issued(credential())]
    for sound in (did, {"id": did}):
        assert served.verify_presentation(presentation(held, own, holder=sound)).status_code == 200
    shown = presentation(held, own)
    assert_refused(served.verify_presentation({**shown, "holder": holder}))


ENVELOPE = {
    "@context": V2,
    "id": "data:application/vc+jwt,eyJhbGciOiJFUzI1NiJ9.e30.c2ln",
    "type": "EnvelopedVerifiableCredential",
}
NO_ENVELOPES = {
    "another type": {**ENVELOPE, "type": ["EnvelopedVerifiableCredential", "VerifiableCredential"]},
    "no type": changed(ENVELOPE, "type"),
    "no context": changed(ENVELOPE, "@context"),
    "another context": {**ENVELOPE, "@context": "https://www.w3.org/2018/credentials/v1"},
    "no id": changed(ENVELOPE, "id"),
    "a web address": {**ENVELOPE, "id": "https://example.org/credential"},
    "two ids": {**ENVELOPE, "id": [ENVELOPE["id"], ENVELOPE["id"]]},
    "a null id": {**ENVELOPE, "id": None},
    "data without a comma": {**ENVELOPE, "id": "data:application/vc+jwt"},
}


@item(14)
@pytest.mark.parametrize("envelope", NO_ENVELOPES.values(), ids=NO_ENVELOPES.keys())
def test_an_envelope_is_exactly_one(served: Api, envelope: dict[str, Any]) -> None:
    assert_refused(served.verify(envelope))
    shown = presentation([served.issued(credential())])
    assert_refused(served.verify_presentation({**shown, "verifiableCredential": [envelope]}))
    as_presentation = {**envelope, "type": "EnvelopedVerifiablePresentation"}
    assert_refused(served.verify_presentation(as_presentation))


@item(14)
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019", "ecdsa-sd-2023"])
def test_a_credential_of_version_1_gains_the_context_of_its_proof(served: Api, suite: str) -> None:
    integrity = "https://w3id.org/security/data-integrity/v2"
    issued = served.issued(credential_v1(), suite)
    assert issued["@context"] == [V1, integrity]
    again = served.issued(credential_v1(**{"@context": [V1, integrity]}), suite)
    assert again["@context"] == [V1, integrity]
    if suite == "ecdsa-sd-2023":
        issued = served.derive(issued, "").json()
    assert served.verify(issued).status_code == 200
    assert_refused(served.verify(changed(issued, "@context", value=[V1])))


@item(15)
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-sd-2023"])
def test_what_no_context_defines_is_refused_before_and_after_the_signing(served: Api, suite: str) -> None:
    for wrong in (
        credential(type=["VerifiableCredential", "Undefined"]),
        credential(credentialSubject={"id": "did:example:a", "deep": [{"undefined": 1}]}),
        credential(undefined="x"),
    ):
        assert_refused(served.issue(wrong, suite))
    issued = served.issued(credential(), suite)
    if suite == "ecdsa-sd-2023":
        issued = served.derive(issued, "").json()
    assert_refused(served.verify({**issued, "undefined": "x"}))
    assert_refused(served.verify(changed(issued, "proof", "undefined", value="x")))


@item(16)
@pytest.mark.parametrize("relative", ["relative", "./x", "../x", "//example.org/x", "#x", "?x"])
def test_there_is_no_base_that_a_relative_address_could_stand_on(served: Api, relative: str) -> None:
    for document in (
        credential(id=relative),
        credential(credentialSubject={"id": relative}),
        credential(type=["VerifiableCredential", relative]),
        credential(**{"@context": [V2, {"term": relative}]}, credentialSubject={"term": "x"}),
    ):
        assert_refused(served.issue(document))
        assert_refused(served.verify(signed_as_text(document), "proof-only"))


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


@dataclass
class Listed:
    """A credential with a status, and its list, by one key that nobody else has."""

    served: Api
    shelf: Shelf
    own: KeySigner = field(default_factory=signer)

    @property
    def did(self) -> str:
        return self.own.verification_method.partition("#")[0]

    def sign(self, document: dict[str, Any]) -> dict[str, Any]:
        return signed_as_text(document, self.own)

    def verify(
        self, subject: dict[str, Any], entry: dict[str, Any], by: KeySigner | None = None, **members: Any
    ) -> Response:
        """Publish a list, and verify a credential that has an entry in it."""
        path = f"/status/{uuid4()}"
        document = {
            "@context": [V2],
            "id": f"{self.shelf.url}{path}",
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": self.did,
            "validFrom": write_moment(NOW),
            "credentialSubject": {**SUBJECT, "id": f"{self.shelf.url}{path}#list", **subject},
            **members,
        }
        kept = {name: value for name, value in document.items() if value is not ...}
        address = self.shelf.put(path, Listed(self.served, self.shelf, by or self.own).sign(kept))
        status = {**ENTRY, "statusListCredential": address, **entry}
        status = {name: value for name, value in status.items() if value is not ...}
        signed = self.sign(credential(issuer=self.did, credentialStatus=status))
        return self.served.verify(signed)


@pytest.fixture
def lists(served: Api, shelf: Shelf) -> Listed:
    return Listed(served, shelf)


BITS = new_bits()
SUBJECT = {"type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": encode_bits(BITS)}
ENTRY = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "7"}


@item(30, 31)
def test_a_credential_in_a_strangers_list_is_read_over_http(lists: Listed) -> None:
    answer = lists.verify({}, {})
    assert answer.status_code == 200, answer.text
    assert lists.verify({}, {"id": "https://example.org/status/1#7"}).status_code == 200
    revoked = lists.verify({"encodedList": encode_bits(set_bit(BITS, 7))}, {})
    assert_refused(revoked)
    assert revoked.json()["errors"][0]["type"].endswith("#STATUS_VERIFICATION_ERROR")


@item(30)
@pytest.mark.parametrize(
    "encoded",
    [
        encode_bits(BITS)[1:],
        encode_bits(BITS) + "==",
        "z" + encode_bits(BITS)[1:],
        "u" + base64url.encode(BITS),
        "u" + base64url.encode(zlib.compress(BITS)),
        encode_bits(bytes(131_072 // 8 - 1)),
        "u" + base64url.encode(gzip.compress(bytes(1 << 28))),
        "u" + base64url.encode(gzip.compress(BITS)[:-9]),
        "u" + base64url.encode(gzip.compress(BITS) * 2),
        "u",
        "",
        None,
        4,
    ],
    ids=range(13),
)
def test_a_list_is_long_compressed_and_no_bomb(lists: Listed, encoded: Any) -> None:
    assert_refused(lists.verify({"encodedList": encoded}, {}))


@item(30)
@pytest.mark.parametrize("index", [7, "-1", "07", "0x7", "7.0", " 7", "", "٧", "131072", None, ..., ["7"]])
def test_an_index_is_a_decimal_string_within_the_list(lists: Listed, index: Any) -> None:
    assert lists.verify({}, {"statusListIndex": "131071"}).status_code == 200
    assert_refused(lists.verify({}, {"statusListIndex": index}))


MESSAGES = [{"status": f"0x{value:x}", "message": f"stage {value}"} for value in range(4)]
MESSAGE = {"statusPurpose": "message", "statusSize": 2, "statusMessage": MESSAGES}


@item(31)
def test_a_message_says_what_its_value_means_and_stops_nothing(lists: Listed) -> None:
    bits = set_status(new_bits(entry_bits=2), 7, 3, entry_bits=2)
    subject = {"statusPurpose": "message", "encodedList": encode_bits(bits)}
    answer = lists.verify(subject, MESSAGE)
    assert answer.status_code == 200, answer.text
    for wrong in (
        {"statusSize": 1}, {"statusSize": 0}, {"statusSize": "2"}, {"statusSize": True}, {"statusSize": 3},
        {"statusSize": ...}, {"statusMessage": MESSAGES[:3]}, {"statusMessage": []}, {"statusMessage": ...},
        {"statusMessage": [*MESSAGES[:3], MESSAGES[0]]}, {"statusMessage": "stage"},
        {"statusMessage": [*MESSAGES[:3], {"status": "3", "message": "x"}]},
    ):  # fmt: skip
        assert_refused(lists.verify(subject, {**MESSAGE, **wrong}))
    assert_refused(lists.verify({}, {"statusSize": 2, "statusMessage": MESSAGES}))


@item(31)
@pytest.mark.parametrize("ttl", [0, -1, 1.5, "300000", True, None, [300000]])
def test_a_time_to_live_is_a_positive_whole_number(lists: Listed, ttl: Any) -> None:
    assert lists.verify({"ttl": 300_000}, {}).status_code == 200
    assert_refused(lists.verify({"ttl": ttl}, {}))


@item(31)
@pytest.mark.parametrize(
    ("subject", "members"),
    [
        ({"statusPurpose": "suspension"}, {}),
        ({"statusPurpose": []}, {}),
        ({"statusPurpose": None}, {}),
        ({"type": "BitstringStatusListEntry"}, {}),
        ({}, {"type": ["VerifiableCredential"]}),
        ({}, {"validFrom": "2026-11-23T00:00:00Z"}),
        ({}, {"validFrom": "2026-11-01T00:00:00Z"}),
        ({}, {"validUntil": "2026-11-22T09:00:00Z"}),
        ({}, {"issuer": "did:example:other"}),
        ({}, {"id": "https://example.org/status/other"}),
    ],
)
def test_a_list_that_is_not_the_one_is_not_believed(
    lists: Listed, subject: dict[str, Any], members: dict[str, Any]
) -> None:
    assert_refused(lists.verify(subject, {}, **members))


@item(31)
def test_a_list_is_signed_by_the_issuer_of_the_credential(lists: Listed) -> None:
    assert_refused(lists.verify({}, {}, by=signer()))


@item(31)
def test_the_list_of_an_instance_has_a_plain_issuer_and_its_entries_an_id(served: Api) -> None:
    entry = served.issued(credential(), credentialStatus=STATUS)["credentialStatus"]
    listed = served.issuer.get(entry["statusListCredential"]).json()
    assert isinstance(listed["issuer"], str) and entry["id"].startswith(entry["statusListCredential"])
    assert served.verify(listed).status_code == 200


TEXTS = (
    b'{"credential": NaN}', b'{"credential": -Infinity}', b'{"credential": 1e999}',
    b'{"credential": {}, "credential": {}}', b'{"credential": {"id": "a", "\\u0069d": "b"}}',
    b'{"credential": "\\ud800"}', b'{"\\udfff": 1}', b"\xff", b"\xef\xbb\xbf{}", b"[" * 100_000,
    b'{"credential": ' + b'{"a":' * 70 + b"1" + b"}" * 71, b'{"a": 01}', b"{'a': 1}", b'{"a": 1} {}',
    b'{"credential": 123456789012345678901234567890}',
)  # fmt: skip


@item(40)
@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_json_that_could_be_read_in_two_ways_is_not_read(served: Api, text: bytes) -> None:
    for client, path in (
        (served.issuer, "/credentials/issue"),
        (served.issuer, "/vc/ecdsa-sd-2023/credentials/issue"),
        (served.verifier, "/credentials/verify"),
        (served.verifier, "/vc/proof-only/presentations/verify"),
        (served.wallet, "/vc/ecdsa-sd-2023/credentials/derive"),
    ):
        assert_refused(client.post(path, content=text, headers={"Content-Type": "application/json"}))


@item(40)
def test_a_body_is_measured_before_it_is_read(served: Api) -> None:
    body = json.dumps({"credential": credential(name="x" * (2 << 20))}).encode()
    for client, path in ((served.issuer, "/credentials/issue"), (served.verifier, "/credentials/verify")):
        answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 413, 422), answer.text
