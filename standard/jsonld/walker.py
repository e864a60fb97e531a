"""From a JSON-LD document straight to its quads, for the closed subset that credentials use.

One walk does what expansion, node map generation and conversion to RDF do in turn, and refuses what
they would drop or merge in silence: undefined terms and types, relative ids, nulls, empty lists,
fractions, one node described in two places. Whatever is legal JSON-LD but rare in credentials is
`BeyondCompiledError`, and `standard.jsonld.general` takes over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from typing import Any, Final, TypeAlias

import rfc8785

from standard.errors import ResolutionError, VocabularyError
from standard.jsonld.compiled import EMPTY, BeyondCompiledError, Context, ContextCompiler, Term
from standard.jsonld.nquads import Quad, literal
from standard.strict_json import INTEGER_LIMIT, MAX_DEPTH

RDF_TYPE: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
RDF_JSON: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON"
XSD_BOOLEAN: Final = "http://www.w3.org/2001/XMLSchema#boolean"
XSD_INTEGER: Final = "http://www.w3.org/2001/XMLSchema#integer"
XSD_DOUBLE: Final = "http://www.w3.org/2001/XMLSchema#double"

# What an IRI may hold in N-Quads: a space or a `>` would end it and begin another.
_ABSOLUTE_IRI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):[^\x00-\x20<>\"{}|\\^`\x7f]+")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_VALUE_KEYWORDS: Final = frozenset({"@value", "@language", "@direction"})

Places: TypeAlias = Mapping[Quad, Set[str]]
"""Each quad with the JSON Pointers of the values that gave it; equal quads can have several."""


def walk(document: Mapping[str, Any], compiler: ContextCompiler) -> Places:
    """Return the quads of a document; blank nodes are labelled in the order of the walk.

    A property's quad has the place of its value; a type's quad has the place of its node's type.

    Raises:
        VocabularyError: part of the document would be lost or changed; the message begins with its place.
        ProtectedTermError: a context redefines a protected term.
        BeyondCompiledError: legal JSON-LD that this path leaves to the general processor.
    """
    walking = _Walk(compiler)
    walking.node(document, EMPTY, "", "")
    return walking.places


def fail(place: str, problem: str) -> VocabularyError:
    """Name a place, given as a JSON Pointer, and what is wrong there."""
    keys = [key.replace("~1", "/").replace("~0", "~") for key in place.split("/")[1:]]
    path = "".join(f"[{key}]" if key.isdigit() else f".{key}" for key in keys)
    return VocabularyError(f"${path} {problem}")


class _Walk:
    """One walk: the quads so far, the nodes described so far, and the next blank label."""

    __slots__ = ("_blanks", "_compiler", "_described", "places")

    def __init__(self, compiler: ContextCompiler) -> None:
        self._compiler = compiler
        self._blanks = 0
        self._described: set[tuple[str, str]] = set()
        self.places: dict[Quad, set[str]] = {}

    def node(self, node: Mapping[str, Any], context: Context, graph: str, place: str) -> str:
        """Add a node object's quads; return its subject term."""
        if place.count("/") > MAX_DEPTH:
            raise VocabularyError(f"the document is nested more than {MAX_DEPTH} deep")
        if "@context" in node or context is EMPTY:
            context = self._local_context(node.get("@context"), context, place)
        types = _types(node, context, place)
        # A type's context holds for the node's own keys; nested nodes start from the outer one.
        own = context
        for name in sorted(types):
            own = own.under(context.terms[name], by_property=False)
        subject = self._subject(node, own, graph, place)
        for name, type_place in types.items():
            self._add((subject, RDF_TYPE, f"<{context.terms[name].iri}>", graph), type_place)
        for key, value in node.items():
            term = own.terms.get(key)
            if term is None:
                if key == "@context":
                    continue
                raise fail(pointer(place, key), "is not a term of the contexts")
            if term.iri not in ("@id", "@type"):
                self._property(subject, term, value, context, own, graph, pointer(place, key))
        return subject

    def _local_context(self, value: Any, context: Context, place: str) -> Context:
        """Compile a node's own contexts; they may only stand where nothing is in force yet."""
        addresses = value if isinstance(value, list) else [value]
        if not addresses or not all(isinstance(address, str) for address in addresses):
            raise fail(f"{place}/@context", "holds something other than addresses of contexts")
        if len(set(addresses)) < len(addresses):
            raise fail(f"{place}/@context", "names a context twice")
        if context is not EMPTY:
            raise fail(f"{place}/@context", "stands inside other contexts")
        try:
            return self._compiler.compile(tuple(addresses))
        except ResolutionError as error:
            raise fail(f"{place}/@context", "names a context that is not known") from error

    def _subject(self, node: Mapping[str, Any], context: Context, graph: str, place: str) -> str:
        keys = [key for key in context.id_keys if key in node]
        if not keys:
            self._blanks += 1
            return f"_:b{self._blanks - 1}"
        if len(keys) > 1:
            raise fail(place, "has two ids")
        subject = _iri(node[keys[0]], context, pointer(place, keys[0]))
        if len(node) > 1:
            # RDF would merge two descriptions, so that claims could move between them unnoticed.
            if (subject, graph) in self._described:
                raise fail(pointer(place, keys[0]), "is described in two places")
            self._described.add((subject, graph))
        return subject

    def _property(
        self, subject: str, term: Term, value: Any, outer: Context, own: Context, graph: str, place: str
    ) -> None:
        if term.iri.startswith("@"):
            raise BeyondCompiledError(f"{place} is a keyword")
        predicate = f"<{term.iri}>"
        if term.coercion == "@json":
            self._add((subject, predicate, _json_literal(value, place), graph), place)
        elif isinstance(value, list):
            if not value:
                raise fail(place, "is an empty list")
            for position, item in enumerate(value):
                at = f"{place}/{position}"
                self._add((subject, predicate, self._object(term, item, outer, own, graph, at), graph), at)
        else:
            self._add((subject, predicate, self._object(term, value, outer, own, graph, place), graph), place)

    def _object(self, term: Term, value: Any, outer: Context, own: Context, graph: str, place: str) -> str:
        if not isinstance(value, Mapping):
            if "@graph" in term.container:
                raise BeyondCompiledError(f"{place} is a graph by reference")
            return _scalar(term, value, own, place)
        if "@value" in value:
            return _value_object(term, value, place)
        inner = outer.under(term, by_property=True)
        if "@graph" not in term.container:
            return self.node(value, inner, graph, place)
        self._blanks += 1
        name = f"_:b{self._blanks - 1}"
        self.node(value, inner, name, place)
        return name

    def _add(self, quad: Quad, place: str) -> None:
        known = self.places.get(quad)
        if known is None:
            self.places[quad] = {place}
        else:
            known.add(place)


