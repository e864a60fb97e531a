"""From a JSON-LD document to its quads, for the closed subset that credentials use.

One walk does what expansion, node map generation and conversion to RDF do in turn, and refuses what
they would drop or merge in silence: undefined terms and types, relative ids, nulls, empty lists,
fractions, one node described in two places. Whatever is legal JSON-LD but rare in credentials is
`BeyondCompiledError`, and `standard.jsonld.general` takes over.

Each quad keeps the place in the document that it came from, and each refusal names one. Where neither is
needed, `standard.jsonld.rendering` is faster.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import rfc8785

from standard.errors import ResolutionError, VocabularyError
from standard.jsonld.compiled import EMPTY, BeyondCompiledError, Context, ContextCompiler, Term
from standard.jsonld.nquads import (
    ABSOLUTE_IRI,
    RDF_TYPE,
    XSD_BOOLEAN,
    XSD_DOUBLE,
    XSD_INTEGER,
    XSD_STRING,
    Quad,
    literal,
)
from standard.jsonld.places import fail
from standard.jsonld.shapes import Shape, shape_of
from standard.strict_json import INTEGER_LIMIT, MAX_DEPTH

RDF_JSON: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON"

_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_VALUE_KEYWORDS: Final = frozenset({"@value", "@language", "@direction"})

Places: TypeAlias = Sequence[tuple[Quad, str]]
"""Each quad with the JSON Pointer of the value that gave it; equal quads can stand there several times."""


def trace(document: Mapping[str, Any], compiler: ContextCompiler) -> Places:
    """Return the quads of a document with their places; blank nodes are labelled in the order of the walk.

    A property's quad has the place of its value; a type's quad has the place of its node's type.

    Raises:
        VocabularyError: part of the document would be lost or changed; the message begins with its place.
        ProtectedTermError: a context redefines a protected term.
        BeyondCompiledError: legal JSON-LD that this path leaves to the general processor.
    """
    walk = _Walk(compiler)
    walk.node(document, EMPTY, "", "")
    return walk.places


def local_context(value: Any, compiler: ContextCompiler, place: str) -> Context:
    """Compile a node's own contexts.

    Raises:
        VocabularyError: they are not a list of known addresses, each once; or not compatible.
        BeyondCompiledError: one of them is for the general processor.
    """
    addresses = value if isinstance(value, list) else [value]
    if not addresses or not all(isinstance(address, str) for address in addresses):
        raise fail(f"{place}/@context", "holds something other than addresses of contexts")
    if len(set(addresses)) < len(addresses):
        raise fail(f"{place}/@context", "names a context twice")
    try:
        return compiler.compile(tuple(addresses))
    except ResolutionError as error:
        raise fail(f"{place}/@context", "names a context that is not known") from error


class _Walk:
    """One walk: the quads and the nodes described so far, and the next blank label."""

    __slots__ = ("_blanks", "_compiler", "_described", "places")

    def __init__(self, compiler: ContextCompiler) -> None:
        self._compiler = compiler
        self._blanks = 0
        self._described: set[str] = set()
        self.places: list[tuple[Quad, str]] = []

    def _add(self, subject: str, predicate: str, object_: str, graph: str, place: str) -> None:
        self.places.append(((subject, predicate, object_, graph), place))

    def node(self, node: Mapping[str, Any], context: Context, graph: str, place: str) -> str:
        """Add a node object's quads; return its subject term."""
        if place.count("/") > MAX_DEPTH:
            raise VocabularyError(f"the document is nested more than {MAX_DEPTH} deep")
        if "@context" in node or context is EMPTY:
            if context is not EMPTY:
                raise fail(f"{place}/@context", "stands inside other contexts")
            context = local_context(node.get("@context"), self._compiler, place)
        shape = shape_of(node, context, place)
        subject = self._subject(node, shape, graph, place)
        for type_ in shape.types:
            self._add(subject, RDF_TYPE, type_, graph, place + shape.types_at)
        for name, term, predicate, at in shape.properties:
            value, coercion = node[name], term.coercion
            if type(value) is str and not term.container and (coercion is None or coercion[0] != "@"):
                # Most values are texts with a datatype, which every other way below comes to as well.
                object_ = literal(value, coercion or XSD_STRING)
                self.places.append(((subject, predicate, object_, graph), place + at))
            else:
                self._property(subject, predicate, term, value, context, shape.context, graph, place + at)
        return subject

    def _subject(self, node: Mapping[str, Any], shape: Shape, graph: str, place: str) -> str:
        if shape.id_key is None:
            self._blanks += 1
            return f"_:b{self._blanks - 1}"
        subject = _iri(node[shape.id_key], shape.context, place + shape.id_at)
        if len(node) > 1:
            # RDF would merge two descriptions, so that claims could move between them unnoticed.
            description = subject + graph
            if description in self._described:
                raise fail(place + shape.id_at, "is described in two places")
            self._described.add(description)
        return subject

    def _property(
        self,
        subject: str,
        predicate: str,
        term: Term,
        value: Any,
        outer: Context,
        own: Context,
        graph: str,
        place: str,
    ) -> None:
        if term.coercion == "@json":
            self._add(subject, predicate, _json_literal(value, place), graph, place)
        elif isinstance(value, list):
            if not value:
                raise fail(place, "is an empty list")
            for position, item in enumerate(value):
                at = f"{place}/{position}"
                self._add(subject, predicate, self._object(term, item, outer, own, graph, at), graph, at)
        else:
            self._add(subject, predicate, self._object(term, value, outer, own, graph, place), graph, place)

    def _object(self, term: Term, value: Any, outer: Context, own: Context, graph: str, place: str) -> str:
        is_graph = "@graph" in term.container
        if not isinstance(value, dict):
            if is_graph:
                raise BeyondCompiledError(f"{place} is a graph by reference")
            return scalar(term, value, own, place)
        if "@value" in value:
            return _value_object(term, value, place)
        inner = outer.under(term, by_property=True)
        if not is_graph:
            return self.node(value, inner, graph, place)
        self._blanks += 1
        name = f"_:b{self._blanks - 1}"
        self.node(value, inner, name, place)
        return name


def scalar(term: Term, value: Any, own: Context, place: str) -> str:
    """Return the object that a single text, number or truth value comes to.

    Raises:
        VocabularyError, BeyondCompiledError: as `trace` does.
    """
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
    if isinstance(value, float):
        raise BeyondCompiledError(f"{place} is a number with a fraction")
    if not isinstance(value, int):
        kind = {type(None): "null", list: "a list in a list"}
        raise fail(place, f"is {kind.get(type(value), 'not JSON')}")
    if abs(value) >= INTEGER_LIMIT:
        raise fail(place, "is not below 2^53")
    if coercion == XSD_DOUBLE:
        raise BeyondCompiledError(f"{place} turns a whole number into a double")
    return literal(str(value), coercion or XSD_INTEGER)


def _vocabulary(value: str, context: Context, place: str) -> str:
    term = context.terms.get(value)
    if term is None or term.iri.startswith("@"):
        if ABSOLUTE_IRI.fullmatch(value):
            raise BeyondCompiledError(f"{place} names an absolute term")
        raise fail(place, "is not a term of the contexts")
    return f"<{term.iri}>"


def _iri(value: Any, context: Context, place: str) -> str:
    match = ABSOLUTE_IRI.fullmatch(value) if isinstance(value, str) else None
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
