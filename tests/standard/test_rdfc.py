from __future__ import annotations

import json
import random
import time
from itertools import permutations

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard.errors import DataModelError
from standard.jsonld.rdfc import MAX_BLANK_NODES, HashName, Quad, canonicalize, literal
from tests.standard.vectors import vectors

STRING = "http://www.w3.org/2001/XMLSchema#string"


def _term(term: object) -> str:
    if isinstance(term, pyoxigraph.DefaultGraph):
        return ""
    if isinstance(term, pyoxigraph.Literal):
        if term.language:
            return literal(term.value, language=term.language)
        return literal(term.value, datatype=None if term.datatype.value == STRING else term.datatype.value)
    return str(term)


def _quads(data: bytes) -> list[Quad]:
    parsed = pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.N_QUADS)
    return [
        Quad(_term(quad.subject), _term(quad.predicate), _term(quad.object), _term(quad.graph_name))
        for quad in parsed
    ]


def test_the_canonicalization_tests_of_the_w3c_pass() -> None:
    folder = vectors("rdf-canon") / "tests"
    manifest = json.loads((folder / "manifest.jsonld").read_text(encoding="utf-8"))
    failed, count = [], 0
    for entry in manifest["entries"]:
        quads = _quads((folder / entry["action"]).read_bytes())
        hash_name: HashName = "sha384" if entry.get("hashAlgorithm") == "SHA384" else "sha256"
        if entry["type"] == "rdfc:RDFC10NegativeEvalTest":
            with pytest.raises(DataModelError):
                canonicalize(quads, hash_name=hash_name)
        elif entry["type"] == "rdfc:RDFC10EvalTest":
            count += 1
            expected = (folder / entry["result"]).read_text(encoding="utf-8")
            if canonicalize(quads, hash_name=hash_name) != expected:
                failed.append(entry["id"])
    assert failed == []
    assert count == 64


_nodes = st.sampled_from(["_:a", "_:b", "_:c", "_:d", "<urn:x>"])
_predicates = st.sampled_from(["<urn:p>", "<urn:q>"])
_graphs = st.sampled_from(["", "_:a", "_:g"])
_dataset = st.lists(st.builds(Quad, _nodes, _predicates, _nodes, _graphs), max_size=8)


@given(_dataset, st.randoms(use_true_random=False))
def test_names_and_order_of_the_input_do_not_matter(quads: list[Quad], chance: random.Random) -> None:
    names = ["_:a", "_:b", "_:c", "_:d", "_:g"]
    renamed = dict(zip(names, chance.sample(names, len(names)), strict=True))
    other = [Quad(*(renamed.get(term, term) for term in quad)) for quad in quads]
    chance.shuffle(other)
    assert canonicalize(other) == canonicalize(quads)


@given(_dataset)
def test_another_implementation_gives_the_same_result(quads: list[Quad]) -> None:
    lines = "".join(" ".join(term for term in quad if term) + " .\n" for quad in quads)
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(lines.encode(), format=pyoxigraph.RdfFormat.N_QUADS))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    assert canonicalize(quads) == "".join(sorted(f"{quad} .\n" for quad in dataset))


@pytest.mark.parametrize("size", [10, 60])
def test_nodes_that_all_look_alike_are_refused_within_a_second(size: int) -> None:
    clique = [Quad(f"_:{a}", "<urn:p>", f"_:{b}", "") for a, b in permutations(range(size), 2)]
    ring = [Quad(f"_:{node}", "<urn:p>", f"_:{(node + 1) % 500}", "") for node in range(500)]
    for poison in (clique, ring):
        started = time.process_time()
        with pytest.raises(DataModelError):
            canonicalize(poison)
        assert time.process_time() - started < 1


def test_a_crowd_of_nodes_without_id_is_refused() -> None:
    crowd = [Quad(f"_:{node}", "<urn:p>", f'"{node}"', "") for node in range(MAX_BLANK_NODES + 1)]
    with pytest.raises(DataModelError):
        canonicalize(crowd)


def test_quads_are_sorted_by_code_point() -> None:
    quads = [Quad("<urn:x>", "<urn:p>", literal(text), "") for text in ("\U0001f44d", "\uffee", "é", "z")]
    assert [line.split('"')[1] for line in canonicalize(quads).splitlines()] == [
        "z",
        "é",
        "\uffee",
        "\U0001f44d",
    ]


def test_control_characters_are_escaped() -> None:
    assert literal('\b\t\n\f\r"\\\x01\x7f\x80é') == '"\\b\\t\\n\\f\\r\\"\\\\\\u0001\\u007F\x80é"'
