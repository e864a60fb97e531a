"""RDF Dataset Canonicalization 1.0 (RDFC-1.0), with a limit on the work it may cause.

A handful of blank nodes that all look alike can keep the algorithm busy for hours. Every step that can
repeat is counted, and a dataset that costs more than an honest one ever does is refused.

Terms are strings as N-Quads writes them: `<address>`, `_:label`, `"text"`, `"text"^^<datatype>`.

Source: RDF Dataset Canonicalization 1.0, "Canonicalization Algorithm" and the sections below it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from itertools import permutations
from typing import Literal, NamedTuple, TypeAlias

from standard.errors import DataModelError

HashName = Literal["sha256", "sha384"]

MAX_BLANK_NODES = 1_000
MAX_DEPTH = 100
MAX_WORK = 50_000

_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f]')


class Quad(NamedTuple):
    """One statement; `graph` is empty in the default graph."""

    subject: str
    predicate: str
    object: str
    graph: str


def canonicalize(quads: Iterable[Quad], *, hash_name: HashName = "sha256", max_work: int = MAX_WORK) -> str:
    """Write a dataset as sorted N-Quads, whatever its blank nodes were called.

    Raises:
        DataModelError: the dataset has too many blank nodes, or they are too much alike.
    """
    dataset = frozenset(quads)
    labels = _Canonicalization(dataset, hash_name, max_work).labels()
    return "".join(sorted(_line(quad, lambda node: labels[node]) for quad in dataset))


def literal(text: str, *, datatype: str | None = None, language: str | None = None) -> str:
    """Write a literal as canonical N-Quads does.

    Source: RDF 1.1 N-Quads, "A Canonical form of N-Quads", as amended by RDFC-1.0.
    """
    quoted = '"' + _ESCAPED.sub(lambda match: _escape(match[0]), text) + '"'
    if language is not None:
        return f"{quoted}@{language}"
    return quoted if datatype is None else f"{quoted}^^<{datatype}>"


def _escape(character: str) -> str:
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"


class _Labels:
    """An identifier issuer: names blank nodes in the order in which they are asked for."""

    def __init__(self, prefix: str, issued: dict[str, str] | None = None) -> None:
        self.prefix = prefix
        self.issued = dict(issued or {})

    def issue(self, node: str) -> str:
        return self.issued.setdefault(node, f"{self.prefix}{len(self.issued)}")

    def copy(self) -> _Labels:
        return _Labels(self.prefix, self.issued)


_HashedPath: TypeAlias = tuple[str, _Labels]


class _Canonicalization:
    """The state of one run."""

    def __init__(self, dataset: frozenset[Quad], hash_name: HashName, max_work: int) -> None:
        self.hash_name = hash_name
        self.work_left = max_work
        self.canonical = _Labels("_:c14n")
        self.quads_of: dict[str, list[Quad]] = {}
        self.first_degree: dict[str, str] = {}
        for quad in dataset:
            for node in {term for term in quad if _is_blank(term)}:
                self.quads_of.setdefault(node, []).append(quad)
        if len(self.quads_of) > MAX_BLANK_NODES:
            raise DataModelError(f"more than {MAX_BLANK_NODES} nodes have no id")

    def labels(self) -> dict[str, str]:
        """Name every blank node."""
        alike: dict[str, list[str]] = {}
        for node in self.quads_of:
            self.first_degree[node] = self._hash_first_degree(node)
            alike.setdefault(self.first_degree[node], []).append(node)
        # Nodes that look unlike any other are named first; those that need a closer look after them.
        for _, nodes in sorted(alike.items()):
            if len(nodes) == 1:
                self.canonical.issue(nodes[0])
        for _, nodes in sorted(alike.items()):
            paths: list[_HashedPath] = []
            for node in nodes:
                if node not in self.canonical.issued:
                    temporary = _Labels("_:b")
                    temporary.issue(node)
                    paths.append(self._hash_n_degree(node, temporary, depth=0))
            for _, temporary in sorted(paths, key=lambda path: path[0]):
                for node in temporary.issued:
                    self.canonical.issue(node)
        return self.canonical.issued

    def _hash_first_degree(self, node: str) -> str:
        def masked(other: str) -> str:
            return "_:a" if other == node else "_:z"

        return self._hash("".join(sorted(_line(quad, masked) for quad in self.quads_of[node])))

    def _hash_n_degree(self, node: str, issuer: _Labels, depth: int) -> _HashedPath:
        if depth > MAX_DEPTH:
            raise DataModelError("too many nodes without an id hang together")
        data: list[str] = []
        for related_hash, nodes in sorted(self._related(node, issuer).items()):
            path, issuer = self._shortest_path(nodes, issuer, depth)
            data += [related_hash, path]
        return self._hash("".join(data)), issuer

    def _related(self, node: str, issuer: _Labels) -> dict[str, list[str]]:
        related: dict[str, list[str]] = {}
        for quad in self.quads_of[node]:
            for position, other in (("s", quad.subject), ("o", quad.object), ("g", quad.graph)):
                if _is_blank(other) and other != node:
                    digest = self._hash_related(other, quad, issuer, position)
                    related.setdefault(digest, []).append(other)
        return related

    def _hash_related(self, node: str, quad: Quad, issuer: _Labels, position: str) -> str:
        self._spend()
        label = self.canonical.issued.get(node) or issuer.issued.get(node) or self.first_degree[node]
        predicate = "" if position == "g" else quad.predicate
        return self._hash(f"{position}{predicate}{label}")

    def _shortest_path(self, nodes: list[str], issuer: _Labels, depth: int) -> _HashedPath:
        """Try the nodes in every order; of all paths, the least one wins."""
        chosen: _HashedPath | None = None
        for order in permutations(nodes):
            self._spend()
            found = self._path(order, issuer.copy(), chosen[0] if chosen else None, depth)
            if found is not None and (chosen is None or found[0] < chosen[0]):
                chosen = found
        if chosen is None:
            raise AssertionError("the first order always gives a path")
        return chosen

    def _path(
        self, order: tuple[str, ...], issuer: _Labels, best: str | None, depth: int
    ) -> _HashedPath | None:
        """The path through nodes in one order, or None once it cannot beat the best."""
        path, unnamed = "", []
        for node in order:
            self._spend()
            if node in self.canonical.issued:
                path += self.canonical.issued[node]
            else:
                if node not in issuer.issued:
                    unnamed.append(node)
                path += issuer.issue(node)
            if _is_beaten(path, best):
                return None
        for node in unnamed:
            digest, deeper = self._hash_n_degree(node, issuer, depth + 1)
            path += f"{issuer.issue(node)}<{digest}>"
            issuer = deeper
            if _is_beaten(path, best):
                return None
        return path, issuer

    def _hash(self, text: str) -> str:
        return hashlib.new(self.hash_name, text.encode("utf-8")).hexdigest()

    def _spend(self) -> None:
        self.work_left -= 1
        if self.work_left < 0:
            raise DataModelError("the nodes without an id are too much alike")


def _is_beaten(path: str, best: str | None) -> bool:
    return best is not None and len(path) >= len(best) and path > best


def _is_blank(term: str) -> bool:
    return term.startswith("_:")


def _line(quad: Quad, label: Callable[[str], str]) -> str:
    terms = [label(term) if _is_blank(term) else term for term in quad if term]
    return " ".join(terms) + " .\n"
