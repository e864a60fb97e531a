"""The signed bytes of a compact copy, checked against RFC 9052 without our reader."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from standard import base64url, compact
from standard.compact import cbor, salts
from standard.errors import CompactError
from standard.keys import KeySigner, PrivateKey
from standard.model import DidUrl, NameCheck, PaperLine, PaperStatement, PaperTotals, PersonName

SIGNER = KeySigner(PrivateKey.generate("P-256"), DidUrl("did:web:klusdag.example#p256"))
HOLDER = PrivateKey.generate("P-256").public_key
LINE = PaperLine(None, "Afwas", 148, 1036, "2021-03", "2026-11", "4.72", "5", "1", 141)
STATEMENT = PaperStatement(
    as_of=date(2026, 11, 20),
    lines=(LINE, LINE),
    totals=PaperTotals(2, 296, 2072, 282, 0),
    name=PersonName("Fatima el Amrani", NameCheck.BANK),
)
ROOT = secrets.token_bytes(16)
TEXT = compact.issue(
    STATEMENT,
    holder=HOLDER,
    issued=datetime(2026, 11, 22, tzinfo=UTC),
    status=None,
    signer=SIGNER,
    new_salt=lambda: ROOT,
)


def parts() -> tuple[bytes, dict[int, Any], bytes, bytes]:
    message = cbor2.loads(base64url.decode(TEXT))
    assert message.tag == 18
    protected, unprotected, payload, signature = message.value
    return protected, unprotected, payload, signature


def rebuilt(place: int, value: object) -> str:
    """The copy with one of its four parts exchanged."""
    members: list[Any] = list(parts())
    members[place] = value
    return base64url.encode(b"\xd2" + cbor2.dumps(members, canonical=True))


def test_the_signature_is_that_of_a_sig_structure() -> None:
    protected, _, payload, signature = parts()
    assert cbor2.loads(protected) == {1: -7, 4: SIGNER.public_key.thumbprint()[:8]}
    signed = cbor2.dumps(["Signature1", protected, b"kluscv-compact-v1", payload])
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), SIGNER.public_key.raw)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    point.verify(encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))


def test_a_digest_is_that_of_the_document() -> None:
    _, unprotected, payload, _ = parts()
    root, name, lines = unprotected[-65537]
    assert root == ROOT
    left, right = (sha256(root + side).digest()[:16] for side in (b"\x00", b"\x01"))
    leaves = [sha256(node + side).digest()[:16] for node in (left, right) for side in (b"\x00", b"\x01")]
    digests = [
        sha256(cbor2.dumps([salt, content], canonical=True)).digest()[:16]
        for salt, content in zip(leaves, [*lines, name], strict=False)
    ]
    signed = cbor2.loads(payload)
    assert [*signed[10], signed[9]] == digests


def test_an_opening_of_something_else_is_refused() -> None:
    _, unprotected, _, _ = parts()
    node, name, lines = unprotected[-65537]
    for openings in (
        [node, name, [[*lines[0][:1], 149, *lines[0][2:]], lines[1]]],
        [node, ["Someone Else", 1], lines],
        [node, ["Fatima el Amrani", 2], lines],
        [bytes(16), name, lines],
        [node, None, lines],
        [node, name, lines[:1]],
        [node + node, name, lines],
        [node, name, [lines[0], None]],
    ):
        with pytest.raises(CompactError):
            compact.parse(rebuilt(1, {-65537: openings}))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, cbor2.dumps({1: -8, 4: SIGNER.public_key.thumbprint()[:8]})),
        (0, cbor2.dumps({1: -7})),
        (0, cbor2.dumps({1: -7, 4: b"short"})),
        (0, cbor2.dumps({1: -7, 2: [1], 4: SIGNER.public_key.thumbprint()[:8]}, canonical=True)),
        (0, b""),
        (1, {}),
        (2, None),
        (2, b""),
        (3, bytes(63)),
        (3, None),
    ],
    ids=[
        "another algorithm", "no key", "a short key", "critical headers", "no headers", "open headers",
        "no payload", "an empty payload", "a short signature", "no signature",
    ],
)  # fmt: skip
def test_other_headers_payloads_and_lengths_are_refused(place: int, value: object) -> None:
    with pytest.raises(CompactError):
        compact.parse(rebuilt(place, value))


@pytest.mark.parametrize(
    "data",
    [
        "9f01ff",  # an array of indefinite length
        "5f4101ff",  # bytes of indefinite length
        "1801",  # a number longer than it need be
        "a201010101",  # a key twice
        "a202010101",  # keys out of order
        "f93c00",  # a float
        "f5",  # a boolean
        "c11a514b67b0",  # a tag
        "d81c81d81d00",  # an array that holds itself
        "0101",  # something after the end
        "9bffffffffffffffff",  # an array longer than memory
        "8181818181818181818100",  # deeper than anything here
        "",
    ],
)
def test_cbor_that_is_not_deterministic_or_of_another_type_is_refused(data: str) -> None:
    with pytest.raises(CompactError):
        cbor.decode(bytes.fromhex(data))


@given(st.binary(max_size=300))
def test_what_is_decoded_is_what_would_be_encoded(data: bytes) -> None:
    try:
        value = cbor.decode(data)
    except CompactError:
        return
    assert cbor.encode(value) == data


@given(st.integers(1, 40), st.data())
def test_a_cover_opens_the_shown_slots_and_no_others(slot_count: int, data: st.DataObject) -> None:
    everything = set(range(slot_count))
    all_salts = salts.slot_salts([ROOT], everything, slot_count)
    assert len(set(all_salts.values())) == slot_count
    shown = data.draw(st.sets(st.sampled_from(sorted(everything))))
    cover = salts.narrow([ROOT], everything, shown, slot_count)
    assert salts.slot_salts(cover, shown, slot_count) == {slot: all_salts[slot] for slot in shown}
    assert len(cover) <= len(shown)
    fewer = data.draw(st.sets(st.sampled_from(sorted(shown)))) if shown else set()
    assert salts.narrow(cover, shown, fewer, slot_count) == salts.narrow(
        [ROOT], everything, fewer, slot_count
    )


@given(st.integers(2, 40), st.data())
def test_a_cover_does_not_tell_the_salt_of_a_hidden_slot(slot_count: int, data: st.DataObject) -> None:
    everything = set(range(slot_count))
    hidden = data.draw(st.integers(0, slot_count - 1))
    cover = salts.narrow([ROOT], everything, everything - {hidden}, slot_count)
    secret = salts.slot_salts([ROOT], everything, slot_count)[hidden]
    reachable, nodes = set(cover), list(cover)
    for _ in range(6):
        nodes = [sha256(node + side).digest()[:16] for node in nodes for side in (b"\x00", b"\x01")]
        reachable.update(nodes)
    assert secret not in reachable
