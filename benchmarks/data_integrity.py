"""What a Data Integrity proof costs, as ratios measured in one run.

Run `kluscv bench data-integrity`. One credential of 30 engagements is issued and verified with every
cryptosuite. Each time is compared with a floor, the hash of the signed bytes and the signatures alone,
and with `@digitalbazaar/vc` on the same credential where node and node_modules are at hand.

Verifying is measured three times: the proof alone; the credential as `verifyCredential` of the reference
does it, which is the data model, the issuer's key from its DID document, and the proof; and the whole
procedure of the standard, from text to verdict, with the DID document and the status list in memory. The
reference's one time stands against the first two; against the second it is like with like.

Times are CPU time, the least of several batches: what else the machine does only makes a batch slower.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import uuid4

from standard.credentials import check_credential, credential_document
from standard.data_model import check_credential_model
from standard.dids import did_document, did_key, method_key
from standard.errors import ResolutionError
from standard.jcs import canonize_json
from standard.jsonld import canonize, quads
from standard.keys import Algorithm, KeySigner, PrivateKey, fragment
from standard.model import (
    ClaimLevel,
    Did,
    DidUrl,
    Engagement,
    OccupationUri,
    Period,
    WorkHistory,
    WorkTotals,
)
from standard.proofs import BaseProofs, add_proof, derive, verify_proof
from standard.proofs.disclosure_values import read_base, read_derived
from standard.status_list import StatusReference, bitstring_credential, new_bits
from standard.verification import SEVEN_DAYS, VerificationPolicy, verify

ENGAGEMENTS = 30
SECONDS = 1.5
NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
ISSUER = Did("did:web:klusdag.example")
SUITES: tuple[tuple[str, Algorithm], ...] = (
    ("eddsa-rdfc-2022", "Ed25519"),
    ("eddsa-jcs-2022", "Ed25519"),
    ("ecdsa-rdfc-2019", "P-256"),
    ("ecdsa-jcs-2019", "P-256"),
    ("ecdsa-rdfc-2019", "P-384"),
)
SHOWN = ("/credentialSubject/engagement/3", "/credentialSubject/engagement/17")


@dataclass(frozen=True)
class Cost:
    """One line of the table, in microseconds; the peer is the JavaScript reference."""

    label: str
    ours: float
    floor: float
    peer: float | None = None

    def __str__(self) -> str:
        peer = f"{self.peer / self.ours:8.1f}x" if self.peer else "        -"
        return f"{self.label:44} {self.ours:9.0f} {self.floor:9.0f} {self.ours / self.floor:8.1f}x {peer}"


def main() -> None:
    """Measure and print the table."""
    document = _credential()
    peer = _javascript(document)
    signed = _sign(document, *SUITES[0])
    size_bytes, count = len(json.dumps(signed)), len(list(quads(document)))
    print(f"{ENGAGEMENTS} engagements, {count} quads, {size_bytes} bytes of JSON")
    print(f"{'CPU time in microseconds':44} {'ours':>9} {'floor':>9} {'of floor':>9} {'faster':>9}")
    for suite, algorithm in SUITES:
        is_peer = suite == "eddsa-rdfc-2022"
        for cost in _direct(document, suite, algorithm, peer if is_peer else {}):
            print(cost)
        if is_peer:
            for cost in _whole(document, peer):
                print(cost)
    for cost in _selective(document):
        print(cost)
    print(
        f"{'data model, JSON Schema and claims':44} {_microseconds(partial(check_credential, signed)):9.0f}"
    )
    if not peer:
        print("faster than @digitalbazaar/vc: not measured, for node or node_modules is missing")


def _credential() -> dict[str, Any]:
    category = OccupationUri("http://data.europa.eu/esco/occupation/d5db9d5c-2ebf-4a54-a79a-1b7e7ff70471")
    first, last = date(2021, 3, 12), date(2026, 11, 18)
    history = WorkHistory(
        as_of=date(2026, 11, 20),
        claim_level=ClaimLevel.AGGREGATED,
        period=Period(first, last, current=True),
        engagements=tuple(
            Engagement(f"Afwas & spoelkeuken {n}", category, 148 + n, 62160, 31, 12, first, last)
            for n in range(ENGAGEMENTS)
        ),
        achievements=(),
        totals=WorkTotals(ENGAGEMENTS, 148 * ENGAGEMENTS, 62160 * ENGAGEMENTS, 0),
        name=None,
    )
    return credential_document(
        history,
        issuer=ISSUER,
        organisation_name="Klusdag B.V.",
        subject=did_key(PrivateKey.generate("P-256").public_key),
        credential_id=_new_id(),
        issued=NOW,
        status=StatusReference("https://klusdag.example/status/", 1, 94567),
        new_id=_new_id,
    )


def _new_id() -> str:
    return f"urn:uuid:{uuid4()}"


_KEYS: dict[Algorithm, PrivateKey] = {
    algorithm: PrivateKey.generate(algorithm) for algorithm in ("Ed25519", "P-256", "P-384")
}


def _sign(document: dict[str, Any], suite: str | BaseProofs, algorithm: Algorithm) -> dict[str, Any]:
    signer = _signer(algorithm)
    return add_proof(document, cryptosuite=suite, signer=signer, created=NOW, purpose="assertionMethod")


def _signer(algorithm: Algorithm) -> KeySigner:
    key = _KEYS[algorithm]
    return KeySigner(key, DidUrl(f"{ISSUER}#{fragment(key.public_key)}"))


def _direct(
    document: dict[str, Any], suite: str, algorithm: Algorithm, peer: dict[str, float]
) -> tuple[Cost, Cost]:
    """A suite with one signature."""
    key = _KEYS[algorithm]
    signed = _sign(document, suite, algorithm)
    hashed = hashlib.sha384 if algorithm == "P-384" else hashlib.sha256
    content = canonize_json(document) if "jcs" in suite else canonize(document)
    sign_floor, verify_floor = _floors(key, content, hashed)
    label = f"{suite} {algorithm}"
    return (
        Cost(
            f"{label} issue",
            _microseconds(partial(_sign, document, suite, algorithm)),
            sign_floor,
            peer.get("issue"),
        ),
        Cost(
            f"{label} verify the proof",
            _microseconds(partial(verify_proof, signed, signed["proof"], key.public_key)),
            verify_floor,
            peer.get("verify"),
        ),
    )


def _floors(key: PrivateKey, content: bytes, hashed: Callable[[bytes], Any]) -> tuple[float, float]:
    """What the hash and the signature of one content cost, and its check."""
    message = hashed(content).digest() * 2
    signature = key.sign(message)

    def verify_content() -> None:
        hashed(content).digest()
        key.public_key.verify(signature, message)

    return _microseconds(lambda: key.sign(hashed(content).digest() * 2)), _microseconds(verify_content)


def _whole(document: dict[str, Any], peer: dict[str, float]) -> tuple[Cost, Cost]:
    """A credential verified as the reference does it, and as the standard asks."""
    suite, algorithm = SUITES[0]
    signer, signed = _signer(algorithm), _sign(document, suite, algorithm)
    issuer = did_document(ISSUER, [signer.public_key])
    uri = signed["credentialStatus"]["statusListCredential"]
    status_list = bitstring_credential(
        new_bits(), uri=uri, issuer=ISSUER, signer=signer, now=NOW, ttl_seconds=43_200
    )
    resolver = _InMemory({ISSUER: json.dumps(issuer).encode(), uri: json.dumps(status_list).encode()})
    policy = VerificationPolicy(
        now=NOW, trust_roots=(), status_max_age=SEVEN_DAYS, expected_challenge=None, expected_domain=None
    )
    text = json.dumps(signed)

    def verify_credential() -> None:
        check_credential_model(signed)
        proof = signed["proof"]
        verify_proof(signed, proof, method_key(issuer, proof["verificationMethod"], proof["proofPurpose"]))

    _, floor = _floors(signer.key, canonize(document), hashlib.sha256)
    label = f"{suite} {algorithm} verify"
    return (
        Cost(f"{label} the credential", _microseconds(verify_credential), floor, peer.get("verify")),
        Cost(
            f"{label} to the verdict",
            _microseconds(partial(verify, text, policy=policy, resolver=resolver)),
            floor,
        ),
    )


@dataclass(frozen=True)
class _InMemory:
    documents: dict[str, bytes]

    def resolve(self, identifier: str) -> bytes:
        if identifier not in self.documents:
            raise ResolutionError("no such document")
        return self.documents[identifier]


def _selective(document: dict[str, Any]) -> tuple[Cost, Cost, Cost]:
    """The suite with one signature for each quad that can be left out."""
    mandatory = ("/issuer", "/validFrom", "/credentialStatus", "/credentialSubject/workTotals")
    suite = BaseProofs(mandatory, secrets.token_bytes(32), PrivateKey.generate("P-256"))
    base = _sign(document, suite, "P-256")
    derived = derive(base, base["proof"], SHOWN)
    key = _KEYS["P-256"]
    content = canonize(document)
    lines = content.splitlines(keepends=True)
    optional = len(read_base(base["proof"]["proofValue"]).statement_signatures)
    chosen = len(read_derived(derived["proof"]["proofValue"]).statement_signatures)
    signatures = [key.sign(line) for line in lines[: chosen + 1]]

    def verify_floor() -> None:
        for line, signature in zip(lines, signatures, strict=False):
            key.public_key.verify(signature, line)

    return (
        Cost(
            "ecdsa-sd-2023 issue",
            _microseconds(partial(_sign, document, suite, "P-256")),
            _microseconds(lambda: [key.sign(line) for line in lines[: optional + 1]]),
        ),
        Cost(
            f"ecdsa-sd-2023 derive {len(SHOWN)} engagements",
            _microseconds(partial(derive, base, base["proof"], SHOWN)),
            _microseconds(lambda: hashlib.sha256(content).digest()),
        ),
        Cost(
            "ecdsa-sd-2023 verify them",
            _microseconds(partial(verify_proof, derived, derived["proof"], key.public_key)),
            _microseconds(verify_floor),
        ),
    )


def _microseconds(act: Callable[[], object]) -> float:
    act()
    least = float("inf")
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        start = time.process_time()
        for _ in range(10):
            act()
        least = min(least, (time.process_time() - start) / 10)
    return least * 1e6


def _javascript(document: dict[str, Any]) -> dict[str, float]:
    """Measure the reference in JavaScript; nothing where it is not installed."""
    node, script = shutil.which("node"), Path(__file__).with_suffix(".mjs")
    if node is None or not (script.parents[1] / "node_modules").is_dir():
        return {}
    context = json.loads((files("standard") / "contexts" / "v1.jsonld").read_text(encoding="utf-8"))
    given = {"credential": document, "context": context, "seconds": SECONDS}
    done = subprocess.run(  # noqa: S603
        [node, str(script)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        cwd=script.parent,
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


if __name__ == "__main__":
    main()
