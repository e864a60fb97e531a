"""What is commonly missed of status lists, items 30 and 31, over real HTTP."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from standard import base64url
from standard.keys import KeySigner
from standard.status_list import new_bits, set_bit, set_status
from standard.status_list.bitstring import encode_bits
from standard.timestamps import write_moment
from tests.vc_api.acting import (
    V2,
    Api,
    assert_refused,
    credential,
    signed_as_text,
    signer,
)
from tests.vc_api.conftest import NOW, Shelf
from tests.vc_api.items import item


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


STATUS = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
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
