"""Shapes: what the keys and the types of a node mean, worked out once for all nodes that share them.

A credential has many nodes of few kinds. Which keys are defined, which scoped contexts hold, what each
key's quads begin with and how its literals end depends on the kind alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from standard.jsonld.compiled import BeyondCompiledError, Context, Term
from standard.jsonld.nquads import ABSOLUTE_IRI, XSD_DOUBLE, XSD_INTEGER, XSD_STRING, literal
from standard.jsonld.places import fail, pointer

_SHAPES_REMEMBERED: Final = 256
_KIND_REMEMBERED_CHARACTERS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Shape:
    """What a node's keys and types come down to; the many nodes of one kind share it.

    Attributes:
        context: the node's own context, with those of its types.
        id_key: the key of its id, and the pointer from the node to it.
        types: its types as terms, and the pointer from the node to them.
        properties: its other keys, see `ShapedProperty`.
    """

    context: Context
    id_key: str | None
    id_at: str
    types: tuple[str, ...]
    types_at: str
    properties: tuple[ShapedProperty, ...]


ShapedProperty: TypeAlias = tuple[str, Term, str, str, str | None, str | None, str | None]
"""A key, its term, its predicate, the pointer from the node to it, and what ends the canonical line of a
text, of a whole number and of an address; None where that value takes a closer look."""


def shape_of(node: Mapping[str, Any], context: Context, place: str) -> Shape:
    """Return the shape of a node; only what was fully understood is remembered, and not too much of it.

    Raises:
        VocabularyError: a key or a type is not defined; the message begins with its place.
        BeyondCompiledError: a key or a type is one for the general processor.
    """
    kind = _kind(node, context)
    known: Shape | None = context.shapes.get(kind)
    if known is None:
        known = _new_shape(node, context, place)
        if len(context.shapes) >= _SHAPES_REMEMBERED:
            context.shapes.clear()
        if len(repr(kind)) <= _KIND_REMEMBERED_CHARACTERS:
            context.shapes[kind] = known
    return known


def _kind(node: Mapping[str, Any], context: Context) -> tuple[str | None, ...]:
    """Return what nodes of one shape have in common: their keys in order, and their types."""
    kind: tuple[str | None, ...] = tuple(node)
    for key in context.type_keys:
        types = node.get(key)
        # No key is None, so a list of types is kept apart from a type that reads like one.
        kind += (types,) if type(types) is str else (None, repr(types))
    return kind


def _new_shape(node: Mapping[str, Any], context: Context, place: str) -> Shape:
    types_key, types = _types(node, context, place)
    # A type's context holds for the node's own keys; nested nodes start from the outer one.
    own = context
    for name in sorted(types):
        own = own.under(context.terms[name], by_property=False)
    id_keys = [key for key in own.id_keys if key in node]
    if len(id_keys) > 1:
        raise fail(place, "has two ids")
    return Shape(
        context=own,
        id_key=id_keys[0] if id_keys else None,
        id_at=pointer("", id_keys[0]) if id_keys else "",
        types=tuple(f"<{context.terms[name].iri}>" for name in types),
        types_at=pointer("", types_key),
        properties=tuple(_shaped_properties(node, own, place)),
    )


def _shaped_properties(node: Mapping[str, Any], own: Context, place: str) -> Iterator[ShapedProperty]:
    for key in node:
        term = own.terms.get(key)
        at = pointer("", key)
        if term is None:
            if key == "@context":
                continue
            raise fail(place + at, "is not a term of the contexts")
        if term.iri in ("@id", "@type"):
            continue
        if term.iri.startswith("@"):
            raise BeyondCompiledError(f"{place + at} is a keyword")
        yield key, term, f"<{term.iri}>", at, *_endings(term)


def _endings(term: Term) -> tuple[str | None, str | None, str | None]:
    """What stands after the characters of a text, of a whole number and of an address."""
    if "@graph" in term.container:
        return None, None, None
    if term.coercion == "@id":
        return None, None, "> .\n"
    if (term.coercion or "").startswith("@"):
        return None, None, None
    text_ending, number_ending = (
        f"{literal('', term.coercion or datatype)[1:]} .\n" for datatype in (XSD_STRING, XSD_INTEGER)
    )
    # A whole number that becomes a double is left to the general processor.
    return text_ending, None if term.coercion == XSD_DOUBLE else number_ending, None


def _types(node: Mapping[str, Any], context: Context, place: str) -> tuple[str, tuple[str, ...]]:
    """Return the key of a node's types, and the terms that they name."""
    keys = [key for key in context.type_keys if key in node]
    if not keys:
        return "", ()
    if len(keys) > 1:
        raise fail(place, "has two types")
    at = pointer(place, keys[0])
    value = node[keys[0]]
    names = value if isinstance(value, list) else [value]
    if not names:
        raise fail(at, "is an empty list")
    for name in names:
        term = context.terms.get(name) if isinstance(name, str) else None
        if term is None:
            if isinstance(name, str) and ABSOLUTE_IRI.fullmatch(name):
                raise BeyondCompiledError(f"{at} names an absolute type")
            raise fail(at, "names a type that the contexts do not define")
        if term.iri.startswith("@"):
            raise fail(at, "names a keyword as a type")
    return keys[0], tuple(dict.fromkeys(names))
