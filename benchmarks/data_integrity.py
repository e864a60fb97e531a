"""What a Data Integrity proof costs; `ecdsa-sd-2023` is measured by `selective-disclosure`.

The floor is the signature, or its check, and the hash of the signed bytes with bare `cryptography` and
`hashlib`; for `eddsa-jcs-2022` it is the signature's check alone, as its goal says. The peer is
`@digitalbazaar/vc` with its suite on the same credential.

Verifying is measured three times: the proof alone; the credential as `verifyCredential` of the peer
does it, which is the data model, the issuer's key from its DID document, and the proof; and the whole
procedure of the standard, from text to verdict, with the DID document and the status list in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from benchmarks.credentials import ISSUER, NOW, STATUS, document, for_peer, rated_gigs, signer
from benchmarks.floors import content_floors, signature_floors
from benchmarks.measuring import Act, Line, open_peer, report
from standard.credentials import check_credential
from standard.data_model import check_credential_model
from standard.dids import did_document, method_key
from standard.errors import ResolutionError
from standard.jcs import canonize_json
from standard.jsonld import canonize, quads
from standard.keys import Algorithm, KeySigner
from standard.proofs import add_proof, verify_proof
from standard.status_list import bitstring_credential, new_bits
from standard.verification import SEVEN_DAYS, VerificationPolicy, verify

_RDFC: Final = "eddsa-rdfc-2022"
_JCS: Final = "eddsa-jcs-2022"
_OTHERS: Final[tuple[tuple[str, Algorithm], ...]] = (
    ("ecdsa-rdfc-2019", "P-256"),
    ("ecdsa-jcs-2019", "P-256"),
    ("ecdsa-rdfc-2019", "P-384"),
)


def main(seconds: float) -> None:
    """Measure and print the table."""
    credential = document(rated_gigs())
    size_bytes = len(json.dumps(credential, separators=(",", ":")))
    print(f"One credential of {len(list(quads(credential)))} quads and {size_bytes:,} bytes of JSON.\n")
    with open_peer("data_integrity.mjs", for_peer(credential)) as peer:
        report(_lines(credential), peer, seconds)


def _lines(credential: dict[str, Any]) -> Iterator[Line]:
    keys = signer("Ed25519")
    signed = _sign(credential, _RDFC, keys)
    sign_floor, verify_floor = content_floors("Ed25519", canonize(credential))
    yield Line(f"{_RDFC}, issue", partial(_sign, credential, _RDFC, keys), sign_floor, "issue", "10x faster")
    yield Line(f"{_RDFC}, verify the proof", _verifies(signed, keys), verify_floor, "verify")
    whole = _verifies_credential(signed, keys)
    yield Line(f"{_RDFC}, verify the credential", whole, verify_floor, "verify", "10x faster")
    yield Line(f"{_RDFC}, verify to the verdict", _judges(signed, keys), verify_floor)
    signed = _sign(credential, _JCS, keys)
    sign_floor, _ = content_floors("Ed25519", canonize_json(credential))
    yield Line(f"{_JCS}, issue", partial(_sign, credential, _JCS, keys), sign_floor)
    _, raw = signature_floors("Ed25519", bytes(64))
    yield Line(f"{_JCS}, verify the proof", _verifies(signed, keys), raw, goal="within 3x of the floor")
    for suite, algorithm in _OTHERS:
        keys = signer(algorithm)
        content = canonize_json(credential) if "jcs" in suite else canonize(credential)
        sign_floor, verify_floor = content_floors(algorithm, content)
        issue = partial(_sign, credential, suite, keys)
        yield Line(f"{suite}, {algorithm}, issue", issue, sign_floor)
        yield Line(f"{suite}, {algorithm}, verify the proof", _verifies(issue(), keys), verify_floor)
    yield Line("data model, JSON Schema and claims", partial(check_credential, credential))


def _sign(credential: dict[str, Any], suite: str, keys: KeySigner) -> dict[str, Any]:
    return add_proof(credential, cryptosuite=suite, signer=keys, created=NOW, purpose="assertionMethod")


def _verifies(signed: dict[str, Any], keys: KeySigner) -> Act:
    return partial(verify_proof, signed, signed["proof"], keys.public_key)


def _verifies_credential(signed: dict[str, Any], keys: KeySigner) -> Act:
    """What `verifyCredential` of the peer does too."""
    issuer = did_document(ISSUER, [keys.public_key])

    def verify_credential() -> None:
        check_credential_model(signed)
        proof = signed["proof"]
        verify_proof(signed, proof, method_key(issuer, proof["verificationMethod"], proof["proofPurpose"]))

    return verify_credential


def _judges(signed: dict[str, Any], keys: KeySigner) -> Act:
    """The procedure of the standard, from text to verdict."""
    status_list = bitstring_credential(
        new_bits(), uri=STATUS.bitstring_uri, issuer=ISSUER, signer=keys, now=NOW, ttl_seconds=43_200
    )
    issuer = did_document(ISSUER, [keys.public_key])
    documents = {ISSUER: json.dumps(issuer).encode(), STATUS.bitstring_uri: json.dumps(status_list).encode()}
    policy = VerificationPolicy(
        now=NOW, trust_roots=(), status_max_age=SEVEN_DAYS, expected_challenge=None, expected_domain=None
    )
    return partial(verify, json.dumps(signed), policy=policy, resolver=_InMemory(documents))


@dataclass(frozen=True)
class _InMemory:
    documents: Mapping[str, bytes]

    def resolve(self, identifier: str) -> bytes:
        if identifier not in self.documents:
            raise ResolutionError("no such document")
        return self.documents[identifier]
