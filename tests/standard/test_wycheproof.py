"""Wycheproof's tricky cases, against our own readers and the primitives of the library they build on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.exceptions import InvalidKey, InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import import_key

from standard import base64url, strict_json
from standard.errors import KlusCVError
from standard.jws import Jws
from standard.keys import PublicKey
from tests.standard.vectors import PROJECT, vectors

Case = dict[str, Any]


def cases(file: str) -> Iterator[tuple[Case, Case]]:
    suite = json.loads((vectors("wycheproof") / file).read_text(encoding="utf-8"))
    for group in suite["testGroups"]:
        for case in group["tests"]:
            yield group, case


def disagreements(file: str, accepts: Callable[[Case, Case], bool]) -> list[str]:
    """The cases that are judged otherwise; what Wycheproof leaves open may be either."""
    wrong, count = [], 0
    for group, case in cases(file):
        count += 1
        verdict = "valid" if accepts(group, case) else "invalid"
        if case["result"] not in (verdict, "acceptable"):
            wrong.append(f"{case['tcId']} {group.get('comment')} {case['comment']}: {verdict}")
    assert count > 20
    return wrong


def _hex(value: str) -> bytes:
    return bytes.fromhex(value)


def _signed_by(jwk: Case, text: str) -> bool:
    """Judge a JWS as `standard.jws` does; its payloads here are no JSON, which ours always are."""
    try:
        header, payload, signature = text.split(".")
        members = strict_json.loads(base64url.decode(header), limit_bytes=10_000)
        assert isinstance(members, dict)
        base64url.decode(payload)
        if {"crit", "b64"} & members.keys() or "alg" not in members:
            return False
        jws = Jws(members, {}, f"{header}.{payload}".encode(), base64url.decode(signature))
        jws.verify(PublicKey.from_jwk(jwk))
    except (KlusCVError, ValueError):
        return False
    return True


@pytest.mark.parametrize(
    "file", ["json_web_signature_test.json", "json_web_key_test.json", "json_web_crypto_test.json"]
)
def test_a_jws_and_its_key_are_judged_as_wycheproof_demands(file: str) -> None:
    wrong, count = [], 0
    for group, case in cases(file):
        jwk = group.get("public") or group["private"]
        is_ours = jwk.get("kty") == "EC" and jwk.get("crv") in ("P-256", "P-384") and "jws" in case
        public = {name: value for name, value in jwk.items() if name != "d"}
        if "jws" not in case or not isinstance(case["jws"], str):
            continue
        count += 1
        accepted = _signed_by(public, case["jws"])
        is_valid = case["result"] == "valid"
        if (accepted and not is_valid) or (is_ours and accepted != is_valid):
            wrong.append(f"{case['tcId']} {group['comment']} {case.get('comment')}: {accepted}")
    assert count > 20
    assert wrong == []


@pytest.mark.parametrize(
    ("file", "hash_"),
    [
        ("ecdsa_secp256r1_sha256_test.json", hashes.SHA256()),
        ("ecdsa_secp384r1_sha384_test.json", hashes.SHA384()),
    ],
)
def test_signatures_in_der_are_judged_as_wycheproof_demands(file: str, hash_: hashes.HashAlgorithm) -> None:
    def accepts(group: Case, case: Case) -> bool:
        key = serialization.load_pem_public_key(group["publicKeyPem"].encode())
        assert isinstance(key, ec.EllipticCurvePublicKey)
        try:
            key.verify(_hex(case["sig"]), _hex(case["msg"]), ec.ECDSA(hash_))
        except InvalidSignature:
            return False
        return True

    assert disagreements(file, accepts) == []


def test_aes_gcm_of_the_vault_opens_what_wycheproof_demands() -> None:
    def accepts(group: Case, case: Case) -> bool:
        try:
            opened = AESGCM(_hex(case["key"])).decrypt(
                _hex(case["iv"]), _hex(case["ct"] + case["tag"]), _hex(case["aad"])
            )
        except (InvalidTag, ValueError):
            return False
        return opened == _hex(case["msg"])

    # The library takes nonces from 8 to 128 bytes; the vault's have 12.
    sizes = {str(case["tcId"]): len(case["iv"]) // 2 for _, case in cases("aes_gcm_test.json")}
    wrong = disagreements("aes_gcm_test.json", accepts)
    assert [each for each in wrong if 8 <= sizes[each.split()[0]] <= 128] == []


def test_hkdf_of_the_vault_derives_what_wycheproof_demands() -> None:
    def accepts(group: Case, case: Case) -> bool:
        try:
            derived = HKDF(hashes.SHA256(), case["size"], _hex(case["salt"]), _hex(case["info"])).derive(
                _hex(case["ikm"])
            )
        except ValueError:
            return False
        return derived == _hex(case["okm"])

    assert disagreements("hkdf_sha256_test.json", accepts) == []


def test_hmac_judges_as_wycheproof_demands() -> None:
    def accepts(group: Case, case: Case) -> bool:
        code = hmac.HMAC(_hex(case["key"]), hashes.SHA256())
        code.update(_hex(case["msg"]))
        return code.finalize()[: group["tagSize"] // 8] == _hex(case["tag"])

    assert disagreements("hmac_sha256_test.json", accepts) == []


def _agrees(public: ec.EllipticCurvePublicKey, case: Case) -> bool:
    secret = ec.derive_private_key(int(case["private"], 16), ec.SECP256R1())
    return secret.exchange(ec.ECDH(), public) == _hex(case["shared"])


def test_ecdh_with_points_agrees_as_wycheproof_demands() -> None:
    def accepts(group: Case, case: Case) -> bool:
        try:
            public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _hex(case["public"]))
            return _agrees(public, case)
        except ValueError:
            return False

    assert disagreements("ecdh_secp256r1_ecpoint_test.json", accepts) == []


def test_ecdh_with_encoded_keys_agrees_as_wycheproof_demands() -> None:
    def accepts(group: Case, case: Case) -> bool:
        try:
            public = serialization.load_der_public_key(_hex(case["public"]))
            return isinstance(public, ec.EllipticCurvePublicKey) and _agrees(public, case)
        except (ValueError, UnsupportedAlgorithm):
            return False

    assert disagreements("ecdh_secp256r1_test.json", accepts) == []


# What a response to a verifier is encrypted with, and what else the library opens when it is told to.
_OURS = ("ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW")
_CIPHERS = ("A128GCM", "A192GCM", "A256GCM", "A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512")
_OTHERS = (
    "A128KW", "A192KW", "A256KW", "A128GCMKW", "A192GCMKW", "A256GCMKW", "dir", "RSA-OAEP", "RSA-OAEP-256",
)  # fmt: skip


# Padding oracles and decompression bombs: neither is ever switched on.
_NEVER = {"RSA1_5", "DEF"}


def _opens(jwk: Case, text: str) -> bytes | None:
    """Open with the one algorithm that the key is for, as whoever holds a key must."""
    allowed = [jwk["alg"]] if jwk.get("alg") in (*_OURS, *_OTHERS) else [*_OURS, *_OTHERS]
    try:
        return jwe.decrypt_compact(text, import_key(jwk), algorithms=[*allowed, *_CIPHERS]).plaintext
    except (JoseError, ValueError, InvalidTag, InvalidKey):
        return None


def _asks_for_what_is_never_done(text: str) -> bool:
    header = strict_json.loads(base64url.decode(text.partition(".")[0]), limit_bytes=10_000)
    assert isinstance(header, dict)
    return not _NEVER.isdisjoint({header.get("alg"), header.get("zip")})


def test_a_jwe_opens_as_wycheproof_demands() -> None:
    wrong, count = [], 0
    for group, case in cases("json_web_encryption_test.json"):
        if not isinstance(case["jwe"], str):
            continue
        count += 1
        opened = _opens(group["private"], case["jwe"])
        accepted = opened is not None and opened.hex() == case["pt"]
        is_valid = case["result"] == "valid" and not _asks_for_what_is_never_done(case["jwe"])
        if accepted != is_valid:
            wrong.append(f"{case['tcId']} {group['comment']} {case['comment']}: {accepted}")
    assert count > 100
    assert wrong == []


def test_no_file_of_wycheproof_is_passed_over() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (PROJECT / "tests/standard").glob("*.py")]
    files = {path.name for path in vectors("wycheproof").glob("*.json")}
    assert {file for file in files if not any(file in text for text in texts)} == set()
    assert len(files) == 14
