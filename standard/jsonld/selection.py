"""Choosing parts of a JSON-LD document by JSON Pointers: of the document, and of its canonical lines.

Both choices follow one rule: what a pointer names comes whole, and of every node on the way there its
contexts, its id and its types. Without blank nodes the lines of a part are lines of the whole, and making
the few of the part is all there is to do. Where there are blank nodes and the compiled walk gave the quads,
each knows the places it came from, and choosing is a filter. Elsewhere every node gets an id first, so that
quads of a part can be found among the quads of the whole.

Source: Data Integrity ECDSA Cryptosuites v1.0, "selectJsonLd", "skolemizeCompactJsonLd" and
"canonicalizeAndGroup".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, Final, Protocol, TypeAlias

from standard.errors import DataModelError
from standard.jsonld.canonical import canonize
from standard.jsonld.compiled import BeyondCompiledError
from standard.jsonld.contexts import Contexts
from standard.jsonld.general import general_quads
from standard.jsonld.nquads import RDF_TYPE, Quad, line
from standard.jsonld.rdfc import blank_labels, canonicalize, relabel
from standard.jsonld.rendering import render
from standard.jsonld.walker import Places, trace

MAX_POINTERS: Final = 1_000

_POSITION = re.compile("0|[1-9][0-9]{0,8}")
_ALWAYS_KEPT: Final = frozenset({"@context", "id", "@id", "type", "@type"})
_STAND_IN: Final = "urn:kluscv:blank:"


NewLabel: TypeAlias = Callable[[str], str]
"""From the canonical label of a blank node, such as `_:c14n0`, to the one that it is to have."""


class Selection(Protocol):
    """The lines of one document, and which of them a pointer names."""

    @property
    def lines(self) -> Sequence[bytes]:
        """All lines of the document in their order, each with its newline; blank nodes have new labels."""
        ...

    def select(self, pointers: Sequence[str]) -> frozenset[bytes]:
        """Choose the lines that the chosen part of the document gives; none for no pointers.

        Raises:
            DataModelError: a pointer that names nothing, or part of a single value; too many pointers.
        """
        ...


def selection(document: Mapping[str, Any], contexts: Contexts, new_label: NewLabel) -> Selection:
    """Prepare to choose among the lines of a document.

    Raises:
        VocabularyError: a part of the document would be lost or changed on the way to its lines.
        DataModelError: the document uses JSON-LD in which parts cannot be told apart.
    """
    ordinary = render(document, contexts.compiler)
    # A text that reads like a blank node only costs time: the other ways are right for every document.
    if ordinary is not None and b"_:" not in ordinary:
        return _RenderedSelection(document, ordinary, contexts)
    try:
        return _WalkedSelection(document, trace(document, contexts.compiler), new_label)
    except BeyondCompiledError:
        return _GeneralSelection(document, contexts, new_label)


def select_document(document: Mapping[str, Any], pointers: Sequence[str]) -> dict[str, Any]:
    """Choose parts of a document.

    Array positions close up, so pointers into the result can differ from pointers into the document.

    Raises:
        DataModelError: a pointer that names nothing, or too many pointers.
    """
    value: dict[str, Any] = _chosen(document, pointers).value()
    return value


def parse_pointer(pointer: str) -> tuple[str, ...]:
    """Split a JSON Pointer into its keys.

    Raises:
        DataModelError: not a JSON Pointer.

    Source: RFC 6901.
    """
    if pointer and not pointer.startswith("/"):
        raise DataModelError("a JSON Pointer begins with a slash")
    keys = pointer.split("/")[1:]
    for key in keys:
        rest = key.replace("~0", "").replace("~1", "")
        if "~" in rest:
            raise DataModelError("a JSON Pointer has a stray tilde")
    return tuple(key.replace("~1", "/").replace("~0", "~") for key in keys)


class _RenderedSelection:
    """Lines without blank nodes, which say the same in a part as in the whole."""

    def __init__(self, document: Mapping[str, Any], canonical: bytes, contexts: Contexts) -> None:
        self._document = document
        self._contexts = contexts
        self.lines = canonical.splitlines(keepends=True)
        self._lines = frozenset(self.lines)

    def select(self, pointers: Sequence[str]) -> frozenset[bytes]:
        if not pointers:
            return frozenset()
        part = canonize(select_document(self._document, pointers), contexts=self._contexts)
        chosen = frozenset(part.splitlines(keepends=True))
        if not chosen <= self._lines:
            raise DataModelError("a JSON Pointer names part of a single value")
        return chosen


class _LabelledLines:
    """The lines of quads, under the new labels of their blank nodes."""

    def __init__(self, quads: Collection[Quad], new_label: NewLabel) -> None:
        labels = {node: new_label(canonical) for node, canonical in blank_labels(quads).items()}
        self._line_of = {quad: line(relabel(quad, labels)).encode("utf-8") for quad in quads}
        self.lines = sorted(self._line_of.values())

    def of(self, quads: Iterable[Quad]) -> frozenset[bytes]:
        return frozenset(self._line_of[quad] for quad in quads)


class _WalkedSelection:
    """Quads that know their places."""

    def __init__(self, document: Mapping[str, Any], places: Places, new_label: NewLabel) -> None:
        self._document = document
        self._labelled = _LabelledLines(frozenset(map(itemgetter(0), places)), new_label)
        # By the place above and the place itself: whatever covers the one above covers all below it.
        self._quads_at: defaultdict[str, dict[str, list[Quad]]] = defaultdict(dict)
        for quad, place in places:
            above = place.rpartition("/")[0]
            if quad[1] == RDF_TYPE:
                # A type comes along with its node.
                place, above = above, above.rpartition("/")[0]
            below = self._quads_at[above]
            if place in below:
                below[place].append(quad)
            else:
                below[place] = [quad]

    @property
    def lines(self) -> Sequence[bytes]:
        return self._labelled.lines

    def select(self, pointers: Sequence[str]) -> frozenset[bytes]:
        _chosen(self._document, pointers)
        whole = frozenset(pointers)
        on_the_way = frozenset(ancestor for pointer in pointers for ancestor in _ancestors(pointer))
        chosen = {quad for place in whole for quad in self._at(place)}
        for place in on_the_way:
            quads = self._at(place)
            if any(quad[2].startswith('"') for quad in quads):
                raise DataModelError("a JSON Pointer names part of a single value")
            chosen.update(quads)
        below = tuple(f"{place}/" for place in whole)
        for above, places in self._quads_at.items():
            if f"{above}/".startswith(below):
                chosen.update(chain.from_iterable(places.values()))
        return self._labelled.of(chosen)

    def _at(self, place: str) -> Sequence[Quad]:
        return self._quads_at.get(place.rpartition("/")[0], {}).get(place, ())


class _GeneralSelection:
    """Quads of a document in which every node was given an id, which is taken out again."""

    def __init__(self, document: Mapping[str, Any], contexts: Contexts, new_label: NewLabel) -> None:
        self._contexts = contexts
        self._named: dict[str, Any] = _with_ids(document, _stand_ins())
        self._quads = self._quads_of(self._named)
        # Some objects are not nodes, such as JSON literals; an id inside them changes what they say.
        if canonicalize(self._quads) != canonicalize(general_quads(document, contexts)):
            raise DataModelError("the parts of the document cannot be told apart")
        self._labelled = _LabelledLines(self._quads, new_label)

    @property
    def lines(self) -> Sequence[bytes]:
        return self._labelled.lines

    def select(self, pointers: Sequence[str]) -> frozenset[bytes]:
        if not pointers:
            return frozenset()
        quads = self._quads_of(select_document(self._named, pointers))
        if not quads <= self._quads:
            raise DataModelError("a JSON Pointer names part of a single value")
        return self._labelled.of(quads)

    def _quads_of(self, named: Mapping[str, Any]) -> frozenset[Quad]:
        quads = general_quads(named, self._contexts)
        if any(term.startswith("_:") for quad in quads for term in quad):
            raise DataModelError("the parts of the document cannot be told apart")
        return frozenset((_blank(quad[0]), quad[1], _blank(quad[2]), _blank(quad[3])) for quad in quads)


def _ancestors(pointer: str) -> Iterator[str]:
    """The places above one, from the nearest to the root."""
    while pointer:
        pointer = pointer.rpartition("/")[0]
        yield pointer


def _stand_ins() -> Iterator[str]:
    number = 0
    while True:
        yield f"{_STAND_IN}{number}"
        number += 1


def _with_ids(value: Any, stand_ins: Iterator[str]) -> Any:
    if isinstance(value, list):
        return [_with_ids(item, stand_ins) for item in value]
    if not isinstance(value, Mapping) or "@value" in value:
        return value
    named = {key: item if key == "@context" else _with_ids(item, stand_ins) for key, item in value.items()}
    return named if "id" in value or "@id" in value else {**named, "@id": next(stand_ins)}


def _blank(term: str) -> str:
    return f"_:b{term[len(_STAND_IN) + 1 : -1]}" if term.startswith(f"<{_STAND_IN}") else term


def _chosen(document: Mapping[str, Any], pointers: Sequence[str]) -> _Chosen:
    if len(pointers) > MAX_POINTERS:
        raise DataModelError(f"more than {MAX_POINTERS} JSON Pointers")
    chosen = _Chosen(document)
    for pointer in pointers:
        chosen.add(parse_pointer(pointer), pointer)
    return chosen


class _Chosen:
    """The chosen part of one value; arrays stay sparse until they are read out."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._whole = False
        self._parts: dict[str | int, _Chosen] = {}

    def add(self, keys: tuple[str, ...], pointer: str) -> None:
        if not keys:
            self._whole = True
            return
        key = self._key(keys[0], pointer)
        if key not in self._parts:
            self._parts[key] = _Chosen(self._source[key])
        self._parts[key].add(keys[1:], pointer)

    def _key(self, key: str, pointer: str) -> str | int:
        if isinstance(self._source, dict) and key in self._source:
            return key
        if isinstance(self._source, list) and _POSITION.fullmatch(key) and int(key) < len(self._source):
            return int(key)
        raise DataModelError(f"the JSON Pointer {pointer!r} names nothing in the document")

    def value(self) -> Any:
        if self._whole or not isinstance(self._source, dict | list):
            return self._source
        if isinstance(self._source, list):
            return [self._parts[position].value() for position in sorted(self._parts, key=int)]
        return {
            key: value if key in _ALWAYS_KEPT else self._parts[key].value()
            for key, value in self._source.items()
            if key in _ALWAYS_KEPT or key in self._parts
        }
