"""The trust list under its pinned root."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from standard.dids import did_key
from standard.errors import TrustError
from standard.trust import (
    ArchiveReference,
    Successor,
    TrustList,
    TrustRoot,
    read_root,
    read_trust_list,
    root_json,
    trust_list_credential,
)
from tests.standard.mutations import mutations
from tests.world import NOW, did_key_signer, make_world

WORLD = make_world(demonstration=True)


def signed(trust_list: TrustList) -> dict[str, Any]:
    return trust_list_credential(trust_list, signer=WORLD.root_signer)


def test_a_trust_list_reads_back_as_it_was_signed() -> None:
    plain = WORLD.trust_list()
    organisation, *others = plain.organisations
    key, *keys = organisation.keys
    rich = replace(
        plain,
        organisations=(
            replace(
                organisation,
                retired_on=date(2026, 10, 1),
                archives=(ArchiveReference("https://trust.example/archives/1", bytes(range(32))),),
                keys=(replace(key, valid_until=NOW, compromised_at=NOW - timedelta(days=3)), *keys),
            ),
            *others,
        ),
        successor=Successor(WORLD.root.root, "https://new.example/list"),
    )
    for trust_list in (plain, rich, replace(plain, organisations=())):
        content = json.dumps(signed(trust_list)).encode()
        assert read_trust_list(content, WORLD.root) == trust_list


def test_a_trust_root_reads_back_as_it_was_written() -> None:
    assert read_root(root_json(WORLD.root)) == WORLD.root


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"type": "KlusCVTrustRoot"}',
        root_json(WORLD.root).replace(b"did:key:", b"did:web:"),
    ],
)
def test_what_is_no_trust_root_is_refused(content: bytes) -> None:
    with pytest.raises(TrustError):
        read_root(content)


def test_every_change_of_a_trust_list_is_refused() -> None:
    for what, changed in mutations(signed(WORLD.trust_list())):
        with pytest.raises(TrustError):
            print(what, read_trust_list(json.dumps(changed).encode(), WORLD.root))


def test_the_list_of_another_root_is_refused() -> None:
    signer = did_key_signer("Ed25519")
    content = json.dumps(trust_list_credential(WORLD.trust_list(), signer=signer)).encode()
    with pytest.raises(TrustError):
        read_trust_list(content, WORLD.root)
    other = replace(WORLD.root, root=did_key(signer.public_key))
    assert read_trust_list(content, other) == WORLD.trust_list()


def test_another_list_of_the_same_root_is_refused() -> None:
    content = json.dumps(signed(replace(WORLD.trust_list(), id="https://trust.example/other"))).encode()
    with pytest.raises(TrustError):
        read_trust_list(content, WORLD.root)


def test_a_credential_of_another_kind_is_no_trust_list() -> None:
    for content in (b"", b"{", b"[]", b'{"type": null}', b"\xff"):
        with pytest.raises(TrustError):
            read_trust_list(content, TrustRoot(WORLD.root.root, "https://x", "x", False))


def test_a_key_is_found_by_the_first_eight_bytes_of_its_thumbprint() -> None:
    trust_list = WORLD.trust_list()
    for organisation in trust_list.organisations:
        for key in organisation.keys:
            assert trust_list.key_by_thumbprint(key.public_key.thumbprint()[:8]) == (organisation, key)
    assert trust_list.key_by_thumbprint(bytes(8)) is None
    assert trust_list.key_by_thumbprint(b"") is None


def test_what_a_list_has_twice_is_what_stands_there_first() -> None:
    first, second = WORLD.trust_list().organisations
    other = replace(second, keys=(*second.keys, *first.keys))
    again = replace(first, name="Another name", keys=())
    trust_list = replace(WORLD.trust_list(), organisations=(first, other, again))
    assert trust_list.organisation(first.did) == first
    for key in first.keys:
        assert trust_list.key_by_thumbprint(key.public_key.thumbprint()[:8]) == (first, key)


def test_a_key_was_in_use_on_every_day_that_its_window_touches() -> None:
    key = replace(
        WORLD.trust_list().organisations[0].keys[0],
        valid_from=datetime(2026, 3, 1, 15, 30, tzinfo=UTC),
        valid_until=datetime(2026, 4, 1, 9, 0, tzinfo=UTC),
    )
    days = {
        date(2026, 2, 28): False,
        date(2026, 3, 1): True,
        date(2026, 4, 1): True,
        date(2026, 4, 2): False,
    }
    for day, expected in days.items():
        assert key.was_in_use_on(datetime(day.year, day.month, day.day, tzinfo=UTC)) is expected
