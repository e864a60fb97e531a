"""From a JSON-LD document to the canonical N-Quads that proofs sign.

PyLD expands and makes quads; everything around it guards against what it lets through. It drops what
is undefined, so the vocabulary is checked first. It caches inline contexts for the whole process, so
only contexts with an address get in. Its canonicalisation lacks escapes, SHA-384 and a limit, so ours
follows it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from pyld.context_resolver import ContextResolver
from pyld.jsonld import JsonLdError, JsonLdProcessor

from standard.errors import DataModelError, ResolutionError, VocabularyError
from standard.jsonld.contexts import Contexts, bundled
from standard.jsonld.rdfc import HashName, Quad, canonicalize, literal
from standard.jsonld.vocabulary import check_vocabulary
from standard.strict_json import MAX_DEPTH

# PyLD compares each value of a list with all others; this allows one list of two thousand, which
# takes a second, or many shorter ones.
MAX_COMPARISONS = 4_000_000

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
# PyLD's caches of processed contexts are not safe for threads; it holds the interpreter lock anyway.
_PYLD = threading.Lock()


def canonize(
    document: Mapping[str, Any],
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
    if _comparisons(document, MAX_DEPTH) > MAX_COMPARISONS:
        raise DataModelError("the lists of the document are too long")
    check_vocabulary(document, contexts=contexts)
    quads = list(_quads(_dataset(document, contexts)))
    return canonicalize(quads, hash_name=hash_name).encode("utf-8")


def _comparisons(value: object, depth_left: int) -> int:
    if not isinstance(value, list | Mapping):
        return 0
    if depth_left == 0:
        raise DataModelError("the document is nested too deep")
    items = value.values() if isinstance(value, Mapping) else value
    own = len(value) ** 2 if isinstance(value, list) else 0
    return own + sum(_comparisons(item, depth_left - 1) for item in items)


def _dataset(document: Mapping[str, Any], contexts: Contexts) -> dict[str, Any]:
    options = {
        "base": "",
        "processingMode": "json-ld-1.1",
        "contextResolver": _resolver(contexts),
        "documentLoader": _loader(contexts),
    }
    try:
        with _PYLD:
            dataset: dict[str, Any] = JsonLdProcessor(on_property_dropped=_refuse_dropped).to_rdf(
                dict(document), options
            )
    except JsonLdError as error:
        raise VocabularyError(f"the document is not JSON-LD: {_root_cause(error)}") from error
    return dataset


def _loader(contexts: Contexts) -> Any:
    def load(url: str, _: object) -> dict[str, Any]:
        try:
            document = contexts.load(url)
        except ResolutionError as error:
            raise JsonLdError(str(error), "jsonld.LoadDocumentError") from error
        # The tag lets PyLD keep the processed context, under its address.
        return {"contextUrl": None, "documentUrl": url, "document": document, "tag": "static"}

    return load


@lru_cache(maxsize=8)
def _resolver(contexts: Contexts) -> ContextResolver:
    return ContextResolver({}, _loader(contexts))


def _refuse_dropped(name: str | None) -> None:
    # The vocabulary check comes first; this is for the day on which it and PyLD disagree.
    raise VocabularyError(f"{name} would be dropped")


def _root_cause(error: JsonLdError) -> str:
    cause: BaseException = error
    while isinstance(cause.__cause__, JsonLdError):
        cause = cause.__cause__
    return str(getattr(cause, "code", None) or "unknown")


def _quads(dataset: Mapping[str, Any]) -> Iterator[Quad]:
    for name, triples in dataset.items():
        graph = "" if name == "@default" else _resource(name)
        for triple in triples:
            yield Quad(
                _resource(triple["subject"]["value"]),
                _resource(triple["predicate"]["value"]),
                _object(triple["object"]),
                graph,
            )


def _resource(value: str) -> str:
    return value if value.startswith("_:") else f"<{value}>"


def _object(term: Mapping[str, str]) -> str:
    if term["type"] != "literal":
        return _resource(term["value"])
    if "language" in term:
        return literal(term["value"], language=term["language"])
    datatype = term["datatype"]
    return literal(term["value"], datatype=None if datatype == _XSD_STRING else datatype)
