"""The archive as a document: one spelling, bound to its digest, read strictly."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard import base64url
from standard.errors import TrustError
from standard.model import Did
from standard.trust import ArchiveReference, archive_json, archive_reference, make_archive, read_archive
from tests.world import NOW, make_world

ORGANISATION = make_world().organisation
ADDRESS = "https://trust.example/archives/klusdag.json"
LISTS = {name: each for name, each in ORGANISATION.documents(NOW).items() if "/status/" in name}
HASHES = st.sets(st.binary(min_size=32, max_size=32), max_size=40)


def written(hashes: set[bytes]) -> bytes:
    return archive_json(
        make_archive(
            ADDRESS, organisation=ORGANISATION.did, closed_at=NOW.replace(microsecond=0), copy_hashes=hashes,
            status_lists=LISTS,
        )
    )  # fmt: skip


def referred(content: bytes) -> ArchiveReference:
    return ArchiveReference(ADDRESS, hashlib.sha256(content).digest())


@given(HASHES, st.binary(min_size=32, max_size=32))
def test_an_archive_holds_what_was_put_in_and_nothing_else(hashes: set[bytes], other: bytes) -> None:
    content = written(hashes)
    found = read_archive(content, archive_reference(content), ORGANISATION.did)
    assert all(found.holds(each) for each in hashes)
    assert found.holds(other) == (other in hashes)
    assert archive_json(found) == content


def test_the_last_lists_come_out_as_they_went_in() -> None:
    content = written(set())
    found = read_archive(content, referred(content), ORGANISATION.did)
    assert set(found.status_lists) == set(LISTS)
    for address, document in found.status_lists.items():
        original = LISTS[address]
        assert document == original or json.loads(document) == json.loads(original)


@given(st.binary(max_size=100))
def test_junk_is_no_archive(junk: bytes) -> None:
    with pytest.raises(TrustError):
        read_archive(junk, referred(junk), ORGANISATION.did)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "Archive"},
        {"id": "https://trust.example/other"},
        {"organisation": "did:web:other.example"},
        {"closedAt": "yesterday"},
        {"copyHashes": base64url.encode(bytes(31))},
        {"copyHashes": base64url.encode(bytes(64))},
        {"copyHashes": base64url.encode(b"\1" * 32 + bytes(32))},
        {"copyHashes": base64url.encode(bytes(32)) + "="},
        {"statusList": None},
        {"statusList": [{}]},
        {"statusList": ["x.y.z"]},
        {"statusList": [{"id": "https://x/1"}, {"id": "https://x/1"}]},
        {"extra": 1},
    ],
)
def test_an_archive_that_is_not_as_it_should_be_is_refused(change: dict[str, Any]) -> None:
    document = {**json.loads(written(set())), **change}
    content = json.dumps(document).encode()
    with pytest.raises(TrustError):
        read_archive(content, referred(content), ORGANISATION.did)


def test_an_archive_is_bound_to_its_digest_and_its_organisation() -> None:
    content = written({bytes(32)})
    with pytest.raises(TrustError):
        read_archive(content + b" ", referred(content), ORGANISATION.did)
    with pytest.raises(TrustError):
        read_archive(content, referred(content), Did("did:web:other.example"))


def test_what_is_no_hash_is_not_archived() -> None:
    with pytest.raises(TrustError):
        written({b"short"})
