from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from standard.claims import statement_type
from standard.credentials import (
    check_credential,
    check_presentation,
    credential_document,
    credential_type,
)
from standard.errors import DataModelError
from standard.jsonld import CREDENTIALS_V2, KLUSCV_V1, check_vocabulary
from standard.model import Statement
from standard.status_list import StatusReference
from tests.standard.signers import KEYS, NOW, ORGANISATION, WORKER
from tests.standard.statements import RATING_HISTORY, WORK_HISTORY, new_id, statements

Document = dict[str, Any]
STATUS = StatusReference("https://klusdag.example/status/", 1, 94567)


def _credential(statement: Statement) -> Document:
    return credential_document(
        statement, issuer=ORGANISATION, organisation_name="Klusdag B.V.", subject=WORKER,
        credential_id=new_id(), issued=NOW, status=STATUS, new_id=new_id,
    )  # fmt: skip


def _presentation() -> Document:
    return {
        "@context": [CREDENTIALS_V2, KLUSCV_V1],
        "id": new_id(),
        "type": ["VerifiablePresentation", "KlusCVPresentation"],
        "holder": WORKER,
        "pageLanguage": "nl",
        "ownWords": {"id": new_id(), "type": "OwnWords", "ownText": "Ik werk graag.", "language": "nl"},
        "ownRemark": [
            {
                "id": new_id(),
                "type": "OwnRemark",
                "about": new_id(),
                "recordList": "review",
                "recordPlace": 0,
                "remarkKind": "reply",
                "remarkText": "Ik belde vooraf.",
                "language": "nl",
            }
        ],
        "verifiableCredential": [
            {
                "@context": CREDENTIALS_V2,
                "id": "data:application/dc+sd-jwt,e30.e30.e30~WyJ4Il0~",
                "type": "EnvelopedVerifiableCredential",
            }
        ],
    }


def _trust_list() -> Document:
    key = KEYS["Ed25519"].public_key
    return {
        "@context": [CREDENTIALS_V2, KLUSCV_V1],
        "id": "https://trust.example/list",
        "type": ["VerifiableCredential", "TrustListCredential"],
        "issuer": WORKER,
        "validFrom": "2026-11-22T00:00:00Z",
        "validUntil": "2027-02-20T00:00:00Z",
        "credentialSubject": {
            "id": new_id(),
            "type": "TrustList",
            "listName": "KlusCV-bestuur",
            "demonstration": False,
            "organisation": [
                {
                    "id": ORGANISATION,
                    "type": "TrustedOrganisation",
                    "organisationName": "Klusdag B.V.",
                    "organisationKind": "day-gigs",
                    "contact": "mailto:bewijs@klusdag.example",
                    "mayIssue": ["WorkHistoryCredential", "RatingCredential"],
                    "statusBase": "https://klusdag.example/status/",
                    "retiredOn": "2026-11-01",
                    "trustedKey": [
                        {
                            "id": f"{ORGANISATION}#ed25519-1f0a9c22",
                            "type": "TrustedKey",
                            "publicKeyMultibase": key.multikey,
                            "keyValidFrom": "2026-01-01T00:00:00Z",
                            "keyValidUntil": "2026-10-01T00:00:00Z",
                            "compromisedAt": "2026-10-01T00:00:00Z",
                        }
                    ],
                }
            ],
        },
    }


@settings(max_examples=50)
@given(statements)
def test_every_statement_makes_a_credential_that_passes_every_check(statement: Statement) -> None:
    document = _credential(statement)
    assert check_credential(document) == statement
    check_vocabulary(document)
    assert credential_type(document) is statement_type(statement)


def test_a_correction_names_the_copies_it_replaces_and_never_itself() -> None:
    earlier = new_id()
    document = _credential(WORK_HISTORY) | {"supersedes": [earlier, new_id()]}
    check_credential(document)
    check_vocabulary(document)
    _refused(check_credential, document | {"supersedes": [document["id"]]}, "$.supersedes")
    _refused(check_credential, document | {"supersedes": [earlier, earlier]}, "$.supersedes")
    _refused(check_credential, document | {"supersedes": []}, "$.supersedes")
    _refused(check_credential, document | {"supersedes": ["https://x.example"]}, "$.supersedes[0]")


