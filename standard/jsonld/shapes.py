"""Shapes: what the keys and the types of a node mean, worked out once for all nodes that share them.

A credential has many nodes of few kinds. Which keys are defined, which scoped contexts hold and what each
key's predicate is depends on the kind alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar

from standard.jsonld.compiled import BeyondCompiledError, Context, Term
from standard.jsonld.nquads import ABSOLUTE_IRI
from standard.jsonld.places import fail, pointer

KINDS_REMEMBERED: Final = 256
KIND_REMEMBERED_CHARACTERS: Final = 1_000

Kind: TypeAlias = tuple[object, ...]
"""What nodes have in common: their keys in order, what types of JSON they hold, and their types."""

_Known = TypeVar("_Known")


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


ShapedProperty: TypeAlias = tuple[str, Term, str, str]
"""A key, its term, its predicate, and the pointer from the node to it."""


def shape_of(node: Mapping[str, Any], context: Context, place: str) -> Shape:
    """Return the shape of a node; only what was fully understood is remembered, and not too much of it.

    Raises:
        VocabularyError: a key or a type is not defined; the message begins with its place.
        BeyondCompiledError: a key or a type is one for the general processor.
    """
    kind = kind_of(node, context)
    known: Shape | None = context.shapes.get(kind)
    if known is None:
        known = _new_shape(node, context, place)
        remember(context.shapes, kind, known)
    return known


def kind_of(node: Mapping[str, Any], context: Context) -> Kind:
    """Return the kind of a node."""
    kind: Kind = (*node, *map(type, node.values()))
    for key in context.type_keys:
        types = node.get(key)
        # A list of types is not taken for a type that reads like one: the JSON types tell them apart.
        kind += (types if type(types) is str else repr(types),)
    return kind


def remember(known: dict[Kind, _Known], kind: Kind, value: _Known) -> None:
    """Remember what a kind comes down to, unless there is no end to the kinds, or to this one."""
    if len(known) >= KINDS_REMEMBERED:
        known.clear()
    if len(repr(kind)) <= KIND_REMEMBERED_CHARACTERS:
        known[kind] = value


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
        yield key, term, f"<{term.iri}>", at


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
