"""Status lists: the same bits published twice, read strictly."""

from __future__ import annotations

import contextlib
import copy
import gzip
import json
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard import base64url, jws, proofs, status_list
from standard.errors import DataModelError, KlusCVError, ProofError, SignatureMismatchError, StatusListError
from standard.keys import KeySigner, PrivateKey, PublicKey, fragment
from standard.model import Did, DidUrl
from standard.status_list import Purpose, Status, StatusEntry, StatusReference
from standard.status_list.bits import inflate, mirrored

ISSUER = Did("did:web:klusdag.example")
URI = "https://klusdag.example/status/1"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ED25519 = PrivateKey.generate("Ed25519")
P256 = PrivateKey.generate("P-256")
CREDENTIAL_SIGNER = KeySigner(ED25519, DidUrl(f"{ISSUER}#{fragment(ED25519.public_key)}"))
TOKEN_SIGNER = KeySigner(P256, DidUrl(f"{ISSUER}#{fragment(P256.public_key)}"))
BITS = status_list.set_bit(status_list.set_bit(status_list.new_bits(), 3), 131_071)


def resolve_key(method: DidUrl) -> PublicKey:
    return {
        CREDENTIAL_SIGNER.verification_method: ED25519.public_key,
        TOKEN_SIGNER.verification_method: P256.public_key,
    }[method]


def credential(bits: bytes = BITS) -> dict[str, Any]:
    return status_list.bitstring_credential(
        bits, uri=URI, issuer=ISSUER, signer=CREDENTIAL_SIGNER, now=NOW, ttl_seconds=3600
    )


def read(document: dict[str, Any] | bytes) -> status_list.StatusList:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return status_list.read_bitstring_credential(data, uri=URI, issuer=ISSUER, resolve_key=resolve_key)


def resigned(change: dict[str, Any], subject: dict[str, Any] | None = None) -> dict[str, Any]:
    """The list with changed members, signed again by the same key."""
    document = credential()
    del document["proof"]
    document["credentialSubject"].update(subject or {})
    document.update(change)
    return proofs.add_proof(
        document,
        cryptosuite="eddsa-rdfc-2022",
        signer=CREDENTIAL_SIGNER,
        created=NOW,
        purpose="assertionMethod",
    )


def encoded(bits: bytes) -> str:
    return "u" + base64url.encode(gzip.compress(bits, mtime=0))


def token(**change: Any) -> bytes:
    text = status_list.token_status_list(
        BITS, uri=f"{URI}/token", signer=TOKEN_SIGNER, now=NOW, ttl_seconds=3600
    )
    if not change:
        return text.encode()
    header = {"typ": "statuslist+jwt", "kid": TOKEN_SIGNER.verification_method, **change.pop("header", {})}
    payload = {**jws.parse(text).payload, **change}
    return jws.sign(header, {k: v for k, v in payload.items() if v is not None}, TOKEN_SIGNER).encode()


def read_token(document: bytes) -> status_list.StatusList:
    return status_list.read_token_status_list(
        document, uri=f"{URI}/token", issuer=ISSUER, resolve_key=resolve_key
    )


@given(st.binary(min_size=1, max_size=64), st.data())
def test_status_bit_reads_left_to_right(bits: bytes, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, 8 * len(bits) - 1))
    written = "".join(f"{byte:08b}" for byte in bits)
    assert status_list.status_bit(bits, index) == (written[index] == "1")


@given(st.sets(st.integers(0, 131_071), max_size=20))
def test_setting_bits_sets_these_and_no_others(indexes: set[int]) -> None:
    bits = status_list.new_bits()
    for index in indexes:
        bits = status_list.set_bit(bits, index)
    assert all(status_list.status_bit(bits, index) for index in indexes)
    assert sum(byte.bit_count() for byte in bits) == len(indexes)