def test_a_credential_says_on_which_day_and_not_when_it_was_issued() -> None:
    assert _credential(WORK_HISTORY)["validFrom"] == "2026-11-22T00:00:00Z"


def test_presentations_and_trust_lists_pass_the_checks() -> None:
    check_presentation(_presentation())
    check_vocabulary(_presentation())
    check_credential(_trust_list())
    check_vocabulary(_trust_list())


def _refused(check: Callable[[Document], None], document: Document, place: str) -> None:
    with pytest.raises(DataModelError) as caught:
        check(document)
    assert str(caught.value).split(": ")[0] == place


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("$.@context", lambda d: d["@context"].reverse()),
        ("$.@context", lambda d: d.update({"@context": CREDENTIALS_V2})),
        ("$.@context", lambda d: d["@context"].append("https://x.example/c")),
        ("$.type", lambda d: d.update(type="WorkHistoryCredential")),
        ("$.type", lambda d: d["type"].append("RatingCredential")),
        ("$.id", lambda d: d.update(id=["urn:x:y"])),
        ("$.id", lambda d: d.update(id=None)),
        ("$.id", lambda d: d.update(id="")),
        ("$.id", lambda d: d.update(id="urn:x:y")),
        ("$.issuer", lambda d: d.pop("issuer")),
        ("$.issuer", lambda d: d.update(issuer="klusdag")),
        ("$.issuer.id", lambda d: d["issuer"].pop("id")),
        ("$.issuer.id", lambda d: d["issuer"].update(id=7)),
        ("$.issuer.name", lambda d: d["issuer"].update(name={"@value": "x", "x": "y"})),
        ("$.name", lambda d: d.update(name={"@value": "x", "@language": "nl", "x": "y"})),
        ("$.description", lambda d: d.update(description=[{"@language": "nl"}])),
        ("$.credentialSubject", lambda d: d.pop("credentialSubject")),
        ("$.credentialSubject", lambda d: d.update(credentialSubject={})),
        ("$.credentialSubject", lambda d: d.update(credentialSubject=[])),
        ("$.credentialSubject[1]", lambda d: d.update(credentialSubject=[{"id": "urn:x:y"}, {}])),
        ("$.credentialSubject[0]", lambda d: d.update(credentialSubject=["urn:x:y"])),
        ("$.validFrom", lambda d: d.update(validFrom="Sun, 22 Nov 2026 08:30:00 GMT")),
        ("$.validFrom", lambda d: d.update(validFrom=2026)),
        ("$.validUntil", lambda d: d.update(validUntil="2026-11-21T00:00:00Z")),
        ("$.credentialStatus.type", lambda d: d["credentialStatus"].pop("type")),
        ("$.credentialStatus.id", lambda d: d["credentialStatus"].update(id=["urn:x:y"])),
        ("$.credentialStatus.statusListIndex", lambda d: d["credentialStatus"].update(statusListIndex=7)),
        ("$.credentialStatus.statusListIndex", lambda d: d["credentialStatus"].update(statusListIndex="07")),
        ("$.termsOfUse.type", lambda d: d.update(termsOfUse={"id": "urn:x:y"})),
        ("$.evidence[0].type", lambda d: d.update(evidence=[{"id": "urn:x:y"}])),
        ("$.refreshService", lambda d: d.update(refreshService="urn:x:y")),
        ("$.credentialSchema.id", lambda d: d["credentialSchema"].pop("id")),
        ("$.credentialSchema.id", lambda d: d["credentialSchema"].update(id="https://x.example/")),
        ("$.relatedResource[0]", lambda d: d.update(relatedResource=[{"id": "urn:x:y"}])),
        ("$.relatedResource[0]", lambda d: d.update(relatedResource=["urn:x:y"])),
        ("$.relatedResource[1].id",
         lambda d: d.update(relatedResource=[{"id": "urn:x:y", "digestSRI": "x"}] * 2)),
        ("$", lambda d: d.update(x="y")),
        ("$.credentialSubject", lambda d: d["credentialSubject"].update(name="Fatima")),
        ("$.credentialSubject.id", lambda d: d["credentialSubject"].update(id="did:web:x.example")),
        ("$.credentialSubject.asOf", lambda d: d["credentialSubject"].update(asOf="2026-02-30")),
        ("$.credentialSubject.asOf", lambda d: d["credentialSubject"].update(asOf="2026-11-20\n")),
        ("$.credentialSubject.engagement", lambda d: d["credentialSubject"].update(engagement=[])),
        ("$.credentialSubject.period.endDate",
         lambda d: d["credentialSubject"]["period"].update(endDate="2020-01-01")),
    ],
)  # fmt: skip
def test_a_credential_that_breaks_a_rule_is_refused_by_its_place(
    place: str, change: Callable[[Document], object]
) -> None:
    document = _credential(WORK_HISTORY)
    change(document)
    _refused(check_credential, document, place)


