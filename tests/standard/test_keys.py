from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard.errors import KeyFormatError, SignatureMismatchError
from standard.keys import (
    Algorithm,
    PrivateKey,
    PublicKey,
    fragment,
)
from tests.standard.signers import ALGORITHMS, KEYS, WORKER
from tests.standard.vectors import vectors

MALFORMED_MULTIKEYS = ["", "z", "zDna", "mAAAA", "z0OIl", "zDnaé", "z" + "1" * 200, WORKER[8:] + " "]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(message=st.binary(max_size=100), place=st.integers(0, 95), bit=st.integers(0, 7))
def test_what_is_signed_verifies_and_no_other_signature_does(
    algorithm: Algorithm, message: bytes, place: int, bit: int
) -> None:
    key = KEYS[algorithm]
    signature = key.sign(message)
    key.public_key.verify(signature, message)
    changed = bytearray(signature)
    changed[place % len(changed)] ^= 1 << bit
    for other in (bytes(changed), signature[:-1], signature + b"\0", b"\0" + signature, b""):
        with pytest.raises(SignatureMismatchError):
            key.public_key.verify(other, message)
    with pytest.raises(SignatureMismatchError):
        key.public_key.verify(signature, message + b"!")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_survives_each_of_its_spellings(algorithm: Algorithm) -> None:
    private = KEYS[algorithm]
    public = private.public_key
    assert PublicKey.from_multikey(public.multikey) == public
    assert PublicKey.from_jwk(public.jwk()) == public
    assert PrivateKey.from_pem(private.to_pem(None), None).public_key == public
    assert PrivateKey.from_pem(private.to_pem(b"geheim"), b"geheim").public_key == public


def test_a_pem_does_not_open_without_its_passphrase() -> None:
    pem = KEYS["P-256"].to_pem(b"geheim")
    for passphrase in (None, b"anders"):
        with pytest.raises(KeyFormatError):
            PrivateKey.from_pem(pem, passphrase)


def test_a_private_key_does_not_show_itself() -> None:
    assert repr(KEYS["P-256"]) == "PrivateKey(P-256)"


def test_ecdsa_signatures_are_deterministic() -> None:
    assert KEYS["P-256"].sign(b"x") == KEYS["P-256"].sign(b"x")


def test_the_thumbprint_is_that_of_rfc_8037() -> None:
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    digest = PublicKey.from_jwk(jwk).thumbprint()
    assert digest.hex() == "90facafea9b1556698540f70c0117a22ea37bd5cf3ed3c47093c1707282b4b89"


def test_a_fragment_names_algorithm_and_key() -> None:
    name, _, digest = fragment(KEYS["P-256"].public_key).partition("-")
    assert name == "p256"
    assert len(digest) == 8


@pytest.mark.parametrize("text", MALFORMED_MULTIKEYS, ids=range(len(MALFORMED_MULTIKEYS)))
def test_malformed_multikeys_are_refused(text: str) -> None:
    with pytest.raises(KeyFormatError):
        PublicKey.from_multikey(text)


def test_points_off_the_curve_and_other_lengths_are_refused() -> None:
    malformed: list[tuple[Algorithm, bytes]] = [
        ("P-256", b"\x02" + b"\xff" * 32),
        ("P-256", b"\x00"),
        ("Ed25519", b"\x01" * 31),
    ]
    for algorithm, raw in malformed:
        with pytest.raises(KeyFormatError):
            PublicKey(algorithm, raw)
    uncompressed = KEYS["P-256"].public_key._native.public_numbers()  # type: ignore[union-attr]
    point = b"\x04" + uncompressed.x.to_bytes(32, "big") + uncompressed.y.to_bytes(32, "big")
    with pytest.raises(KeyFormatError):
        PublicKey("P-256", point)


@pytest.mark.parametrize(
    "change",
    [
        {"x": None}, {"x": "AA"}, {"crv": "secp256k1"}, {"d": "AA"}, {"kty": "OKP"}, {"use": "enc"},
        {"key_ops": ["deriveKey"]}, {"key_ops": "verify"},
    ],
)  # fmt: skip
def test_malformed_jwks_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(KeyFormatError):
        PublicKey.from_jwk({**KEYS["P-256"].public_key.jwk(), **change})


def test_a_padded_jwk_coordinate_is_refused() -> None:
    jwk = KEYS["P-256"].public_key.jwk()
    with pytest.raises(KeyFormatError):
        PublicKey.from_jwk({**jwk, "x": jwk["x"] + "="})


@pytest.mark.parametrize(
    ("file", "algorithm"),
    [
        ("ed25519_test.json", "Ed25519"),
        ("ecdsa_secp256r1_sha256_p1363_test.json", "P-256"),
        ("ecdsa_secp384r1_sha384_p1363_test.json", "P-384"),
    ],
)
def test_wycheproof_signatures_are_judged_as_it_demands(file: str, algorithm: Algorithm) -> None:
    suite = json.loads((vectors("wycheproof") / file).read_text(encoding="utf-8"))
    wrong, count = [], 0
    for group in suite["testGroups"]:
        public_key = _public_key(algorithm, group["publicKey"])
        for case in group["tests"]:
            count += 1
            try:
                public_key.verify(bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
                verdict = "valid"
            except SignatureMismatchError:
                verdict = "invalid"
            if verdict != case["result"]:
                wrong.append(f"{case['tcId']} {case['comment']}: {verdict}")
    assert count == suite["numberOfTests"]
    assert wrong == []


def _public_key(algorithm: Algorithm, key: dict[str, Any]) -> PublicKey:
    if algorithm == "Ed25519":
        return PublicKey(algorithm, bytes.fromhex(key["pk"]))
    point = bytes.fromhex(key["uncompressed"])
    half = len(point) // 2
    return PublicKey(algorithm, bytes([2 + point[-1] % 2]) + point[1 : 1 + half])
