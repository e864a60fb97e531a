"""RDFC-1.0 against the W3C tests, and its budget against graphs made to be slow."""

import csv
import json
import os
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard.errors import DataModelError
from standard.jsonld import nquads, rdfc
from tests.standard.vectors import PROJECT

TESTS = Path(os.environ.get("KLUSCV_SHARED") or PROJECT.parent / "shared") / "vectors/rdf-canon/tests"


def _manifest() -> list[dict[str, str]]:
    manifest = TESTS / "manifest.csv"
    if not manifest.exists():
        return []
    with manifest.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _hash_name(entry: dict[str, str]) -> rdfc.HashName:
    return "sha384" if entry["hashAlgorithm"] == "SHA384" else "sha256"


def _read(name: str) -> str:
    return (TESTS / "rdfc10" / name).read_text(encoding="utf-8")


needs_vectors = pytest.mark.skipif(not _manifest(), reason=f"no RDF canonicalization tests at {TESTS}")


def _files_of_entry(entry: dict[str, str]) -> set[str]:
    endings = ["-in.nq"]
    endings += ["-rdfc10.nq"] if entry["rdfc10"] == "TRUE" else []
    endings += ["-rdfc10map.json"] if entry["rdfc10map"] == "TRUE" else []
    return {f"{entry['test']}{ending}" for ending in endings}


@needs_vectors
def test_no_test_of_the_manifest_and_no_file_is_passed_over() -> None:
    entries = _manifest()
    theirs = json.loads((TESTS / "manifest.jsonld").read_text(encoding="utf-8"))["entries"]
    ours = sum((entry["rdfc10map"] == "TRUE") + 1 for entry in entries)
    assert len(theirs) == ours and len(entries) == 65
    used = set().union(*(_files_of_entry(entry) for entry in entries))
    assert {path.name for path in (TESTS / "rdfc10").iterdir()} == used
    described = {
        "LICENCE.md", "README.md", "manifest.csv", "manifest.jsonld", "manifest.ttl", "vocab.jsonld",
        "vocab.ttl", "vocab_context.jsonld",
    }  # fmt: skip
    assert {path.name for path in TESTS.iterdir() if path.is_file()} == described


@needs_vectors
@pytest.mark.parametrize("entry", _manifest(), ids=lambda entry: entry["test"])
def test_w3c_evaluation(entry: dict[str, str]) -> None:
    quads = nquads.parse(_read(f"{entry['test']}-in.nq"))
    if entry["rdfc10"] != "TRUE":
        with pytest.raises(rdfc.CanonicalizationBudgetError):
            rdfc.canonicalize(quads, hash_name=_hash_name(entry))
        return
    expected = _read(f"{entry['test']}-rdfc10.nq")
    assert "".join(rdfc.canonicalize(quads, hash_name=_hash_name(entry))) == expected


@needs_vectors
@pytest.mark.parametrize(
    "entry", [entry for entry in _manifest() if entry["rdfc10map"] == "TRUE"], ids=lambda entry: entry["test"]
)
def test_w3c_label_map(entry: dict[str, str]) -> None:
    labels = rdfc.blank_labels(nquads.parse(_read(f"{entry['test']}-in.nq")), hash_name=_hash_name(entry))
    expected = json.loads(_read(f"{entry['test']}-rdfc10map.json"))
    assert {node[2:]: label[2:] for node, label in labels.items()} == expected


@pytest.mark.parametrize("size", range(8, 15))
def test_a_clique_of_blank_nodes_ends_in_a_clear_error(size: int) -> None:
    clique = [(f"_:n{a}", "<urn:p>", f"_:n{b}", "") for a in range(size) for b in range(size) if a != b]
    with pytest.raises(rdfc.CanonicalizationBudgetError):
        rdfc.canonicalize(clique)


def test_a_long_ring_of_blank_nodes_ends_in_a_clear_error() -> None:
    ring = [(f"_:n{node}", "<urn:p>", f"_:n{(node + 1) % 500}", "") for node in range(500)]
    with pytest.raises(rdfc.CanonicalizationBudgetError):
        rdfc.canonicalize(ring)


def test_too_many_blank_nodes_are_refused_before_any_work() -> None:
    quads = [(f"_:n{n}", "<urn:p>", '"x"', "") for n in range(rdfc.MAX_BLANK_NODES + 1)]
    with pytest.raises(rdfc.CanonicalizationBudgetError):
        rdfc.canonicalize(quads)


_NODES = st.sampled_from(["_:a", "_:b", "_:c", "_:d", "<urn:x>"])
_QUADS = st.sets(
    st.tuples(
        _NODES,
        st.sampled_from(["<urn:p>", "<urn:q>"]),
        st.one_of(_NODES, st.text(max_size=4).map(nquads.literal)),
        st.sampled_from(["", "_:g", "<urn:g>"]),
    ),
    max_size=8,
)


@given(_QUADS, st.permutations(["_:a", "_:b", "_:c", "_:d", "_:g"]))
def test_labels_do_not_depend_on_the_labels_given(quads: set[nquads.Quad], names: list[str]) -> None:
    renamed = dict(
        zip(["_:a", "_:b", "_:c", "_:d", "_:g"], (f"_:r{name[2:]}" for name in names), strict=True)
    )
    other = {tuple(renamed.get(term, term) for term in quad) for quad in quads}
    assert rdfc.canonicalize(quads) == rdfc.canonicalize(other)


@given(_QUADS)
def test_canonical_lines_read_back_to_the_same_lines(quads: set[nquads.Quad]) -> None:
    lines = rdfc.canonicalize(quads)
    assert rdfc.canonicalize(nquads.parse("".join(lines))) == lines


@given(st.text(max_size=80))
def test_reading_nquads_raises_only_its_own_error(text: str) -> None:
    try:
        nquads.parse(text)
    except DataModelError:
        return


@given(_QUADS)
def test_another_implementation_gives_the_same_lines(quads: set[nquads.Quad]) -> None:
    written = "".join(nquads.line(quad) for quad in quads)
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(written, format=pyoxigraph.RdfFormat.N_QUADS))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    theirs = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS) or b""
    assert list(rdfc.canonicalize(quads)) == sorted(
        f"{line}\n" for line in theirs.decode().split("\n") if line
    )


def test_quads_are_sorted_by_code_point() -> None:
    texts = ("\U0001f44d", "\uffee", "é", "z")
    lines = rdfc.canonicalize([("<urn:x>", "<urn:p>", nquads.literal(text), "") for text in texts])
    assert [line.split('"')[1] for line in lines] == ["z", "é", "\uffee", "\U0001f44d"]


def test_control_characters_are_escaped() -> None:
    written = nquads.literal('\b\t\n\f\r"\\\x01\x7f\x80é')
    assert written == '"\\b\\t\\n\\f\\r\\"\\\\\\u0001\\u007F\x80é"'


def test_twins_in_graphs_of_their_own_cost_next_to_nothing() -> None:
    # As in a presentation of credentials that are alike: each graph's name is met in each of its quads.
    twins = [
        quad
        for graph in ("_:g0", "_:g1", "_:g2")
        for quad in [
            ("_:presentation", "<urn:credential>", graph, ""),
            *((f"{graph}n{n}", "<urn:p>", f'"{n}"', graph) for n in range(12)),
            *((f"{graph}n0", "<urn:q>", f"{graph}n{n}", graph) for n in range(1, 12)),
        ]
    ]
    assert len(rdfc.canonicalize(twins, budget=500)) == len(twins)
