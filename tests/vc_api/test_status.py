"""Status entries of the VC-API: given, set, and read back; and lists that are not what they should be."""

from __future__ import annotations

from typing import Any

import pytest

from standard import base64url
from standard.status_list.bits import MINIMUM_ENTRIES, inflate
from tests.vc_api.acting import Api, assert_refused, changed, credential, credential_v1

WANTED = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}


def update(api: Api, identifier: Any, **members: Any) -> Any:
    body = {"credentialId": identifier, "credentialStatus": WANTED, "status": True, **members}
    return api.issuer.post("/credentials/status", json=body)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019"])
def test_a_credential_with_a_status_can_be_revoked(api: Api, suite: str) -> None:
    issued = api.issued(credential(), suite, credentialStatus=WANTED)
    assert api.verify(issued).status_code == 200
    assert update(api, issued["id"]).status_code == 200
    answer = api.verify(issued)
    assert_refused(answer)
    assert answer.json()["errors"][0]["type"].endswith("#STATUS_VERIFICATION_ERROR")
    assert api.verify(issued, checks=["proof"]).status_code == 200
    assert update(api, issued["id"]).status_code == 200


def test_the_default_instance_gives_every_credential_with_an_id_a_status(api: Api) -> None:
    for document, has_status in ((credential(), True), (credential(id=...), False), (credential_v1(), False)):
        answer = api.issuer.post("/credentials/issue", json={"credential": document})
        assert ("credentialStatus" in answer.json()) is has_status
    assert "credentialStatus" not in api.issued(credential())


def test_a_credential_without_an_id_is_known_by_the_one_of_the_request(api: Api) -> None:
    issued = api.issued(credential(id=...), credentialStatus=WANTED, credentialId="example:1")
    assert "id" not in issued
    assert update(api, "example:1").status_code == 200
    assert_refused(api.verify(issued))
    assert_refused(api.issue(credential(id=...), credentialStatus=WANTED))


def test_the_list_is_long_compressed_and_by_one_plain_issuer(api: Api) -> None:
    issued = api.issued(credential(), credentialStatus=WANTED)
    entry = issued["credentialStatus"]
    assert entry["type"] == "BitstringStatusListEntry" and entry["id"] != entry["statusListCredential"]
    assert entry["statusListIndex"] == str(int(entry["statusListIndex"]))
    listed = api.issuer.get(entry["statusListCredential"]).json()
    assert listed["id"] == entry["statusListCredential"] and isinstance(listed["issuer"], str)
    assert set(listed["type"]) == {"VerifiableCredential", "BitstringStatusListCredential"}
    encoded = listed["credentialSubject"]["encodedList"]
    assert encoded.startswith("u") and "=" not in encoded
    assert len(inflate(base64url.decode(encoded[1:]), 31)) * 8 >= MINIMUM_ENTRIES
    assert api.verify(listed).status_code == 200


@pytest.mark.parametrize(
    "member, value",
    [
        ("statusListIndex", 4),
        ("statusListIndex", "-1"),
        ("statusListIndex", "0x10"),
        ("statusListIndex", "99999999"),
        ("statusPurpose", "suspension"),
        ("statusPurpose", 4),
        ("statusListCredential", "https://issuer.example/nothing"),
        ("statusListCredential", 4),
        ("statusSize", 0),
        ("statusSize", 2),
        ("statusSize", True),
        ("statusMessage", "revoked"),
        ("type", "https://example.org/#OtherStatus"),
    ],
)
def test_an_entry_that_cannot_be_read_is_not_verified(api: Api, member: str, value: Any) -> None:
    entry = api.issued(credential(), credentialStatus=WANTED)["credentialStatus"]
    own = credential(credentialStatus={**entry, member: value})
    answer = api.issue(own)
    if answer.status_code == 201:
        answer = api.verify(answer.json())
    assert_refused(answer)


def test_a_list_by_another_issuer_is_not_believed(api: Api) -> None:
    entry = api.issued(credential(), credentialStatus=WANTED)["credentialStatus"]
    assert_refused(api.verify(api.issued(credential(credentialStatus=entry), "ecdsa-rdfc-2019")))


def test_two_lists_can_hold_one_credential(api: Api) -> None:
    entry = api.issued(credential(), credentialStatus=WANTED)["credentialStatus"]
    assert api.verify(api.issued(credential(credentialStatus=[entry]))).status_code == 200


def test_an_unknown_credential_is_not_found(api: Api) -> None:
    answer = update(api, "urn:uuid:00000000-0000-4000-8000-000000000000")
    assert answer.status_code == 404 and answer.json()["code"] == "unknown-credential"


@pytest.mark.parametrize(
    "identifier, members",
    [
        (None, {}),
        (4, {}),
        ("", {}),
        ("example:1", {"credentialStatus": None}),
        ("example:1", {"credentialStatus": {"type": "Other"}}),
        ("example:1", {"credentialStatus": {**WANTED, "statusPurpose": "suspension"}}),
        ("example:1", {"status": False}),
    ],
)
def test_an_update_that_asks_for_something_else_is_refused(api: Api, identifier: Any, members: Any) -> None:
    assert_refused(update(api, identifier, **members))


def test_validity_is_judged_by_the_clock(api: Api) -> None:
    late = api.issued(credential(validUntil="2020-01-01T00:00:00Z"))
    early = api.issued(credential(validFrom="4023-01-01T00:00:00Z"))
    for issued in (late, early, api.issued(credential_v1(expirationDate="2020-03-17T00:00:00Z"))):
        assert_refused(api.verify(issued))
        assert api.verify(issued, "proof-only").status_code == 200
        assert api.verify(issued, checks=["proof"]).status_code == 200
    assert_refused(api.verify(changed(late, "validUntil", value="2030-01-01T00:00:00Z"), checks=["proof"]))
