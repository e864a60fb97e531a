"""From a JSON-LD document to the canonical N-Quads that proofs sign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from standard.jsonld.compiled import BeyondCompiledError
from standard.jsonld.contexts import Contexts, bundled
from standard.jsonld.general import general_quads
from standard.jsonld.nquads import Quad
from standard.jsonld.rdfc import HashName, canonicalize
from standard.jsonld.rendering import render
from standard.jsonld.walker import trace
from standard.strict_json import JsonValue


def canonize(
    document: Mapping[str, JsonValue],
    *,
    hash_name: HashName = "sha256",
    contexts: Contexts | None = None,
) -> bytes:
    """Canonical N-Quads of a document, by RDFC-1.0.

    Args:
        document: a credential, a presentation, or a proof with the contexts of its document.
        hash_name: SHA-384 for proofs with a P-384 key, else SHA-256.
        contexts: the contexts that the document may name; the bundled ones by default.

    Raises:
        VocabularyError: a part of the document would not be covered.
        DataModelError: canonicalising it would take too much work.
    """
    contexts = contexts or bundled()
    ordinary = render(document, contexts.compiler)
    if ordinary is not None:
        return ordinary
    own = quads(document, contexts=contexts)
    return "".join(canonicalize(own, hash_name=hash_name)).encode("utf-8")


def check_vocabulary(document: Mapping[str, JsonValue], *, contexts: Contexts | None = None) -> None:
    """Refuse a document of which any part would be lost or changed on the way to RDF.

    Raises:
        VocabularyError: the message begins with the JSON path of what is wrong.
    """
    contexts = contexts or bundled()
    if render(document, contexts.compiler) is None:
        quads(document, contexts=contexts)


def quads(document: Mapping[str, JsonValue], *, contexts: Contexts | None = None) -> Iterable[Quad]:
    """Return the quads of a document: by the compiled walk, or by the general processor.

    Raises:
        VocabularyError: a part of the document would be lost or changed on the way.
    """
    contexts = contexts or bundled()
    try:
        return [quad for quad, _ in trace(document, contexts.compiler)]
    except BeyondCompiledError:
        return general_quads(document, contexts)
