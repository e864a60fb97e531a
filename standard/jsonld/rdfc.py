"""RDF Dataset Canonicalization (RDFC-1.0), complete, with a budget of work.

Blank nodes get labels that depend only on the shape of the graph. For most graphs that is one round
of hashing; for a few ("poison") graphs it is exponential, so every step is paid from a budget.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from typing import Literal

from standard.errors import DataModelError
from standard.jsonld.nquads import Quad, line, lines

HashName = Literal["sha256", "sha384"]

MAX_BLANK_NODES = 2_000
MAX_DEPTH = 100
WORK_BUDGET = 12_000
"""Enough for every computable graph of the W3C test suite; some 30 ms of work."""


class CanonicalizationBudgetError(DataModelError):
    """Labelling the blank nodes would cost more than the budget: a poison graph."""

    code = "canonicalization-budget"


def canonicalize(
    quads: Iterable[Quad],
    *,
    hash_name: HashName = "sha256",
    budget: int = WORK_BUDGET,
) -> tuple[str, ...]:
    """Return the canonical N-Quads lines in order, each with its newline.

    Args:
        quads: any labels for blank nodes; duplicates are ignored.
        hash_name: the hash of the algorithm; `sha384` goes with P-384 keys.
        budget: how many paths may be tried before giving up.

    Raises:
        CanonicalizationBudgetError: too many blank nodes, or the budget is spent.

    Source: RDF Dataset Canonicalization, "Canonicalization Algorithm".
    """
    dataset = list(quads)
    labels = blank_labels(dataset, hash_name=hash_name, budget=budget)
    labelled = lines(relabel(quad, labels) for quad in dataset) if labels else lines(dataset)
    ordered = sorted(labelled)
    # Equal quads are rare, and looking for them costs less than taking them out.
    return tuple(ordered if len(set(ordered)) == len(ordered) else dict.fromkeys(ordered))


def blank_labels(
    quads: Iterable[Quad], *, hash_name: HashName = "sha256", budget: int = WORK_BUDGET
) -> Mapping[str, str]:
    """Return the canonical label of each blank node, such as `{"_:x": "_:c14n0"}`.

    Raises:
        CanonicalizationBudgetError: too many blank nodes, or the budget is spent.
    """
    # Most quads of a credential mention no blank node, and play no part in this.
    mentioning = frozenset(
        [quad for quad in quads if quad[0][0] == "_" or quad[2][0] == "_" or quad[3][:1] == "_"]
    )
    if not mentioning:
        return {}
    return _Canonicalization(mentioning, hash_name, budget).labels()


def relabel(quad: Quad, labels: Mapping[str, str]) -> Quad:
    """Give a quad's blank nodes other labels; terms without one stay."""
    subject, predicate, object_, graph = quad
    return (labels.get(subject, subject), predicate, labels.get(object_, object_), labels.get(graph, graph))


class _Issuer:
    """Hands out labels in the order in which nodes are first seen ("Identifier Issuer")."""

    __slots__ = ("issued", "prefix")

    def __init__(self, prefix: str, issued: dict[str, str] | None = None) -> None:
        self.prefix = prefix
        self.issued = {} if issued is None else issued

    def label(self, node: str) -> str:
        label = self.issued.get(node)
        if label is None:
            label = self.issued[node] = f"{self.prefix}{len(self.issued)}"
        return label

    def copy(self) -> _Issuer:
        return _Issuer(self.prefix, dict(self.issued))


