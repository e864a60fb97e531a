"""What the tests of the VC-API do again and again: issue, present, derive, verify."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from httpx import Client, Response

from standard import proofs
from standard.dids import did_key, did_key_method
from standard.keys import KeySigner, PrivateKey
from standard.proofs import add_proof
from standard.proofs.cryptosuite import Content
from standard.vc_api.contexts import issuable, verifiable, with_addresses

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
CHALLENGE, DOMAIN = "3f1c", "verifier.example"
SUITES = ("eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019")
EMPLOYEE = {"Employee": "https://example.org/terms#Employee", "salary": "https://example.org/terms#salary"}


@dataclass
class Api:
    """The three services."""

    issuer: Client
    verifier: Client
    wallet: Client

    def issue(self, credential: Any, suite: str = "eddsa-rdfc-2022", **options: Any) -> Response:
        body = {"credential": credential, "options": options}
        return self.issuer.post(f"/vc/{suite}/credentials/issue", json=body)

    def issued(self, credential: Any, suite: str = "eddsa-rdfc-2022", **options: Any) -> dict[str, Any]:
        answer = self.issue(credential, suite, **options)
        assert answer.status_code == 201, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def verify(self, credential: Any, profile: str = "strict", **options: Any) -> Response:
        body = {"verifiableCredential": credential, "options": options}
        return self.verifier.post(f"/vc/{profile}/credentials/verify", json=body)

    def verify_presentation(self, presentation: Any, **options: Any) -> Response:
        body = {"verifiablePresentation": presentation, "options": options}
        return self.verifier.post("/presentations/verify", json=body)

    def derive(self, credential: Any, *pointers: str) -> Response:
        body = {"verifiableCredential": credential, "options": {"selectivePointers": pointers}}
        return self.wallet.post("/vc/ecdsa-sd-2023/credentials/derive", json=body)


def credential(**members: Any) -> dict[str, Any]:
    """A small credential of version 2.0; None leaves a member out."""
    document = {
        "@context": [V2],
        "id": f"urn:uuid:{uuid4()}",
        "type": ["VerifiableCredential"],
        "issuer": "did:example:issuer",
        "credentialSubject": {"id": "did:example:subject", "name": "Alice"},
    }
    return {name: value for name, value in {**document, **members}.items() if value is not ...}


def credential_v1(**members: Any) -> dict[str, Any]:
    """A small credential of version 1.1."""
    document = {
        "@context": [V1],
        "id": f"urn:uuid:{uuid4()}",
        "type": ["VerifiableCredential"],
        "issuer": "did:example:issuer",
        "issuanceDate": "2020-03-16T22:37:26.544Z",
        "credentialSubject": {"id": "did:example:subject"},
    }
    return {name: value for name, value in {**document, **members}.items() if value is not ...}


def signer(algorithm: Any = "Ed25519") -> KeySigner:
    """A fresh key under its did:key."""
    key = PrivateKey.generate(algorithm)
    return KeySigner(key, did_key_method(did_key(key.public_key)))


def presentation(credentials: list[Any], by: KeySigner | None = None, **members: Any) -> dict[str, Any]:
    """A presentation, signed for the challenge and the domain of these tests."""
    own = by or signer()
    document = {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "holder": own.verification_method.partition("#")[0],
        "verifiableCredential": credentials,
        **members,
    }
    renamed, contexts = with_addresses(document, verifiable())
    signed = add_proof(
        renamed, cryptosuite="eddsa-rdfc-2022", signer=own, created=datetime(2026, 11, 22, tzinfo=UTC),
        purpose="authentication", challenge=CHALLENGE, domain=DOMAIN, contexts=contexts,
    )  # fmt: skip
    return {**document, "proof": signed["proof"]}


def own_issuer(document: dict[str, Any], own: KeySigner) -> dict[str, Any]:
    """The document with the holder of the key as its issuer, where it has an issuer that could be one."""
    did = own.verification_method.partition("#")[0]
    return {**document, "issuer": did} if isinstance(document.get("issuer"), str) else document


def signed_as_text(document: dict[str, Any], by: KeySigner | None = None, **options: Any) -> dict[str, Any]:
    """Sign whatever it says: a suite that signs the text asks nothing about its meaning."""
    own = by or signer()
    members = {
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofPurpose": "assertionMethod",
        "verificationMethod": own.verification_method, **options,
    }  # fmt: skip
    suite = proofs.SUITES["eddsa-jcs-2022"]
    content = Content(document, issuable())
    return {**document, "proof": suite.create(content, members, own)}  # type: ignore[attr-defined]


def changed(document: dict[str, Any], *path: str | int, value: Any = ...) -> dict[str, Any]:
    """A copy with one member changed, or taken out."""
    new = copy.deepcopy(document)
    place: Any = new
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return new


def assert_refused(answer: Response) -> None:
    """The suites accept 400 and 422, and no other status; the body is problem details."""
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["code"] and problem["type"] and problem["title"]
