"""What is commonly missed of the data model, items 1 to 16, over real HTTP.

The credentials of `test_data_model` are issued there; here they are refused by a verifier too, though the
signature under each of them is sound.
"""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.vc_api.acting import (
    V1,
    V2,
    Api,
    assert_refused,
    changed,
    credential,
    credential_v1,
    presentation,
    signed_as_text,
    signer,
)
from tests.vc_api.items import item
from tests.vc_api.test_data_model import BAD, GOOD


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