class _Canonicalization:
    """One run: the state of the algorithm ("Canonicalization State")."""

    def __init__(self, dataset: frozenset[Quad], hash_name: HashName, budget: int) -> None:
        self._hash: Callable[[bytes], hashlib._Hash] = getattr(hashlib, hash_name)
        self._budget = budget
        self._quads_of: dict[str, list[Quad]] = {}
        # In order, so that one document always costs the same.
        for quad in sorted(dataset):
            for node in {quad[0], quad[2], quad[3]}:
                if node.startswith("_:"):
                    self._quads_of.setdefault(node, []).append(quad)
        if len(self._quads_of) > MAX_BLANK_NODES:
            raise CanonicalizationBudgetError(f"more than {MAX_BLANK_NODES} blank nodes")
        self._first_degree: dict[str, str] = {}
        self._canonical = _Issuer("_:c14n")

    def labels(self) -> Mapping[str, str]:
        """Run steps 3 to 5 of the algorithm; step numbers are the specification's."""
        if len(self._quads_of) == 1:
            # Whatever its hash, it comes first.
            return {node: self._canonical.label(node) for node in self._quads_of}
        # 3: hash every blank node by its own quads.
        nodes_by_hash: dict[str, list[str]] = {}
        for node in self._quads_of:
            nodes_by_hash.setdefault(self._hash_first_degree(node), []).append(node)
        # 4: a hash that only one node has decides its label.
        shared: list[list[str]] = []
        for _, nodes in sorted(nodes_by_hash.items()):
            if len(nodes) == 1:
                self._canonical.label(nodes[0])
            else:
                shared.append(nodes)
        # 5: nodes that share a hash are told apart by the paths to their neighbours.
        for nodes in shared:
            results = []
            for node in nodes:
                if node not in self._canonical.issued:
                    issuer = _Issuer("_:b")
                    issuer.label(node)
                    results.append(self._hash_n_degree(node, issuer, depth=0))
            for _, issuer in sorted(results, key=lambda result: result[0]):
                for node in issuer.issued:
                    self._canonical.label(node)
        return self._canonical.issued

    def _digest(self, text: str) -> str:
        return self._hash(text.encode()).hexdigest()

    def _hash_first_degree(self, node: str) -> str:
        """Hash a node's quads with itself as `_:a` and any other blank node as `_:z`.

        Equal lines are kept: only quads are a set ("Hash First Degree Quads").
        """
        known = self._first_degree.get(node)
        if known is None:
            lines = sorted(
                line((_mask(quad[0], node), quad[1], _mask(quad[2], node), _mask(quad[3], node)))
                for quad in self._quads_of[node]
            )
            known = self._first_degree[node] = self._digest("".join(lines))
        return known

    def _hash_related(self, related: str, quad: Quad, issuer: _Issuer, position: str) -> str:
        """Hash a neighbour by its place in a quad ("Hash Related Blank Node")."""
        if related in self._canonical.issued:
            name = self._canonical.issued[related]
        elif related in issuer.issued:
            name = issuer.issued[related]
        else:
            name = self._hash_first_degree(related)
        return self._digest(f"{position}{'' if position == 'g' else quad[1]}{name}")

    def _hash_n_degree(self, node: str, issuer: _Issuer, depth: int) -> tuple[str, _Issuer]:
        """Hash a node by the paths to its neighbours ("Hash N-Degree Quads")."""
        self._spend()
        if depth > MAX_DEPTH:
            raise CanonicalizationBudgetError(f"more than {MAX_DEPTH} blank nodes hang together")
        related_by_hash: dict[str, list[str]] = {}
        for quad in self._quads_of[node]:
            for related, position in _neighbours(quad, node):
                key = self._hash_related(related, quad, issuer, position)
                related_by_hash.setdefault(key, []).append(related)
        data: list[str] = []
        for related_hash, related_nodes in sorted(related_by_hash.items()):
            chosen_path, issuer = self._shortest_path(related_nodes, issuer, depth)
            data += (related_hash, chosen_path)
        return self._digest("".join(data)), issuer

    def _shortest_path(
        self, related_nodes: Sequence[str], issuer: _Issuer, depth: int
    ) -> tuple[str, _Issuer]:
        """Try the neighbours in every order; keep the path that sorts first (steps 5.4 and 5.5)."""
        chosen_path = ""
        chosen_issuer: _Issuer | None = None
        for order in _distinct_orders(related_nodes):
            self._spend()
            result = self._path(order, issuer.copy(), chosen_path, depth)
            if result is not None and (not chosen_path or result[0] < chosen_path):
                chosen_path, chosen_issuer = result
        if chosen_issuer is None:
            raise AssertionError("there is always a first permutation")
        return chosen_path, chosen_issuer

    def _path(
        self, order: Sequence[str], issuer: _Issuer, chosen_path: str, depth: int
    ) -> tuple[str, _Issuer] | None:
        """Write the path of one order, or None as soon as it cannot win (steps 5.4.1 to 5.4.6)."""
        path = ""
        recursion: list[str] = []
        for related in order:
            if related in self._canonical.issued:
                path += self._canonical.issued[related]
            else:
                if related not in issuer.issued:
                    recursion.append(related)
                path += issuer.label(related)
            if _cannot_win(path, chosen_path):
                return None
        for related in recursion:
            digest, deeper = self._hash_n_degree(related, issuer, depth + 1)
            path += f"{issuer.label(related)}<{digest}>"
            issuer = deeper
            if _cannot_win(path, chosen_path):
                return None
        return path, issuer

    def _spend(self) -> None:
        self._budget -= 1
        if self._budget < 0:
            raise CanonicalizationBudgetError("labelling the blank nodes costs more than the budget")


def _distinct_orders(nodes: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every order of the nodes, once.

    A graph's name is the neighbour of a node in each of its quads there: equal neighbours would be
    permuted among themselves, factorially and for nothing.
    """
    counts = Counter(nodes)
    if len(counts) == 1 or len(counts) == len(nodes):
        yield from (tuple(nodes),) if len(counts) == 1 else permutations(nodes)
        return
    for node in counts:
        rest = list(nodes)
        rest.remove(node)
        for order in _distinct_orders(rest):
            yield (node, *order)


def _mask(term: str, node: str) -> str:
    if not term.startswith("_:"):
        return term
    return "_:a" if term == node else "_:z"


def _neighbours(quad: Quad, node: str) -> Iterator[tuple[str, str]]:
    for term, position in ((quad[0], "s"), (quad[2], "o"), (quad[3], "g")):
        if term.startswith("_:") and term != node:
            yield term, position


def _cannot_win(path: str, chosen_path: str) -> bool:
    return bool(chosen_path) and len(path) >= len(chosen_path) and path > chosen_path
