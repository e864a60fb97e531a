"""The canonical lines of an ordinary document, rendered a whole node at a time.

A document is ordinary when at most one of its nodes is without an id, and none of its graphs has a name:
so is nearly everything that gets signed. Then no blank node waits for a label, and the order of the lines
is nearly known before they are written. Each begins with its subject, and no subject begins another, for an
address ends at its `>`: so the lines of a node stay together, in the order of the subjects. Inside a node
the order is that of its predicates, which its kind decides; see `standard.jsonld.templates`. Only several
values of one key have to be put in order. Only they can give equal lines, for no node is described twice.

The walk takes the values out of the nodes, and checks them afterwards, all of one sort at once.

What is not ordinary is left to `standard.jsonld.walker`, and so is whatever has a fault, because that walk
can name the place. This one may leave too much to it, and must never accept what it would refuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from standard.errors import VocabularyError
from standard.jsonld.compiled import BeyondCompiledError, Context, ContextCompiler
from standard.jsonld.nquads import escape, is_plain
from standard.jsonld.templates import ONLY_BLANK_NODE, NotOrdinaryError, Part, Template, template_of
from standard.jsonld.walker import local_context, scalar
from standard.strict_json import INTEGER_LIMIT

_MAX_DEPTH: Final = 20
_SCHEME: Final = re.compile("[A-Za-z][A-Za-z0-9+.-]*")
# With the space, all that `ABSOLUTE_IRI` does not allow.
_NEVER_IN_ADDRESSES: Final = bytes(range(0x20)) + b'<>"{}|\\^`\x7f'


def render(document: Mapping[str, Any], compiler: ContextCompiler) -> bytes | None:
    """Return the canonical N-Quads of an ordinary document without fault, and None for any other."""
    members = {key: value for key, value in document.items() if key != "@context"}
    rendering = _Rendering()
    try:
        context = local_context(document.get("@context"), compiler, "")
        rendering.take(members, template_of(members, context), depth=0)
        return rendering.canonical()
    except (NotOrdinaryError, VocabularyError, BeyondCompiledError):
        return None


class _Rendering:
    """One walk over a document.

    Attributes:
        _rows: the values of the nodes of each template.
        _described: the ids of nodes that say something, and `_references` of those that do not.
        _likely: for each key that holds nodes, the template of the last one, for the next is mostly alike.
    """

    __slots__ = ("_described", "_has_blank", "_likely", "_references", "_rows")

    def __init__(self) -> None:
        self._rows: dict[Template, list[Sequence[Any]]] = {}
        self._described: list[str] = []
        self._references: list[str] = []
        self._likely: dict[Part, Template] = {}
        self._has_blank = False

    def take(self, node: Mapping[str, Any], template: Template, *, depth: int) -> str:
        """Take the values of a node and of those inside it; returns its subject."""
        subject = self._subject(node, template)
        values: Sequence[Any] = template.values(node)
        if template.parts:
            values = list(values)
            for part in template.parts:
                values[part.slot] = self._lines(part, subject, values[part.slot], depth)
        rows = self._rows.get(template)
        if rows is None:
            rows = self._rows[template] = []
        rows.append(values)
        return subject

    def canonical(self) -> bytes:
        """Write the lines of all nodes in their order.

        Raises:
            NotOrdinaryError: a value may be one to refuse, or a node is described twice.
        """
        addresses = self._references + self._described
        for template, rows in self._rows.items():
            addresses += [row[slot] for slot in template.address_slots for row in rows]
        _check_addresses(addresses, [template.context for template in self._rows])
        if len(set(self._described)) < len(self._described):
            raise NotOrdinaryError("a node is described in two places")
        lines = [line for template, rows in self._rows.items() for line in _completed(template, rows)]
        return "".join(sorted(lines)).encode("utf-8")

    def _subject(self, node: Mapping[str, Any], template: Template) -> str:
        if template.id_key is not None:
            identifier: str = node[template.id_key]
            (self._described if len(node) > 1 else self._references).append(identifier)
            return f"<{identifier}>"
        if self._has_blank:
            raise NotOrdinaryError("two blank nodes")
        self._has_blank = True
        return ONLY_BLANK_NODE

    def _lines(self, part: Part, subject: str, value: Any, depth: int) -> str:
        """The lines of one key: several values are put in order, and equal ones become one."""
        if depth >= _MAX_DEPTH:
            raise NotOrdinaryError("nodes are nested deep")
        lines = []
        for item in value if type(value) is list else (value,):
            if type(item) is dict:
                template = self._likely.get(part)
                if template is None or not template.fits(item):
                    template = self._likely[part] = template_of(item, part.inner)
                object_ = self.take(item, template, depth=depth + 1)
            else:
                object_ = scalar(part.term, item, part.own, "")
            lines.append(f"{subject} {part.predicate} {object_} .\n")
        if not lines:
            raise NotOrdinaryError("a list is empty")
        return lines[0] if len(lines) == 1 else "".join(sorted(set(lines)))


def _completed(template: Template, rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Write the lines of each node of one template; their addresses are checked.

    Raises:
        NotOrdinaryError: a text or a whole number is not one, or too large.
    """
    _check_numbers([row[slot] for slot in template.number_slots for row in rows])
    plain = is_plain(_joined("", [row[slot] for slot in template.text_slots for row in rows]))
    for row in rows:
        lines = template.fixed.copy()
        lines[1::2] = row
        for slot in template.number_slots:
            lines[2 * slot + 1] = str(row[slot])
        for slot in () if plain else template.text_slots:
            lines[2 * slot + 1] = escape(row[slot])
        yield "".join(lines)


def _check_numbers(values: Sequence[Any]) -> None:
    """Check that values are whole numbers in range.

    Raises:
        NotOrdinaryError: one of them is not.
    """
    if not values:
        return
    # The types first: a truth value is in range too, and other values cannot be compared.
    if set(map(type, values)) != {int} or not -INTEGER_LIMIT < min(values) <= max(values) < INTEGER_LIMIT:
        raise NotOrdinaryError("a number takes a closer look")


def _check_addresses(values: Sequence[str], contexts: Sequence[Context]) -> None:
    """Check that values are absolute addresses, and that their schemes are no terms of the contexts.

    Raises:
        NotOrdinaryError: one of them is not, or takes a closer look.
    """
    encoded = _joined(" ", values).encode("utf-8", "replace")
    schemes = {value.partition(":")[0] for value in values}
    # A value without a colon is its own scheme here.
    beginnings = schemes.union(f"{scheme}:" for scheme in schemes)
    if (
        encoded.count(b" ") >= max(len(values), 1)
        or len(encoded.translate(None, _NEVER_IN_ADDRESSES)) < len(encoded)
        or not beginnings.isdisjoint(values)
        or not all(_SCHEME.fullmatch(scheme) for scheme in schemes)
        or not all(schemes.isdisjoint(context.terms) for context in contexts)
    ):
        raise NotOrdinaryError("an address takes a closer look")


def _joined(between: str, texts: Sequence[str]) -> str:
    try:
        return between.join(texts)
    except TypeError as error:
        raise NotOrdinaryError("a value is not a text") from error
