"""Writes standard/vectors from the registered functions: `make vectors`.

Documents that a verifier can get are shared by all vectors; one that a vector changes lies beside it.
"""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from standard.timestamps import write_moment
from standard.trust import root_json
from standard.verification import SEVEN_DAYS
from tests.standard.vector_cases import (  # noqa: F401
    certificate_cases,
    claim_faults,
    compact_faults,
    credential_faults,
    credential_proof_faults,
    json_faults,
    key_binding_faults,
    open_status_cases,
    open_trust_cases,
    other_suites,
    presentation_faults,
    sd_jwt_disclosure_faults,
    sd_jwt_faults,
    selective_faults,
    status_faults,
    trust_faults,
    valid_cases,
    valid_lives,
)
from tests.standard.vector_cases.registry import VECTORS, Handed, Vector
from tests.standard.vector_cases.scene import Scene, make_scene
from tests.standard.vector_cases.webvh_cases import HISTORIES, History
from tests.standard.vectors import PROJECT

FOLDER = PROJECT / "standard/vectors"
SHARED = "documents"
WEBVH = "webvh"
KEYS = "keys.json"


def generate() -> dict[str, bytes]:
    """Every generated file by its path in the folder."""
    scene = make_scene("shared documents")
    shared = scene.all_documents()
    files = {f"{SHARED}/{_file_name(each)}": content for each, content in shared.items()}
    files[f"{SHARED}/index.json"] = _json({identifier: _file_name(identifier) for identifier in shared})
    files[KEYS] = _json(_keys(scene))
    for vector in VECTORS.values():
        files.update(_case(vector, shared))
    for history in HISTORIES.values():
        files.update(_history(history))
    return files


def write() -> None:
    """Write every generated file; cases that were put there by hand stay."""
    for path, content in generate().items():
        target = FOLDER / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _case(vector: Vector, shared: dict[str, bytes]) -> dict[str, bytes]:
    scene = make_scene(vector.name)
    handed = vector.make(scene)
    content = _bytes(handed)
    place = f"{vector.folder}/{vector.name}"
    files = {
        f"{place}/input.{_suffix(content)}": content,
        f"{place}/expected.json": _json({"about": vector.about, **vector.expected}),
    }
    documents = scene.all_documents()
    named: dict[str, str | None] = {identifier: None for identifier in shared if identifier not in documents}
    for identifier, document in documents.items():
        if shared.get(identifier) != document:
            named[identifier] = f"{SHARED}/{_file_name(identifier)}"
            files[f"{place}/{named[identifier]}"] = document
    return {**files, f"{place}/policy.json": _json(_policy(scene, named))}


def _history(history: History) -> dict[str, bytes]:
    outcome = "invalid" if history.document is None else "valid"
    place = f"{WEBVH}/{outcome}/{history.name}"
    expected: dict[str, Any] = {"about": history.about, "did": history.did, "outcome": outcome}
    if history.document is not None:
        expected["document"] = history.document
    return {f"{place}/did.jsonl": history.log, f"{place}/expected.json": _json(expected)}


def _policy(scene: Scene, documents: dict[str, str | None]) -> dict[str, Any]:
    return {
        "profile": scene.profile,
        "now": write_moment(scene.now),
        "statusMaxAgeSeconds": int(SEVEN_DAYS.total_seconds()),
        "trustRoots": [json.loads(root_json(root)) for root in scene.roots],
        "x509Anchors": [base64.b64encode(anchor).decode("ascii") for anchor in scene.anchors],
        "expectedChallenge": scene.challenge,
        "expectedDomain": scene.domain,
        "documents": documents,
    }


def _keys(scene: Scene) -> dict[str, Any]:
    """The private keys, for whoever wants to sign vectors too."""
    signers = {"steward": scene.root_signer, "worker": scene.worker}
    for organisation in scene.organisations:
        signers |= {f"{organisation.slug} {kind}": organisation.signer(kind) for kind in organisation.keys}
    return {
        "warning": "Test keys. Everybody knows them: whatever they sign proves nothing.",
        "keys": {
            label: {
                "verificationMethod": signer.verification_method,
                "publicKeyMultibase": signer.public_key.multikey,
                "privateKeyPem": signer.key.to_pem(None).decode("ascii"),
            }
            for label, signer in signers.items()
        },
    }


def _bytes(handed: Handed) -> bytes:
    if isinstance(handed, dict):
        return _json(handed)
    return handed.encode("utf-8") if isinstance(handed, str) else handed


def _suffix(content: bytes) -> str:
    """Tell the form, for people who look for one."""
    if content.startswith(b"{"):
        return "json"
    if b"~" in content and content.startswith(b"eyJ"):
        return "sd-jwt"
    return "compact" if content.startswith(b"0o") else "txt"


def _file_name(identifier: str) -> str:
    name = re.sub(r"[^A-Za-z0-9]+", "-", identifier.removeprefix("https://").removeprefix("did:web:"))
    kind = "did-document" if identifier.startswith("did:") else "document"
    return f"{name}.{'jwt' if identifier.endswith('/token') else f'{kind}.json'}"


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


if __name__ == "__main__":
    write()
