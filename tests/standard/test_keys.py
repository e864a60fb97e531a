from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard import base64url
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
    jwk = KEYS["P-256"].public_key.jwk()
    point = b"\x04" + base64url.decode(jwk["x"]) + base64url.decode(jwk["y"])
    malformed: list[tuple[Algorithm, bytes]] = [
        ("P-256", b"\x02" + b"\xff" * 32),
        ("P-256", b"\x00"),
        ("P-256", b""),
        ("P-256", point),
        ("P-384", KEYS["P-256"].public_key.raw),
        ("Ed25519", b"\x01" * 31),
        ("Ed25519", b""),
    ]
    for algorithm, raw in malformed:
        with pytest.raises(KeyFormatError):
            PublicKey(algorithm, raw)


@pytest.mark.parametrize("beyond", [1, 2**64, 2**200])
def test_a_point_beside_the_curve_is_no_key_in_any_spelling(beyond: int) -> None:
    jwk = KEYS["P-256"].public_key.jwk()
    y = (int.from_bytes(base64url.decode(jwk["y"]), "big") + beyond) % 2**256
    moved = y.to_bytes(32, "big")
    with pytest.raises(KeyFormatError):
        PublicKey.from_jwk({**jwk, "y": base64url.encode(moved)})
    with pytest.raises(KeyFormatError):
        PublicKey.from_point("P-256", b"\x04" + base64url.decode(jwk["x"]) + moved)


P = 2**255 - 19
# Multiples of a point of order eight, and the two spellings with a sign that zero does not have.
SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
]


@pytest.mark.parametrize("spelling", SMALL_ORDER)
def test_an_ed25519_key_that_fits_every_message_is_refused(spelling: str) -> None:
    with pytest.raises(KeyFormatError, match="small order"):
        PublicKey("Ed25519", bytes.fromhex(spelling))


@pytest.mark.parametrize("y", [P, P + 1, P + 18, 2**255 - 1])
@pytest.mark.parametrize("sign", [0, 1 << 255])
def test_an_ed25519_key_has_one_spelling(y: int, sign: int) -> None:
    with pytest.raises(KeyFormatError, match="spelling"):
        PublicKey("Ed25519", (y | sign).to_bytes(32, "little"))


@given(st.integers(2, P - 2))
def test_32_bytes_are_an_ed25519_key_when_the_curve_has_a_point_there(y: int) -> None:
    d = -121665 * pow(121666, -1, P) % P
    x_squared = (y * y - 1) * pow(d * y * y + 1, -1, P) % P
    # A root modulo P, where P is 5 modulo 8, is one of two candidates.
    root = pow(x_squared, (P + 3) // 8, P)
    is_point = any(
        candidate * candidate % P == x_squared for candidate in (root, root * pow(2, (P - 1) // 4, P))
    )
    raw = y.to_bytes(32, "little")
    if is_point:
        assert PublicKey("Ed25519", raw).raw == raw
    else:
        with pytest.raises(KeyFormatError, match="not a point"):
            PublicKey("Ed25519", raw)


@pytest.mark.parametrize(
    "change",
    [
        {"x": None}, {"x": 4}, {"x": "AA"}, {"x": ""}, {"y": None}, {"d": "AA"}, {"d": None},
        {"crv": "secp256k1"}, {"crv": "P-384"}, {"crv": "Ed25519"}, {"crv": "p-256"}, {"crv": ["P-256"]},
        {"kty": "OKP"}, {"kty": "RSA"}, {"kty": "oct"}, {"kty": "ec"}, {"kty": None}, {"kty": ["EC"]},
        {"use": "enc"}, {"use": None}, {"use": ["sig"]}, {"use": "enc", "key_ops": ["verify"]},
        {"use": "sig", "key_ops": ["sign"]}, {"key_ops": ["deriveKey"]}, {"key_ops": "verify"},
        {"key_ops": []},
        {"key_ops": ["verify", "verify"]}, {"key_ops": ["verify", 4]}, {"key_ops": ["verify", ["verify"]]},
        {"alg": "ES384"}, {"alg": "EdDSA"}, {"alg": "HS256"}, {"alg": "none"}, {"alg": "ECDH-ES"},
        {"alg": None},
    ],
)  # fmt: skip
def test_a_jwk_that_is_malformed_or_contradicts_itself_is_refused(change: dict[str, Any]) -> None:
    jwk = KEYS["P-256"].public_key.jwk()
    with pytest.raises(KeyFormatError):
        PublicKey.from_jwk({**jwk, **change})


@pytest.mark.parametrize("members", [{"alg": "ES384"}, {"crv": "X25519"}, {"kty": "EC"}, {"use": "enc"}])
def test_an_ed25519_jwk_that_contradicts_itself_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(KeyFormatError):
        PublicKey.from_jwk({**KEYS["Ed25519"].public_key.jwk(), **members})


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_a_jwk_says_besides_its_key_does_not_change_the_key(algorithm: Algorithm) -> None:
    public = KEYS[algorithm].public_key
    names = {"P-256": ["ES256"], "P-384": ["ES384"], "Ed25519": ["EdDSA", "Ed25519"]}[algorithm]
    for name in names:
        more = {"alg": name, "use": "sig", "key_ops": ["verify"], "kid": "1", "ext": True, "x5u": "https://x"}
        assert PublicKey.from_jwk({**public.jwk(), **more}) == public


def test_a_coordinate_keeps_its_leading_zeros() -> None:
    key = _key_with_a_leading_zero()
    jwk = key.jwk()
    assert len(base64url.decode(jwk["x"])) == 32
    assert PublicKey.from_jwk(jwk) == key
    short, long = base64url.decode(jwk["x"])[1:], b"\0" + base64url.decode(jwk["x"])
    for wrong in (short, long):
        with pytest.raises(KeyFormatError):
            PublicKey.from_jwk({**jwk, "x": base64url.encode(wrong)})


def _key_with_a_leading_zero() -> PublicKey:
    for x in range(2**240, 2**240 + 100):
        try:
            return PublicKey("P-256", b"\x02" + x.to_bytes(32, "big"))
        except KeyFormatError:
            continue
    raise AssertionError("half of all x have a point")


def test_a_coordinate_has_one_spelling() -> None:
    jwk = KEYS["P-256"].public_key.jwk()
    stray = jwk["x"][:-1] + chr(ord(jwk["x"][-1]) + 1)
    for wrong in (jwk["x"] + "=", jwk["x"] + "\n", " " + jwk["x"], stray):
        with pytest.raises(KeyFormatError):
            PublicKey.from_jwk({**jwk, "x": wrong})


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
