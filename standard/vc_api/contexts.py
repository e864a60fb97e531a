"""The contexts of credentials of any kind, with an address for each context that stands inline.

This standard's own types know three contexts and no inline ones. Credentials of others may name these
too, which are bundled and never fetched, and may define terms of their own in place. An inline context
gets an address made of its digest: what is signed does not depend on the address of a context.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from pyld.documentloader.frozen import BUNDLED_CONTEXTS

from standard.errors import VocabularyError
from standard.jcs import canonize_json
from standard.jsonld import CREDENTIALS_V1, CREDENTIALS_V2, KLUSCV_V1, Contexts
from standard.jsonld.contexts import load

DATA_INTEGRITY_V2: Final = "https://w3id.org/security/data-integrity/v2"
STATUS_V1: Final = "https://www.w3.org/ns/credentials/status/v1"

_BUNDLED: Final = (
    CREDENTIALS_V1,
    CREDENTIALS_V2,
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/suites/ed25519-2020/v1",
    "https://w3id.org/security/suites/jws-2020/v1",
)
_STATUS_TERMS: Final = ("BitstringStatusListCredential", "BitstringStatusList", "BitstringStatusListEntry")

# What a definition may hold, and of what kind; `@base` and `@import` are left out on purpose.
_TEXTS: Final = frozenset({"@id", "@type", "@reverse", "@index", "@nest", "@language", "@direction"})
_FLAGS: Final = frozenset({"@protected", "@prefix", "@propagate"})


@cache
def issuable() -> Contexts:
    """The contexts of credentials that a VC-API instance issues: not those of this standard's types."""
    source = files("standard") / "vc_api" / "contexts.json"
    documents: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    for url in _BUNDLED:
        documents[url] = json.loads(BUNDLED_CONTEXTS[url].read_text(encoding="utf-8"))
    v2, v1 = documents[CREDENTIALS_V2]["@context"], documents[CREDENTIALS_V1]["@context"]
    keywords = {"@protected": True, "id": "@id", "type": "@type"}
    # Both repeat what the later credentials context defines, for credentials of the earlier one.
    proof_terms = {"proof": v1["proof"], "DataIntegrityProof": v2["DataIntegrityProof"]}
    documents[DATA_INTEGRITY_V2] = {"@context": keywords | proof_terms}
    documents[STATUS_V1] = {"@context": keywords | {name: v2[name] for name in _STATUS_TERMS}}
    return Contexts(documents, fractions=True)


@cache
def verifiable() -> Contexts:
    """The contexts of credentials that the VC-API verifies."""
    return issuable().having({KLUSCV_V1: load(KLUSCV_V1)})


def with_addresses(document: Mapping[str, Any], known: Contexts) -> tuple[dict[str, Any], Contexts]:
    """Give each inline context of a document, and of the credentials in it, an address.

    Returns:
        The document with addresses only, and the set of contexts that has them.

    Raises:
        VocabularyError: an inline context is not one, or reaches beyond the document.
    """
    inline: dict[str, dict[str, Any]] = {}
    renamed = _renamed(document, "$", inline)
    credentials = document.get("verifiableCredential")
    if isinstance(credentials, list):
        renamed["verifiableCredential"] = [
            _inner(item, f"$.verifiableCredential[{place}]", inline) if isinstance(item, Mapping) else item
            for place, item in enumerate(credentials)
        ]
    elif isinstance(credentials, Mapping):
        renamed["verifiableCredential"] = _inner(credentials, "$.verifiableCredential", inline)
    return renamed, known.having(inline) if inline else known


def _inner(credential: Mapping[str, Any], place: str, inline: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A credential in a presentation; proofs that sign its text repeat its contexts, which adds nothing."""
    renamed = _renamed(credential, place, inline)
    value, contexts = credential.get("proof"), credential.get("@context")
    own = [_without_contexts(proof, contexts) for proof in (value if isinstance(value, list) else [value])]
    return {**renamed, "proof": own if isinstance(value, list) else own[0]} if "proof" in renamed else renamed


def _without_contexts(proof: Any, contexts: Any) -> Any:
    if isinstance(proof, Mapping) and "@context" in proof and proof["@context"] == contexts:
        return {name: value for name, value in proof.items() if name != "@context"}
    return proof


def _renamed(node: Mapping[str, Any], place: str, inline: dict[str, dict[str, Any]]) -> dict[str, Any]:
    contexts = node.get("@context")
    if not isinstance(contexts, list):
        return dict(node)
    names: list[Any] = []
    for position, item in enumerate(contexts):
        if isinstance(item, Mapping):
            body = item["@context"] if set(item) == {"@context"} else item
            _check_definitions(body, f"{place}.@context[{position}]")
            address = f"urn:kluscv:context:{hashlib.sha256(canonize_json(body)).hexdigest()}"
            inline[address] = {"@context": dict(body)}
            names.append(address)
        else:
            names.append(item)
    return {**node, "@context": names}


def _check_definitions(body: Any, place: str) -> None:
    if not isinstance(body, Mapping):
        raise VocabularyError(f"{place} is not a context")
    for name, definition in body.items():
        if name == "@version":
            well_formed = definition == 1.1
        elif name in _FLAGS:
            well_formed = isinstance(definition, bool)
        elif name in ("@vocab", "@language", "@direction"):
            well_formed = definition is None or isinstance(definition, str)
        elif name.startswith("@") or not name:
            well_formed = False
        elif isinstance(definition, Mapping):
            well_formed = all(_is_part(key, value, f"{place}.{name}") for key, value in definition.items())
        else:
            well_formed = definition is None or isinstance(definition, str)
        if not well_formed:
            raise VocabularyError(f"{place}: {name[:80]} is not a definition that is allowed here")


def _is_part(key: str, value: Any, place: str) -> bool:
    if key == "@context":
        if value is not None:
            _check_definitions(value, place)
        return True
    if key == "@container":
        return isinstance(value, str) or (
            isinstance(value, list) and all(isinstance(item, str) for item in value)
        )
    if key in _FLAGS:
        return isinstance(value, bool)
    return key in _TEXTS and (value is None or isinstance(value, str))