def pointer(place: str, key: str) -> str:
    """Extend a JSON Pointer (RFC 6901) by one key."""
    if "~" in key or "/" in key:
        key = key.replace("~", "~0").replace("/", "~1")
    return f"{place}/{key}"


def _types(node: Mapping[str, Any], context: Context, place: str) -> dict[str, str]:
    """Return the terms of a node's types, each with its place."""
    keys = [key for key in context.type_keys if key in node]
    if not keys:
        return {}
    if len(keys) > 1:
        raise fail(place, "has two types")
    at = pointer(place, keys[0])
    value = node[keys[0]]
    names = value if isinstance(value, list) else [value]
    if not names:
        raise fail(at, "is an empty list")
    found: dict[str, str] = {}
    for name in names:
        term = context.terms.get(name) if isinstance(name, str) else None
        if term is None:
            if isinstance(name, str) and _ABSOLUTE_IRI.fullmatch(name):
                raise BeyondCompiledError(f"{at} names an absolute type")
            raise fail(at, "names a type that the contexts do not define")
        if term.iri.startswith("@"):
            raise fail(at, "names a keyword as a type")
        found.setdefault(name, at)
    return found


def _scalar(term: Term, value: Any, own: Context, place: str) -> str:
    coercion = term.coercion
    if isinstance(value, str):
        if coercion is None:
            return literal(value)
        if coercion == "@id":
            return _iri(value, own, place)
        if coercion == "@vocab":
            return _vocabulary(value, own.under(term, by_property=True), place)
        return literal(value, coercion)
    if coercion in ("@id", "@vocab"):
        raise fail(place, "is not an absolute address")
    if value is True or value is False:
        return literal("true" if value else "false", coercion or XSD_BOOLEAN)
    if not isinstance(value, int):
        kind = {type(None): "null", list: "a list in a list", float: "a number with a fraction"}
        raise fail(place, f"is {kind.get(type(value), 'not JSON')}")
    if abs(value) >= INTEGER_LIMIT:
        raise fail(place, "is not below 2^53")
    if coercion == XSD_DOUBLE:
        raise BeyondCompiledError(f"{place} turns a whole number into a double")
    return literal(str(value), coercion or XSD_INTEGER)


def _vocabulary(value: str, context: Context, place: str) -> str:
    term = context.terms.get(value)
    if term is None or term.iri.startswith("@"):
        if _ABSOLUTE_IRI.fullmatch(value):
            raise BeyondCompiledError(f"{place} names an absolute term")
        raise fail(place, "is not a term of the contexts")
    return f"<{term.iri}>"


def _iri(value: Any, context: Context, place: str) -> str:
    match = _ABSOLUTE_IRI.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise fail(place, "is not an absolute address")
    if match[1] in context.terms:
        # Were the scheme a prefix, JSON-LD would read the address as that term and a suffix.
        raise fail(place, "begins with a term of the contexts, not with a scheme")
    return f"<{value}>"


def _json_literal(value: Any, place: str) -> str:
    try:
        return literal(rfc8785.dumps(value).decode(), RDF_JSON)
    except rfc8785.CanonicalizationError as error:
        raise fail(place, "is not JSON that can be written in one way only") from error


def _value_object(term: Term, value: Mapping[str, Any], place: str) -> str:
    """A text with its language, which the data model allows for `name` and `description`.

    RDF has no room for a direction, so a signature does not cover it: our own types refuse it in their
    schemas, and the general processor lets it pass for others.
    """
    text, language, direction = value["@value"], value.get("@language"), value.get("@direction")
    if not _VALUE_KEYWORDS.issuperset(value) or term.coercion is not None or not isinstance(text, str):
        raise fail(place, "is more than a text with its language")
    if "@language" in value and not (isinstance(language, str) and _LANGUAGE.fullmatch(language)):
        raise fail(place, "has a language that is not one")
    if "@direction" in value:
        if direction in ("ltr", "rtl"):
            raise BeyondCompiledError(f"{place} has a direction")
        raise fail(place, "has a direction that is not one")
    return literal(text, language=language.lower() if language else None)
