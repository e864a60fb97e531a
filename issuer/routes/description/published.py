"""What anyone may fetch: identities, status lists, contexts, schemas, and how the service is doing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from issuer.routes.description.messages import NOT_FOUND, Said, answer

JWT: Final = "eyJhbGciOiJFUzI1NiJ9.eyJpYXQiOjE3OTUzNjUyNTh9.c2lnbmF0dXJl"
ISSUER: Final = "https://bewijs.platform.example/org/platform"
LIST: Final = {
    "id": f"{ISSUER}/status/1",
    "type": ["VerifiableCredential", "BitstringStatusListCredential"],
    "issuer": "did:web:bewijs.platform.example:org:platform",
}
UNCHANGED: Final = {"304": {"description": "the reader has these bytes (`If-None-Match`)"}}


def _published(kind: str, example: Any, *, more: Mapping[str, Said] = NOT_FOUND) -> Said:
    return {"responses": {"200": answer("as it is published", example, kind=kind), **more}}


def _status_list(*kinds: str) -> Said:
    said = _published(kinds[0], JWT if kinds[0].endswith("jwt") else LIST, more={**UNCHANGED, **NOT_FOUND})
    content = said["responses"]["200"]["content"]
    content.update(dict.fromkeys(kinds[1:], content[kinds[0]]))
    return said


AS_CREDENTIAL: Final = ("application/vc", "application/ld+json", "application/json")
PUBLISHED: Final[Mapping[tuple[str, str], Said]] = {
    ("get", "/org/{slug}/did.json"): _published("application/did+json", {"id": LIST["issuer"]}),
    ("get", "/org/{slug}/status/{number}"): _status_list(*AS_CREDENTIAL),
    ("get", "/org/{slug}/status/{number}/suspension"): _status_list(*AS_CREDENTIAL),
    ("get", "/org/{slug}/status/{number}/token"): _status_list("application/statuslist+jwt"),
    ("get", "/contexts/v1"): _published("application/ld+json", {"@context": {"@protected": True}}, more={}),
    ("get", "/schemas/{name}"): _published(
        "application/schema+json", {"$id": "https://w3id.org/kluscv/schemas/…"}
    ),
    ("get", "/vct/{name}"): _published(
        "application/json", {"vct": "https://w3id.org/kluscv/vct/work-history"}
    ),
    ("get", "/healthz"): _published("application/json", {"status": "ok"}, more={}),
    ("get", "/readyz"): _published(
        "application/json",
        {"status": "ok", "workers": 1},
        more={"503": answer("not ready, and why", {"status": "no database"})},
    ),
    ("get", "/metrics"): _published("text/plain", "issuer_copies_total 214\n", more={}),
}
