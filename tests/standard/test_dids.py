from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard import base64url
from standard.dids import (
    did_document,
    did_jwk,
    did_jwk_method,
    did_jwk_public_key,
    did_key,
    did_key_method,
    did_key_public_key,
    did_of,
    did_web,
    did_web_url,
    method_key,
    self_contained_document,
)
from standard.errors import KeyFormatError
from standard.keys import Algorithm, PrivateKey, fragment
from standard.model import Did, DidUrl

KEY = PrivateKey.generate("P-256").public_key
OTHER = PrivateKey.generate("Ed25519").public_key
DID = did_web("klusdag.example")
METHOD = DidUrl(f"{DID}#{fragment(KEY)}")
DESCRIBED = did_document(DID, [KEY])["verificationMethod"][0]


@pytest.mark.parametrize("algorithm", get_args(Algorithm))
def test_a_did_key_is_its_key(algorithm: Algorithm) -> None:
    key = PrivateKey.generate(algorithm).public_key
    did = did_key(key)
    assert did_key_public_key(did) == key
    assert did_key_method(did) == f"{did}#{key.multikey}"
    assert did_of(did_key_method(did)) == did
    for purpose in ("assertionMethod", "authentication"):
        assert method_key(self_contained_document(did), did_key_method(did), purpose) == key


@pytest.mark.parametrize(
    ("did", "url"),
    [
        (did_web("klusdag.example"), "https://klusdag.example/.well-known/did.json"),
        (did_web("localhost:8101", "org", "klusdag"), "https://localhost:8101/org/klusdag/did.json"),
        (did_web("127.0.0.1:1"), "https://127.0.0.1:1/.well-known/did.json"),
    ],
)
def test_a_did_web_has_one_address(did: Did, url: str) -> None:
    assert did_web_url(did) == url


@pytest.mark.parametrize(
    "did",
    ["did:web:", "did:web:a b", "did:web:x.example/path", "did:web:x:..", "did:web:x:%2E%2E", "did:key:z6Mk",
     "did:web:x::y", "did:web:x%40y", "did:web:user@x", "did:web:x\n"],
)  # fmt: skip
def test_a_did_web_that_could_lead_elsewhere_is_refused(did: str) -> None:
    with pytest.raises(KeyFormatError):
        did_web_url(Did(did))


def test_a_host_that_is_no_host_is_refused() -> None:
    for host in ("a/b", "a@b", "a b", "", "a:b:c"):
        with pytest.raises(KeyFormatError):
            did_web(host)


@given(st.text(max_size=60))
def test_reading_a_did_key_raises_only_its_own_error(text: str) -> None:
    with pytest.raises(KeyFormatError):
        did_key_public_key(Did("did:key:" + text))


def test_an_organisation_lists_its_keys_as_multikeys() -> None:
    document = did_document(DID, [OTHER, KEY])
    assert document["@context"] == ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
    assert {method["type"] for method in document["verificationMethod"]} == {"Multikey"}
    assert method_key(document, METHOD, "assertionMethod") == KEY


def test_relative_and_embedded_methods_and_jwks_are_understood() -> None:
    relative: dict[str, Any] = {
        "id": DID,
        "verificationMethod": [
            {"id": f"#{fragment(KEY)}", "type": "JsonWebKey", "controller": DID, "publicKeyJwk": KEY.jwk()}
        ],
        "assertionMethod": [f"#{fragment(KEY)}"],
    }
    assert method_key(relative, METHOD, "assertionMethod") == KEY
    embedded = {"id": DID, "authentication": relative["verificationMethod"]}
    assert method_key(embedded, METHOD, "authentication") == KEY
    with pytest.raises(KeyFormatError):
        method_key(embedded, METHOD, "assertionMethod")


@pytest.mark.parametrize(
    "change",
    [
        {"id": "did:web:other.example"},
        {"assertionMethod": []},
        {"assertionMethod": None},
        {"verificationMethod": []},
        {"verificationMethod": did_document(DID, [KEY, KEY])["verificationMethod"]},
        {"verificationMethod": did_document(did_web("other.example"), [KEY])["verificationMethod"]},
        {"verificationMethod": [{**DESCRIBED, "controller": "did:web:x"}]},
        {"verificationMethod": [{**DESCRIBED, "type": "Unknown"}]},
    ],
)  # fmt: skip
def test_a_document_that_does_not_vouch_for_the_key_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(KeyFormatError):
        method_key({**did_document(DID, [KEY]), **change}, METHOD, "assertionMethod")


def test_a_key_that_was_revoked_is_none_and_one_that_expired_is() -> None:
    document = did_document(DID, [KEY], expires={KEY: datetime(2026, 11, 1, tzinfo=UTC)})
    assert method_key(document, METHOD, "assertionMethod") == KEY
    document["verificationMethod"][0]["revoked"] = "2026-11-20T00:00:00Z"
    with pytest.raises(KeyFormatError, match="revoked"):
        method_key(document, METHOD, "assertionMethod")


@pytest.mark.parametrize("algorithm", get_args(Algorithm))
def test_a_did_jwk_is_its_key(algorithm: Algorithm) -> None:
    key = PrivateKey.generate(algorithm).public_key
    did = did_jwk(key)
    assert did_jwk_public_key(did) == key
    document = self_contained_document(did)
    for purpose in ("assertionMethod", "authentication"):
        assert method_key(document, did_jwk_method(did), purpose) == key


def test_the_example_of_the_did_jwk_method_is_read() -> None:
    """Source: did:jwk Method Specification, "P-256" (the example's identifier)."""
    jwk = {
        "crv": "P-256",
        "kty": "EC",
        "x": "acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0",
        "y": "_KcyLj9vWMptnmKtm46GqDz8wf74I5LKgrl2GzH3nSE",
    }
    did = Did(
        "did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyV"
        "jAiLCJ5IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9"
    )
    assert did_jwk_public_key(did).jwk() == jwk
    assert did_jwk(did_jwk_public_key(did)) == did


@given(st.one_of(st.text(max_size=60), st.binary(max_size=60).map(base64url.encode)))
def test_reading_a_did_jwk_raises_only_its_own_error(text: str) -> None:
    with pytest.raises(KeyFormatError):
        did_jwk_public_key(Did("did:jwk:" + text))


@pytest.mark.parametrize("change", [{"use": "enc"}, {"d": "AA"}, {"kty": "oct"}, {"x": 1}])
def test_a_did_jwk_of_another_kind_of_key_is_refused(change: dict[str, Any]) -> None:
    text = json.dumps({**KEY.jwk(), **change}).encode()
    with pytest.raises(KeyFormatError):
        did_jwk_public_key(Did(f"did:jwk:{base64url.encode(text)}"))


def test_organisations_of_one_host_do_not_sign_for_each_other() -> None:
    keys = {"een": KEY, "twee": PrivateKey.generate("P-256").public_key}
    dids = {name: did_web("klusdag.example:8443", "org", name) for name in keys}
    documents = {name: did_document(dids[name], [key]) for name, key in keys.items()}
    for name, other in (("een", "twee"), ("twee", "een")):
        assert did_web_url(dids[name]) == f"https://klusdag.example:8443/org/{name}/did.json"
        method = DidUrl(f"{dids[name]}#{fragment(keys[name])}")
        assert method_key(documents[name], method, "assertionMethod") == keys[name]
        # The other's document is no evidence, even where it names this very key.
        borrowed = did_document(dids[other], [keys[name]])
        for document in (documents[other], borrowed):
            with pytest.raises(KeyFormatError):
                method_key(document, method, "assertionMethod")
