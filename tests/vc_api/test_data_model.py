"""What the issuer refuses before it signs, item by item of the requirements that are commonly missed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vc_api.acting import EMPLOYEE, V1, V2, Api, assert_refused, credential, credential_v1

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
URL_TYPE = "https://example.org/terms#Thing"
V2_OF_THE_RECOMMENDATION = "uEiBZlVztZpfWHgPyslVv6-UwirFoQoRvW1htfx963sknNA"
V2_SHA256 = "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k"
V2_SHA384 = "sha384-NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg"


def related(**members: Any) -> dict[str, Any]:
    return credential(relatedResource={"id": V2, **members})


GOOD = {
    "1 several contexts": credential(**{"@context": [V2, EXAMPLES]}),
    "1 an inline context": credential(
        **{"@context": [V2, EMPLOYEE]}, type=["VerifiableCredential", "Employee"]
    ),
    "1 an inline context in a document": credential(**{"@context": [V2, {"@context": EMPLOYEE}]}),
    "3 a type that is an address": credential(type=["VerifiableCredential", URL_TYPE]),
    "4 no id": credential(id=...),
    "5 an issuer object": credential(issuer={"id": "did:example:issuer", "name": "Issuer"}),
    "6 several subjects": credential(credentialSubject=[{"id": "did:example:a"}, {"id": "did:example:b"}]),
    "7 far future": credential(validFrom="4023-02-26T01:02:58.447Z"),
    "7 an offset": credential(
        validFrom="2020-01-01T00:00:00+14:00", validUntil="2030-01-01T00:00:00.5-01:30"
    ),
    "9 a typed status": credential(credentialStatus={"type": URL_TYPE}),
    "9 typed terms of use": credential(termsOfUse=[{"type": URL_TYPE}, {"type": URL_TYPE}]),
    "10 a schema": credential(credentialSchema={"id": "did:example:schema", "type": URL_TYPE}),
    "11 a name with its language": credential(name={"@value": "Bewijs", "@language": "nl"}),
    "11 a name with a direction": credential(name={"@value": "x", "@language": "en", "@direction": "ltr"}),
    "11 a name in two languages": credential(
        name=[{"@value": "Bewijs", "@language": "nl"}, {"@value": "Proof", "@language": "en"}]
    ),
    "12 a digest of the base context": related(digestMultibase=V2_SHA256),
    "12 a multihash of the base context": related(digestMultibase=V2_OF_THE_RECOMMENDATION),
    "12 an SRI digest of the base context": related(digestSRI=V2_SHA384),
    "numbers with a fraction": credential(
        **{"@context": [V2, EMPLOYEE]}, credentialSubject={"id": "did:example:a", "salary": 5.5}
    ),
    "version 1.1": credential_v1(),
    "version 1.1 that expires": credential_v1(expirationDate="2036-01-01T00:00:00Z"),
}

BAD = {
    "1 no context": credential(**{"@context": ...}),
    "1 another first context": credential(**{"@context": [EXAMPLES, V2]}),
    "1 a number among the contexts": credential(**{"@context": [V2, 123192875]}),
    "1 a context that is no address": credential(**{"@context": [V2, "https ://not-a-url/v1"]}),
    "1 a context that is not bundled": credential(**{"@context": [V2, "https://example.com/context"]}),
    "1 an object that is no context": credential(**{"@context": {"foo": True}}),
    "1 null for a context": credential(**{"@context": None}),
    "2 a protected term redefined": credential(
        **{"@context": [V2, {"VerifiableCredential": "https://example.org/#Other"}]}
    ),
    "2 an own protected term redefined": credential(
        **{"@context": [V2, {"@protected": True, **EMPLOYEE}, {"Employee": "https://example.org/#Other"}]},
        type=["VerifiableCredential", "Employee"],
    ),
    "3 no type": credential(type=...),
    "3 not a credential": credential(type=[URL_TYPE]),
    "3 an unmapped type": credential(type=["VerifiableCredential", "Unmapped"]),
    "3 an unmapped type without a vocabulary": credential(
        **{"@context": [V2, {"@vocab": None}]}, type=["VerifiableCredential", "Unmapped"]
    ),
    "3 a type mapped to no address": credential(
        **{"@context": [V2, {"Odd": "https ://not-a-url#Odd"}]}, type=["VerifiableCredential", "Odd"]
    ),
    "3 a number among the types": credential(type=["VerifiableCredential", 4]),
    "4 two ids": credential(id=["did:example:1", "did:example:2"]),
    "4 a null id": credential(id=None),
    "4 a blank id": credential(id=""),
    "4 an id with spaces": credential(id="not a url"),
    "4 two ids of a subject": credential(credentialSubject={"id": ["did:example:1", "did:example:2"]}),
    "5 no issuer": credential(issuer=...),
    "5 a null issuer": credential(issuer=None),
    "5 an issuer that is a list": credential(issuer=[]),
    "5 an issuer that is no address": credential(issuer="not a url"),
    "5 an issuer without an id": credential(issuer={"name": "Issuer"}),
    "5 an issuer with a null id": credential(issuer={"id": None}),
    "6 no subject": credential(credentialSubject=...),
    "6 an empty subject": credential(credentialSubject={}),
    "6 an empty subject among others": credential(credentialSubject=[{"id": "did:example:a"}, {}]),
    "6 a text for a subject": credential(credentialSubject="did:example:a"),
    "6 no subjects": credential(credentialSubject=[]),
    "7 a date of RFC 2822": credential(validFrom="Wed, 14 Jun 2006 14:56:58 GMT"),
    "7 no offset": credential(validFrom="2020-01-01T00:00:00"),
    "8 ends before it begins": credential(
        validFrom="2030-01-01T00:00:00Z", validUntil="2020-01-01T00:00:00Z"
    ),
    "9 an untyped status": credential(credentialStatus={"id": "did:example:status"}),
    "9 untyped terms of use": credential(termsOfUse={"id": "did:example:terms"}),
    "9 untyped evidence": credential(evidence=[{"id": "did:example:evidence"}]),
    "9 an untyped refresh service": credential(refreshService={"id": "did:example:refresh"}),
    "9 an untyped schema": credential(credentialSchema={"id": "did:example:schema"}),
    "9 a type that is a number": credential(credentialStatus={"id": "did:example:status", "type": 2}),
    "10 a schema without an id": credential(credentialSchema={"type": URL_TYPE}),
    "10 a schema whose id is no address": credential(
        credentialSchema={"id": "https ://not-a-url", "type": URL_TYPE}
    ),
    "10 two ids of a status": credential(
        credentialStatus={"id": ["did:example:1", "did:example:2"], "type": URL_TYPE}
    ),
    "11 a name with more": credential(name={"@value": "x", "@language": "en", "url": "did:example:x"}),
    "11 a description of the issuer with more": credential(
        issuer={"id": "did:example:i", "description": {"@value": "x", "@language": "en", "a": "b"}}
    ),
    "12 a resource that is a text": credential(relatedResource=[V2]),
    "12 a resource without an id": credential(relatedResource={"digestMultibase": V2_SHA256}),
    "12 a resource without a digest": related(),
    "12 a resource twice": credential(
        relatedResource=[{"id": V2, "digestSRI": V2_SHA384}, {"id": V2, "digestMultibase": V2_SHA256}]
    ),
    "12 another digest": related(digestMultibase="uM4RgWQc3RUDtjJCSgTJtTfvpZ7SPEg_LNO0ESlovQC0"),
    "12 another SRI digest": related(digestSRI=V2_SHA384.replace("NSOc", "AAAA")),
    "12 an SRI digest in another alphabet": related(digestSRI="sha384-_rCVIV7fSXXTNIvpiq26jRDyj8JG8TDj"),
    "15 an undefined term": credential(credentialSubject={"id": "did:example:a", "undefined": "x"}),
    "16 a base of its own": credential(
        **{"@context": [V2, {"@base": "https://example.com/"}]}, type=["VerifiableCredential", "Relative"]
    ),
    "18 a proof without a type": credential(proof={"created": "2023-07-28T22:25:05Z"}),
    "version 1.1 without a date": credential_v1(issuanceDate=...),
    "version 1.1 with a bad date": credential_v1(issuanceDate="yesterday"),
    "version 1.1 with an untyped status": credential_v1(credentialStatus={"id": "did:example:status"}),
    "version 1.1 with an undefined term": credential_v1(credentialSubject={"undefined": "x"}),
}


@pytest.mark.parametrize("document", GOOD.values(), ids=GOOD.keys())
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-jcs-2019"])
def test_a_sound_credential_is_issued_and_verifies(api: Api, document: dict[str, Any], suite: str) -> None:
    issued = api.issued(document, suite)
    answer = api.verify(issued, checks=["proof"])
    assert answer.status_code == 200, answer.text
    assert answer.json()["verified"] is True and answer.json()["errors"] == []


@pytest.mark.parametrize("document", BAD.values(), ids=BAD.keys())
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_credential_that_breaks_the_data_model_is_not_issued(
    api: Api, document: dict[str, Any], suite: str
) -> None:
    assert_refused(api.issue(document, suite))


@pytest.mark.parametrize(
    "members",
    [
        {"type": ["VerifiableCredential", "WorkHistoryCredential"]},
        {
            "@context": [V2, {"WorkHistoryCredential": "https://w3id.org/kluscv#WorkHistoryCredential"}],
            "type": ["VerifiableCredential", "WorkHistoryCredential"],
        },
        {"@context": [V2, "https://w3id.org/kluscv/v1"]},
    ],
)
def test_only_an_organisation_speaks_of_work(api: Api, members: dict[str, Any]) -> None:
    assert_refused(api.issue(credential(**members)))


def test_the_issuer_becomes_the_holder_of_the_key_and_keeps_its_name(api: Api) -> None:
    issued = api.issued(credential(issuer={"id": "did:example:other", "name": "Issuer"}))
    assert issued["issuer"]["name"] == "Issuer"
    assert issued["proof"]["verificationMethod"].startswith(f"{issued['issuer']['id']}#z6Mk")


def test_the_contexts_of_version_1_gain_those_of_the_proof(api: Api) -> None:
    issued = api.issued(credential_v1())
    assert issued["@context"] == [V1, "https://w3id.org/security/data-integrity/v2"]
