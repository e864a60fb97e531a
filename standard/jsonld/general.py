"""From any JSON-LD document to its quads: PyLD, and guards against what it lets through.

PyLD drops what is undefined, so dropping is made an error. It caches inline contexts for the whole
process, so only contexts with an address get in. It makes relative addresses out of whatever it does
not know, so the expanded document is checked before it becomes RDF.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from standard.errors import DataModelError, ResolutionError, VocabularyError
from standard.jsonld.contexts import Contexts
from standard.jsonld.nquads import XSD_STRING, Quad, iri, literal
from standard.jsonld.numbers import with_typed_numbers
from standard.jsonld.places import fail, pointer
from standard.strict_json import INTEGER_LIMIT, MAX_DEPTH

if TYPE_CHECKING:
    # Importing PyLD takes as long as verifying a hundred credentials, of which hardly any needs it.
    from pyld.context_resolver import ContextResolver
    from pyld.jsonld import JsonLdError

# PyLD compares each value of a list with all others; this allows one list of two thousand, which
# takes a second, or many shorter ones.
MAX_COMPARISONS = 4_000_000

# What PyLD raises, instead of its own error, on documents and contexts that it did not foresee.
_PYLD_FAULTS = (LookupError, TypeError, AttributeError, ValueError, RecursionError)

# PyLD's caches of processed contexts are not safe for threads; it holds the interpreter lock anyway.
_PYLD = threading.Lock()


def general_quads(document: Mapping[str, Any], contexts: Contexts) -> frozenset[Quad]:
    """Return the quads of a document that may use all of JSON-LD, but leave nothing out.

    Raises:
        VocabularyError: part of the document would be lost or changed.
        DataModelError: the lists are too long for this path.
    """
    from pyld.jsonld import JsonLdError, JsonLdProcessor

    if contexts.fractions:
        document = with_typed_numbers(document)
    if _check_input(document, "") > MAX_COMPARISONS:
        raise DataModelError("the lists of the document are too long")
    options = {
        "base": "",
        "processingMode": "json-ld-1.1",
        "contextResolver": _resolver(contexts),
        "documentLoader": _loader(contexts),
    }
    try:
        with _PYLD:
            processor = JsonLdProcessor(on_property_dropped=_refuse_dropped)
            expanded = processor.expand(dict(document), options)
            _check_expanded(expanded, "", set())
            dataset = processor.to_rdf(expanded, options)
    except JsonLdError as error:
        raise VocabularyError(f"the document is not JSON-LD: {_root_cause(error)}") from error
    except _PYLD_FAULTS as error:
        raise VocabularyError("the document is not JSON-LD that can be processed") from error
    return frozenset(_quads(dataset))


def _check_input(value: Any, place: str) -> int:
    """Refuse what expansion loses without a word; count the comparisons that PyLD would make."""
    if place.count("/") > MAX_DEPTH:
        raise VocabularyError(f"the document is nested more than {MAX_DEPTH} deep")
    if isinstance(value, Mapping):
        if "@context" in value:
            _check_addresses(value["@context"], pointer(place, "@context"))
        return sum(
            _check_input(item, pointer(place, key)) for key, item in value.items() if key != "@context"
        )
    if isinstance(value, list):
        if not value:
            raise fail(place, "is an empty list")
        inner = sum(_check_input(item, f"{place}/{position}") for position, item in enumerate(value))
        return inner + len(value) ** 2
    if value is None or isinstance(value, float):
        raise fail(place, "is null" if value is None else "is a number with a fraction")
    if isinstance(value, int) and abs(value) >= INTEGER_LIMIT:
        raise fail(place, "is not below 2^53")
    return 0


def _check_addresses(value: Any, place: str) -> None:
    addresses = value if isinstance(value, list) else [value]
    if not addresses or not all(isinstance(address, str) for address in addresses):
        raise fail(place, "holds something other than addresses of contexts")


def _check_expanded(value: Any, place: str, described: set[str]) -> None:
    """Refuse what would silently become something else.

    That is relative addresses and types, and one node of a graph that is described in two places.
    """
    if isinstance(value, list):
        for position, item in enumerate(value):
            _check_expanded(item, f"{place}/{position}", described)
    elif isinstance(value, Mapping):
        if "@id" in value and len(value) > 1:
            if value["@id"] in described:
                raise fail(pointer(place, "@id"), "is described in two places")
            described.add(value["@id"])
        for key, item in value.items():
            at = pointer(place, key)
            if key in ("@id", "@type"):
                for address in item if isinstance(item, list) else [item]:
                    if address != "@json" and ":" not in address:
                        raise fail(at, "is not an absolute address")
            elif key not in ("@value", "@language", "@direction"):
                _check_expanded(item, at, set() if key == "@graph" else described)


@lru_cache(maxsize=8)
def _resolver(contexts: Contexts) -> ContextResolver:
    from pyld.context_resolver import ContextResolver

    return ContextResolver({}, _loader(contexts))


def _loader(contexts: Contexts) -> Any:
    from pyld.jsonld import JsonLdError

    def load(url: str, _: object) -> dict[str, Any]:
        try:
            document = contexts.load(url)
        except ResolutionError as error:
            raise JsonLdError(str(error), "jsonld.LoadDocumentError") from error
        # The tag lets PyLD keep the processed context, under its address.
        return {"contextUrl": None, "documentUrl": url, "document": document, "tag": "static"}

    return load


def _refuse_dropped(name: str | None) -> None:
    raise VocabularyError(f"{name} is not a term of the contexts")


def _root_cause(error: JsonLdError) -> str:
    from pyld.jsonld import JsonLdError

    cause: BaseException = error
    while isinstance(cause.__cause__, JsonLdError):
        cause = cause.__cause__
    return str(getattr(cause, "code", None) or "unknown")


def _quads(dataset: Mapping[str, Any]) -> Iterator[Quad]:
    for name, triples in dataset.items():
        graph = "" if name == "@default" else _resource(name)
        for triple in triples:
            subject, predicate = (
                _resource(triple["subject"]["value"]),
                _resource(triple["predicate"]["value"]),
            )
            yield (subject, predicate, _object(triple["object"]), graph)


def _resource(value: str) -> str:
    return value if value.startswith("_:") else iri(value)


def _object(term: Mapping[str, str]) -> str:
    if term["type"] != "literal":
        return _resource(term["value"])
    return literal(term["value"], term.get("datatype", XSD_STRING), term.get("language"))
