"""A did:webvh is believed as far as its history holds, and fetched like everything else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from standard.dids import did_document, method_key
from standard.errors import ResolutionError
from standard.fetch import Fetcher, Response
from standard.keys import PrivateKey, fragment
from standard.model import Did, DidUrl
from standard.resolution import NetworkResolver
from tests.standard.vectors import PROJECT

pytest.importorskip("did_webvh", reason="did-webvh is not installed (the extra webvh)")

from did_webvh.askar import AskarSigningKey
from did_webvh.core.state import DocumentState
from did_webvh.history import update_document_state
from did_webvh.provision import provision_did

CASES = sorted(path.parent for path in (PROJECT / "standard/vectors/webvh").glob("*/*/expected.json"))
OLD, NEW = (PrivateKey.generate("P-256").public_key for _ in range(2))


class Served(Fetcher):
    """A host that publishes one log, without a network."""

    def __init__(self) -> None:
        super().__init__(loopback_hosts=frozenset(), timeout_seconds=1, limit_bytes=1)
        self.log: bytes | None = None

    def get(self, url: str, *, accept: str, headers: Mapping[str, str] | None = None) -> Response:
        if url != "https://klusdag.example/org/klusdag/did.jsonl" or self.log is None:
            return Response(404, {}, b"")
        return Response(200, {}, self.log)

    def resolved(self, did: str) -> bytes:
        return NetworkResolver(self).resolve(did)


@pytest.fixture
def served() -> Served:
    return Served()


def history() -> tuple[Did, list[str]]:
    """Two versions: the organisation's key was replaced."""
    placeholder = Did("did:webvh:{SCID}:klusdag.example:org:klusdag")
    update_key = AskarSigningKey.generate("ed25519")
    first = provision_did(did_document(placeholder, [OLD]), params={"updateKeys": [update_key.multikey]})
    first.proofs.append(first.create_proof(update_key, timestamp=first.timestamp))
    did = Did(first.document_id)
    second = update_document_state(first, update_key, document=did_document(did, [NEW]))
    return did, [entry(first), entry(second)]


def entry(state: DocumentState) -> str:
    return str(state.history_json())


def test_the_newest_document_of_a_history_that_holds_is_found(served: Served) -> None:
    did, log = history()
    served.log = "\n".join(log).encode()
    document = json.loads(served.resolved(did))
    method = DidUrl(f"{did}#{fragment(NEW)}")
    assert method_key(document, method, "assertionMethod") == NEW
    served.log = log[0].encode()
    document = json.loads(served.resolved(did))
    assert method_key(document, DidUrl(f"{did}#{fragment(OLD)}"), "assertionMethod") == OLD


def changed(log: list[str], number: int, change: Any) -> bytes:
    document = json.loads(log[number])
    change(document)
    return "\n".join([*log[:number], json.dumps(document), *log[number + 1 :]]).encode()


def test_a_history_that_was_changed_is_not_believed(served: Served) -> None:
    did, log = history()
    stranger, _ = history()
    forgeries = [
        changed(log, 0, lambda entry: entry["state"].update(alsoKnownAs=["did:web:x.example"])),
        changed(log, 1, lambda entry: entry["state"]["verificationMethod"].clear()),
        changed(log, 1, lambda entry: entry.pop("proof")),
        changed(log, 1, lambda entry: entry["parameters"].update(updateKeys=["z6Mk"])),
        "\n".join(reversed(log)).encode(),
        log[1].encode(),
        *(b"", b"{}", b"[]", b"null", b"\xff", b"{" * 10_000, b'{"versionId": "1-x", "state": []}'),
    ]
    for served.log in forgeries:
        with pytest.raises(ResolutionError):
            served.resolved(did)
    served.log = "\n".join(log).encode()
    with pytest.raises(ResolutionError):
        served.resolved(stranger)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_history_of_the_vectors_is_judged_as_it_says(served: Served, case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    served.log = (case / "did.jsonl").read_bytes()
    if expected["outcome"] == "valid":
        assert json.loads(served.resolved(expected["did"])) == expected["document"]
    else:
        with pytest.raises(ResolutionError):
            served.resolved(expected["did"])


def test_there_are_histories_of_both_kinds() -> None:
    kinds = [case.parent.name for case in CASES]
    assert kinds.count("valid") >= 4 and kinds.count("invalid") >= 15


def test_what_is_no_did_webvh_or_is_not_there_is_an_error_of_its_own(served: Served) -> None:
    did, _ = history()
    for identifier in (did, "did:webvh:", "did:webvh:x", "did:webvh:x:::", "did:webvh:x:a%20b"):
        with pytest.raises(ResolutionError):
            served.resolved(identifier)