@given(st.binary(min_size=1, max_size=64), st.data())
def test_a_token_list_counts_from_the_right_of_each_byte(bits: bytes, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, 8 * len(bits) - 1))
    turned = mirrored(bits)
    assert status_list.status_bit(bits, index) == bool(turned[index // 8] >> index % 8 & 1)
    assert mirrored(turned) == bits


@pytest.mark.parametrize("index", [-1, 131_072])
def test_an_index_outside_the_list_is_an_error_and_no_answer(index: int) -> None:
    for use in (status_list.status_bit, status_list.set_bit):
        with pytest.raises(StatusListError):
            use(status_list.new_bits(), index)


@pytest.mark.parametrize("size", [0, 131_071, 131_064, 131_073, 2**30])
def test_a_list_that_hides_nobody_or_is_endless_is_not_made(size: int) -> None:
    with pytest.raises(StatusListError):
        status_list.new_bits(size)


@given(st.sets(st.integers(0, 131_071), max_size=5))
def test_both_publications_hold_the_same_bits(indexes: set[int]) -> None:
    bits = status_list.new_bits()
    for index in indexes:
        bits = status_list.set_bit(bits, index)
    text = status_list.token_status_list(
        bits, uri=f"{URI}/token", signer=TOKEN_SIGNER, now=NOW, ttl_seconds=60
    )
    assert read(credential(bits)).bits == read_token(text.encode()).bits == bits


def test_a_list_says_when_it_was_issued_and_how_long_it_may_be_kept() -> None:
    for found in (read(credential()), read_token(token())):
        assert found.issued == NOW
        assert found.ttl_seconds == 3600
        assert found.valid_until is None
        assert found.is_set(3)
        assert not found.is_set(4)
    assert read(resigned({"validUntil": "2026-12-01T00:00:00Z"})).valid_until == datetime(
        2026, 12, 1, tzinfo=UTC
    )
    assert read_token(token(exp=1_800_000_000)).valid_until == datetime.fromtimestamp(1_800_000_000, UTC)


def test_the_same_bits_are_written_the_same_way() -> None:
    assert credential()["credentialSubject"] == credential()["credentialSubject"]


@pytest.mark.parametrize(
    "document",
    [
        resigned({"id": "https://klusdag.example/status/2"}),
        resigned({"issuer": "did:web:other.example"}),
        resigned({"issuer": {"id": ISSUER}}),
        resigned({}, {"statusPurpose": "suspension"}),
        resigned({}, {"encodedList": base64url.encode(gzip.compress(BITS))}),
        resigned({}, {"encodedList": "z" + encoded(BITS)[1:]}),
        resigned({}, {"encodedList": encoded(BITS) + "="}),
        resigned({}, {"encodedList": "u" + base64url.encode(zlib.compress(BITS))}),
        resigned({}, {"encodedList": "u" + base64url.encode(gzip.compress(BITS) + b"junk")}),
        resigned({}, {"encodedList": "u" + base64url.encode(gzip.compress(BITS)[:-9])}),
        resigned({}, {"encodedList": encoded(bytes(16_383))}),
        resigned({}, {"encodedList": encoded(bytes(1 << 28))}),
        resigned({}, {"ttl": 0}),
    ],
)
def test_another_list_or_one_that_is_not_as_it_should_be_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(StatusListError):
        read(document)


def test_an_unsigned_or_changed_list_is_refused() -> None:
    unsigned = {name: value for name, value in credential().items() if name != "proof"}
    changed = copy.deepcopy(credential())
    changed["credentialSubject"]["encodedList"] = encoded(status_list.new_bits())
    by_another = credential()
    by_another["proof"]["verificationMethod"] = "did:web:other.example#key"
    for document in (unsigned, changed, by_another):
        with pytest.raises(ProofError):
            read(document)


def test_a_gigabyte_that_arrives_as_a_megabyte_stays_bounded() -> None:
    packer = zlib.compressobj(9)
    megabyte = bytes(1 << 20)
    bomb = b"".join(packer.compress(megabyte) for _ in range(1024)) + packer.flush()
    with pytest.raises(StatusListError, match="too large"):
        inflate(bomb, 15)


@pytest.mark.parametrize(
    "change",
    [
        {"sub": URI},
        {"header": {"typ": "JWT"}},
        {"iat": None},
        {"iat": "1795000000"},
        {"exp": 0},
        {"ttl": -1},
        {"status_list": None},
        {"status_list": {"bits": 2, "lst": base64url.encode(zlib.compress(BITS))}},
        {"status_list": {"bits": 3, "lst": base64url.encode(zlib.compress(BITS * 3))}},
        {"status_list": {"bits": True, "lst": base64url.encode(zlib.compress(BITS))}},
        {"status_list": {"bits": 1, "lst": base64url.encode(gzip.compress(BITS))}},
        {"status_list": {"bits": 1, "lst": base64url.encode(zlib.compress(bytes(100)))}},
        {"status_list": {"bits": 1}},
    ],
)
def test_a_token_that_is_not_as_it_should_be_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(StatusListError):
        read_token(token(**change))


def test_a_token_by_another_key_or_another_issuer_is_refused() -> None:
    stranger = KeySigner(PrivateKey.generate("P-256"), TOKEN_SIGNER.verification_method)
    forged = status_list.token_status_list(BITS, uri=f"{URI}/token", signer=stranger, now=NOW, ttl_seconds=60)
    with pytest.raises(SignatureMismatchError):
        read_token(forged.encode())
    with pytest.raises(ProofError):
        read_token(token(header={"kid": "did:web:other.example#key"}))


@given(st.binary(max_size=200))
def test_readers_raise_nothing_but_the_projects_own_errors(data: bytes) -> None:
    for reader in (read, read_token, lambda data: inflate(data, 31), lambda data: inflate(data, 15)):
        with contextlib.suppress(KlusCVError):
            reader(data)


@given(st.integers(1, 10**6), st.integers(0, 131_071))
def test_a_reference_is_read_back_from_both_forms(number: int, index: int) -> None:
    reference = StatusReference("https://klusdag.example/org/x/status/", number, index)
    withdrawal = StatusEntry(reference.bitstring_uri, index, Purpose.REVOCATION)
    assert status_list.read_entries(status_list.credential_status(reference)) == (withdrawal,)
    token = StatusEntry(reference.token_uri, index, None)
    assert status_list.read_token_entry(status_list.token_entry(reference)) == token
    both = replace(reference, is_suspendable=True)
    suspension = StatusEntry(both.suspension_uri, index, Purpose.SUSPENSION)
    assert status_list.read_entries(status_list.credential_status(both)) == (withdrawal, suspension)


@pytest.mark.parametrize(
    "change",
    [
        {"statusListIndex": 94567},
        {"statusListIndex": "007"},
        {"statusListIndex": "-1"},
        {"statusListIndex": "٣"},
        {"statusPurpose": "refresh"},
        {"type": "StatusList2021Entry"},
        {"statusSize": 2},
        {"statusSize": True},
        {"statusPurpose": "message"},
        {"statusPurpose": "message", "statusSize": 3},
        {"statusMessage": []},
        {"statusListCredential": "https://klusdag.example/status/1#2"},
        {"statusListCredential": None},
        {"statusListCredential": "file:///status/1"},
    ],
)
def test_an_entry_that_is_not_as_it_should_be_is_refused(change: dict[str, Any]) -> None:
    entry = status_list.entry(StatusReference("https://klusdag.example/status/", 1, 94_567))
    with pytest.raises(DataModelError):
        status_list.read_entry({**entry, **change})


SIZES = st.sampled_from([1, 2, 4, 8])


@given(st.binary(min_size=1, max_size=64), SIZES, st.data())
def test_entries_of_any_size_are_read_left_to_right(bits: bytes, size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, 8 * len(bits) // size - 1))
    written = "".join(f"{byte:08b}" for byte in bits)
    value = status_list.status_value(bits, index, entry_bits=size)
    assert value == int(written[index * size : (index + 1) * size], 2)


@given(st.binary(min_size=1, max_size=64), SIZES, st.data())
def test_setting_an_entry_changes_that_entry_alone(bits: bytes, size: int, data: st.DataObject) -> None:
    count = 8 * len(bits) // size
    index, value = data.draw(st.integers(0, count - 1)), data.draw(st.integers(0, (1 << size) - 1))
    changed = status_list.set_status(bits, index, value, entry_bits=size)
    for each in range(count):
        expected = value if each == index else status_list.status_value(bits, each, entry_bits=size)
        assert status_list.status_value(changed, each, entry_bits=size) == expected
    with pytest.raises(StatusListError):
        status_list.set_status(bits, index, 1 << size, entry_bits=size)


@given(st.binary(min_size=2, max_size=64).filter(lambda bits: len(bits) % 2 == 0))
def test_a_list_of_two_bits_falls_apart_into_lists_of_one(bits: bytes) -> None:
    for value in Status:
        single = status_list.single_bits(bits, value)
        for index in range(4 * len(bits)):
            says = status_list.status_value(bits, index, entry_bits=2) == value
            assert status_list.status_bit(single, index) == says


@given(st.lists(st.tuples(st.integers(0, 131_071), st.sampled_from(Status)), max_size=5))
def test_a_token_list_of_two_bits_says_what_was_put_in(changes: list[tuple[int, Status]]) -> None:
    bits = status_list.new_bits(entry_bits=2)
    for index, value in changes:
        bits = status_list.set_status(bits, index, value, entry_bits=2)
    text = status_list.token_status_list(
        bits, uri=f"{URI}/token", signer=TOKEN_SIGNER, now=NOW, ttl_seconds=60, entry_bits=2
    )
    found = read_token(text.encode())
    assert (found.bits, found.entry_bits) == (bits, 2)
    for index, value in dict(changes).items():
        assert found.value(index) == value


def test_the_example_of_two_bits_of_the_specification_is_read() -> None:
    """Source: Token Status List, "Status List", the example with two bits."""
    values = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
    bits = mirrored(bytes.fromhex("c944f9"), 2)
    assert [status_list.status_value(bits, index, entry_bits=2) for index in range(12)] == values


@pytest.mark.parametrize("size", [1, 2, 4, 8])
def test_an_entry_with_messages_reads_back(size: int) -> None:
    messages = tuple(f"bericht {value}" for value in range(1 << size))
    entry = status_list.message_entry(URI, 7, messages)
    assert status_list.read_entry(entry) == StatusEntry(URI, 7, Purpose.MESSAGE, size, messages)
    with pytest.raises(DataModelError):
        status_list.read_entry({**entry, "statusMessage": entry["statusMessage"][1:]})
    with pytest.raises(DataModelError):
        status_list.message_entry(URI, 7, [*messages, "one more"])


def test_two_entries_of_one_purpose_are_refused() -> None:
    entry = status_list.entry(StatusReference("https://klusdag.example/status/", 1, 7))
    for entries in ([], [entry, entry], None, "x"):
        with pytest.raises(DataModelError):
            status_list.read_entries(entries)
