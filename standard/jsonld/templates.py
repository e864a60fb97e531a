"""Templates: the canonical lines of a node but for its values, worked out once for all nodes of a kind.

Nodes are of one kind when they have the same keys, the same types, and values of the same JSON types. The
predicates of their lines are known then, and so is the order: no predicate begins another, for each ends
at its `>`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final, TypeAlias

from standard.errors import KlusCVError
from standard.jsonld.compiled import EMPTY, Context, Term
from standard.jsonld.nquads import ABSOLUTE_IRI, RDF_TYPE, XSD_DOUBLE, XSD_INTEGER, XSD_STRING, literal
from standard.jsonld.shapes import Shape, kind_of, remember, shape_of

ONLY_BLANK_NODE: Final = "_:c14n0"
"""The label that RDFC-1.0 gives to a blank node that is the only one, whatever its quads."""

Pick: TypeAlias = Callable[[Mapping[str, Any]], tuple[Any, ...]]
"""Takes some of the values of a node, always the same ones."""


class NotOrdinaryError(KlusCVError):
    """A document is not one that can be rendered; whether it has a fault is not said."""

    code = "not-ordinary"


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A key whose lines are written anew each time: it holds nodes, a list, or a rare kind of value.

    Attributes:
        slot: the place of its value in the template, which its lines are to take.
        own: the context of its node.
        inner: the context of the nodes that it holds.
    """

    slot: int
    predicate: str
    term: Term
    own: Context
    inner: Context


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """What is known of a node before its values are.

    Attributes:
        keys: all keys of the nodes.
        id_key: the key of their id; None for blank nodes.
        types_key: the key of their types, which are `types`, as they stand there; None for no types.
        context: their own context.
        fixed: their lines in order: what is fixed in them at the even places, and nothing yet at the odd
            places, which are for the values.
        values: takes the values from a node in the order of their places; the id comes back on every line.
        text_slots: which of the values are texts.
        number_slots: which are whole numbers.
        address_slots: which are addresses, but for the id.
        parts: which still have to become lines.
    """

    keys: frozenset[str]
    id_key: str | None
    types_key: str | None
    types: Any
    context: Context
    fixed: list[str]
    values: Pick
    text_slots: tuple[int, ...]
    number_slots: tuple[int, ...]
    address_slots: tuple[int, ...]
    parts: tuple[Part, ...]

    def fits(self, node: Mapping[str, Any]) -> bool:
        """Tell whether a node is of this kind, but for the JSON types of its values."""
        return node.keys() == self.keys and (self.types_key is None or node[self.types_key] == self.types)


def template_of(node: Mapping[str, Any], context: Context) -> Template:
    """Return the template of a node.

    Raises:
        NotOrdinaryError: it has none.
        VocabularyError: a key or a type is not defined.
        BeyondCompiledError: a key or a type is one for the general processor.
    """
    kind = kind_of(node, context)
    known: Template | None
    if kind in context.templates:
        known = context.templates[kind]
    else:
        try:
            known = _new_template(node, context)
        except NotOrdinaryError:
            # That depends on the kind alone, and is worth remembering too.
            known = None
        remember(context.templates, kind, known)
    if known is None:
        raise NotOrdinaryError("a node is not of an ordinary kind")
    return known


def _new_template(node: Mapping[str, Any], context: Context) -> Template:
    if "@context" in node or context is EMPTY:
        raise NotOrdinaryError("contexts that stand in a node")
    shape = shape_of(node, context, "")
    if shape.id_key is not None and type(node[shape.id_key]) is not str:
        raise NotOrdinaryError("an id is not a text")
    properties = {property_[2]: property_ for property_ in shape.properties}
    if len(properties) < len(shape.properties) or RDF_TYPE in properties:
        raise NotOrdinaryError("two keys have one predicate")
    draft = _Draft(node, context, shape)
    for predicate in sorted([*properties, RDF_TYPE]):
        if predicate == RDF_TYPE:
            for type_ in sorted(set(shape.types)):
                draft.add_line(predicate, type_)
        else:
            name, term, _, _ = properties[predicate]
            draft.add_property(name, term, predicate)
    return draft.template()


@dataclass(slots=True)
class _Draft:
    """A template in the making, from the first node of its kind."""

    node: Mapping[str, Any]
    outer: Context
    shape: Shape
    fixed: list[str] = field(default_factory=lambda: [""])
    values: list[str] = field(default_factory=list)
    texts: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    addresses: list[int] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def add_property(self, name: str, term: Term, predicate: str) -> None:
        """Add the lines of one key."""
        kind, coercion = type(self.node[name]), term.coercion or ""
        if not ABSOLUTE_IRI.fullmatch(predicate[1:-1]) or "@graph" in term.container or coercion == "@json":
            raise NotOrdinaryError("a property is rare")
        if kind is str and coercion == "@id":
            self.add_line(predicate, "<", name, ">")
            self.addresses.append(len(self.values) - 1)
        elif kind is str and not coercion.startswith("@"):
            self.add_line(predicate, '"', name, literal("", coercion or XSD_STRING)[1:])
            self.texts.append(len(self.values) - 1)
        elif kind is int and not coercion.startswith("@") and coercion != XSD_DOUBLE:
            self.add_line(predicate, '"', name, literal("", coercion or XSD_INTEGER)[1:])
            self.numbers.append(len(self.values) - 1)
        else:
            inner = self.outer.under(term, by_property=True)
            self.parts.append(Part(len(self.values), predicate, term, self.shape.context, inner))
            self._add_value(name)

    def add_line(self, predicate: str, before: str, name: str | None = None, after: str = "") -> None:
        """Add one line; its object is the value of a name, if one is given, and what stands around it."""
        if self.shape.id_key is None:
            self.fixed[-1] += ONLY_BLANK_NODE
        else:
            self.fixed[-1] += "<"
            self._add_value(self.shape.id_key)
            self.fixed[-1] += ">"
        self.fixed[-1] += f" {predicate} {before}"
        if name is not None:
            self._add_value(name)
        self.fixed[-1] += f"{after} .\n"

    def template(self) -> Template:
        """Finish."""
        types_key = next((key for key in self.outer.type_keys if key in self.node), None)
        return Template(
            keys=frozenset(self.node),
            id_key=self.shape.id_key,
            types_key=types_key,
            types=copy.copy(self.node[types_key]) if types_key else None,
            context=self.shape.context,
            fixed=self.fixed,
            values=_pick(self.values),
            text_slots=tuple(self.texts),
            number_slots=tuple(self.numbers),
            address_slots=tuple(self.addresses),
            parts=tuple(self.parts),
        )

    def _add_value(self, name: str) -> None:
        self.values.append(name)
        self.fixed += ("", "")


def _pick(keys: list[str]) -> Pick:
    if not keys:
        return lambda _: ()
    if len(keys) == 1:
        # `itemgetter` would give the value without a tuple around it.
        (key,) = keys
        return lambda node: (node[key],)
    return itemgetter(*keys)