def test_a_rating_credential_holds_a_rating_or_a_review() -> None:
    document = _credential(RATING_HISTORY)
    del document["credentialSubject"]["rating"]
    check_credential(document)
    del document["credentialSubject"]["review"]
    _refused(check_credential, document, "$.credentialSubject")


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("$.type", lambda d: d["type"].remove("VerifiablePresentation")),
        ("$.holder", lambda d: d.update(holder=7)),
        ("$.holder.id", lambda d: d.update(holder={"name": "x"})),
        ("$", lambda d: d.pop("holder")),
        ("$", lambda d: d.update(headline="Directeur")),
        ("$.ownWords", lambda d: d["ownWords"].pop("ownText")),
        ("$.ownRemark", lambda d: d.update(ownRemark=[])),
        ("$.ownRemark[0]", lambda d: d["ownRemark"][0].pop("about")),
        ("$.ownRemark[0].about", lambda d: d["ownRemark"][0].update(about="https://x.example")),
        ("$.ownRemark[0].recordList", lambda d: d["ownRemark"][0].update(recordList="achievement")),
        ("$.ownRemark[0].recordPlace", lambda d: d["ownRemark"][0].update(recordPlace=-1)),
        ("$.ownRemark[0].remarkKind", lambda d: d["ownRemark"][0].update(remarkKind="praise")),
        ("$.ownRemark[0].remarkText", lambda d: d["ownRemark"][0].update(remarkText=" ")),
        ("$.pageLanguage", lambda d: d.update(pageLanguage="")),
        ("$.verifiableCredential", lambda d: d.update(verifiableCredential=[])),
        ("$.verifiableCredential[0]", lambda d: d.update(verifiableCredential=["e30.e30.e30"])),
        ("$.verifiableCredential[0].@context", lambda d: d["verifiableCredential"][0].pop("@context")),
        ("$.verifiableCredential[0].type",
         lambda d: d["verifiableCredential"][0].update(type=["EnvelopedVerifiableCredential", "x"])),
        ("$.verifiableCredential[0].id", lambda d: d["verifiableCredential"][0].update(id="urn:x:y")),
        ("$.verifiableCredential[0].id", lambda d: d["verifiableCredential"][0].update(id="data:x,a b")),
        ("$.verifiableCredential[0].id", lambda d: d["verifiableCredential"][0].update(id="data:a/b,x")),
    ],
)  # fmt: skip
def test_a_presentation_that_breaks_a_rule_is_refused_by_its_place(
    place: str, change: Callable[[Document], object]
) -> None:
    document = _presentation()
    change(document)
    _refused(check_presentation, document, place)


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("$.credentialSubject.organisation[0]", lambda o: o.pop("trustedKey")),
        ("$.credentialSubject.organisation[0].statusBase", lambda o: o.update(statusBase="https://x.example")),
        ("$.credentialSubject.organisation[0].mayIssue", lambda o: o.update(mayIssue=["ACredential"] * 2)),
        ("$.credentialSubject.organisation[0].retiredOn", lambda o: o.update(retiredOn="2026-11")),
        ("$.credentialSubject.organisation[0].trustedKey[0].keyValidUntil",
         lambda o: o["trustedKey"][0].update(keyValidUntil="2026-10-01")),
    ],
)  # fmt: skip
def test_a_trust_list_that_breaks_a_rule_is_refused_by_its_place(
    place: str, change: Callable[[Document], object]
) -> None:
    document = _trust_list()
    change(document["credentialSubject"]["organisation"][0])
    _refused(check_credential, document, place)


def test_messages_name_places_and_never_values() -> None:
    document = copy.deepcopy(_presentation())
    document["ownWords"]["headline"] = {"secret": "Fatima"}
    with pytest.raises(DataModelError) as caught:
        check_presentation(document)
    assert "Fatima" not in str(caught.value)
