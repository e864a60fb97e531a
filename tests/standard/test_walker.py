"""The compiled walk against the general processor, and the two against an RDF library of others."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standard.credentials import credential_document
from standard.errors import VocabularyError
from standard.jsonld import CREDENTIALS_V2, KLUSCV_V1, canonize, check_vocabulary
from standard.jsonld.compiled import BeyondCompiledError
from standard.jsonld.contexts import bundled
from standard.jsonld.general import general_quads
from standard.jsonld.rdfc import canonicalize
from standard.jsonld.rendering import render
from standard.jsonld.walker import trace
from standard.model import Did, Statement
from standard.status_list import StatusReference
from tests.standard.statements import RATING_HISTORY, WORK_HISTORY, new_id, statements

ISSUED = datetime(2026, 11, 22, tzinfo=UTC)


def credential(statement: Statement) -> dict[str, Any]:
    return credential_document(
        statement,
        issuer=Did("did:web:klusdag.example"),
        organisation_name='Klusdag "B.V."\t',
        subject=Did("did:key:zDnaegE6RR3atJtHKwTRTWHsJ3kNHqFwv7n9YjTgmU7TyfU76"),
        credential_id=new_id(),
        issued=ISSUED,
        status=StatusReference("https://klusdag.example/status/", 1, 94567),
        new_id=new_id,
    )


def both_ways(document: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    contexts = bundled()
    walked = canonicalize(quad for quad, _ in trace(document, contexts.compiler))
    rendered = render(document, contexts.compiler)
    if rendered is not None:
        assert rendered.decode("utf-8") == "".join(walked)
    return walked, canonicalize(general_quads(document, contexts))


@pytest.mark.slow
@settings(max_examples=1_500, deadline=None)
@given(statements)
def test_the_walk_gives_the_lines_of_the_general_processor(statement: Statement) -> None:
    walked, general = both_ways(credential(statement))
    assert walked == general


@settings(max_examples=100, deadline=None)
@given(st.lists(statements, min_size=1, max_size=3))
def test_presentations_walk_to_the_lines_of_the_general_processor(shown: list[Statement]) -> None:
    enveloped = {
        "@context": CREDENTIALS_V2,
        "id": "data:application/dc+sd-jwt,eyJhbGciOiJFUzI1NiJ9.e30.c2ln~WyJzYWx0Il0~",
        "type": "EnvelopedVerifiableCredential",
    }
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "ecdsa-rdfc-2019",
        "created": "2026-11-22T10:00:00Z",
        "verificationMethod": "did:key:zDna#zDna",
        "proofPurpose": "authentication",
        "proofValue": "z1",
    }
    document = {
        "@context": [CREDENTIALS_V2, KLUSCV_V1],
        "type": ["VerifiablePresentation", "KlusCVPresentation"],
        "holder": "did:key:zDna",
        "verifiableCredential": [*({**credential(each), "proof": proof} for each in shown), enveloped],
        "ownWords": {"id": new_id(), "type": "OwnWords", "ownText": "Ik werk graag.", "language": "nl"},
        "proof": proof,
    }
    walked, general = both_ways(document)
    assert walked == general


@pytest.mark.parametrize("statement", [WORK_HISTORY, RATING_HISTORY])
def test_an_rdf_library_canonicalises_to_the_same_lines(statement: Statement) -> None:
    walked, _ = both_ways(credential(statement))
    dataset = pyoxigraph.Dataset(pyoxigraph.parse("".join(walked), format=pyoxigraph.RdfFormat.N_QUADS))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    theirs = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS)
    assert theirs is not None
    assert sorted(theirs.decode().splitlines(keepends=True)) == list(walked)


def test_every_quad_knows_the_place_it_came_from() -> None:
    document = credential(WORK_HISTORY)
    places = trace(document, bundled().compiler)
    gigs = [place for quad, place in places if quad[2].startswith('"148"')]
    assert gigs == ["/credentialSubject/engagement/0/gigCount"]


def test_a_node_described_in_two_places_is_refused_by_its_place() -> None:
    document = credential(WORK_HISTORY)
    first, second = document["credentialSubject"]["engagement"]
    second["id"] = first["id"]
    with pytest.raises(VocabularyError, match=r"engagement\[1\]\.id is described in two"):
        check_vocabulary(document)


def test_a_type_that_reads_like_a_known_list_of_types_is_refused() -> None:
    document = credential(WORK_HISTORY)
    engagement = document["credentialSubject"]["engagement"][0]
    for types in (["Engagement"], "Engagement"):
        engagement["type"] = types
        check_vocabulary(document)
    strange: list[Any] = ["['Engagement']", "[['Engagement']]", [["Engagement"]], [{"Engagement": 1}], [None]]
    for types in strange:
        engagement["type"] = types
        with pytest.raises(VocabularyError, match="type"):
            check_vocabulary(document)


def test_a_key_cannot_pass_for_the_mark_of_a_list_of_types() -> None:
    document = credential(WORK_HISTORY)
    engagement = document["credentialSubject"]["engagement"][0]
    engagement["type"] = ["Engagement"]
    check_vocabulary(document)
    engagement["type"] = "['Engagement']"
    for key in ("", "None"):
        with pytest.raises(VocabularyError):
            document["credentialSubject"]["engagement"][0] = {**engagement, key: "x"}
            check_vocabulary(document)


def test_hostile_kinds_of_nodes_are_not_all_remembered() -> None:
    context = bundled().compiler.compile((CREDENTIALS_V2, KLUSCV_V1))
    subject_of = credential(WORK_HISTORY)["credentialSubject"]
    for count in range(1, 1000):
        order = random.Random(count).sample(sorted(subject_of), len(subject_of))  # noqa: S311
        subject = {key: subject_of[key] for key in order[: count % 9 + 1]}
        document: dict[str, Any] = {
            "@context": [CREDENTIALS_V2, KLUSCV_V1],
            "type": ["VerifiableCredential"] * count,
        }
        check_vocabulary({**document, "credentialSubject": {"id": "urn:x:y", **subject}})
    for known in (context.shapes, context.templates):
        assert len(known) <= 256
        assert all(len(repr(kind)) <= 1_000 for kind in known)


# Ids and texts of which one begins another, or that sort differently once they are between marks.
_IDS = st.sampled_from([f"urn:a{end}" for end in ("", "b", "-", "!", "~", "~b", "ä", "\U0001f600", "#>")])
_ADDRESSES = _IDS | st.sampled_from(
    ["", "urn:", "category:a", "a b:c", "a", "https://x.example/%20%s", "1:x"]
)
_TEXTS = st.sampled_from(["", "a", "ab", "a\x7f", 'a"', "a\n", "a\\", "%s", "%", "ä", "\u2028", "\U0001f600"])
_NUMBERS = st.sampled_from([0, -1, 2**53 - 1, 2**53, 1 - 2**53, -(2**53)]) | st.integers(-9, 9)
_SCALARS = _TEXTS | _NUMBERS | st.booleans() | _ADDRESSES


def _nodes(children: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "id": _IDS,
            "type": st.sampled_from(["Engagement", "RatingBin", ["Rating", "Review"], ["Rating", "Rating"]]),
            "category": _TEXTS,
            "gigCount": _NUMBERS,
            "occupation": _ADDRESSES,
            "firstDate": st.sampled_from(["2026-11-22", 'x"']),
            "dimension": st.lists(_TEXTS, max_size=3) | _SCALARS,
            "engagement": st.lists(children | _IDS, max_size=3),
            "period": children | _SCALARS,
            "evidence": st.lists(children, max_size=2),
        },
    )


_DOCUMENTS = _nodes(st.recursive(_nodes(st.nothing() | _SCALARS), _nodes, max_leaves=8))


@pytest.mark.slow
@settings(max_examples=1_500, deadline=None)
@given(_DOCUMENTS)
def test_what_is_rendered_at_once_is_what_the_walk_gives_and_nothing_else(members: dict[str, Any]) -> None:
    document = {"@context": [CREDENTIALS_V2, KLUSCV_V1], **members}
    contexts = bundled()
    rendered = render(document, contexts.compiler)
    try:
        walked = canonicalize(quad for quad, _ in trace(document, contexts.compiler))
    except (VocabularyError, BeyondCompiledError):
        assert rendered is None
        return
    assert rendered is None or rendered.decode("utf-8") == "".join(walked)
    assert walked == canonicalize(general_quads(document, contexts))


@given(statements)
def test_credentials_are_rendered_at_once(statement: Statement) -> None:
    assert render(credential(statement), bundled().compiler) is not None


def test_siblings_of_other_json_types_are_not_taken_for_each_other() -> None:
    document = credential(WORK_HISTORY)
    first, second = document["credentialSubject"]["engagement"]
    for name, value in (("gigCount", True), ("gigCount", "3"), ("category", 3), ("category", ["a", "b"])):
        second |= {**{key: first[key] for key in first if key != "id"}, name: value}
        walked, general = both_ways(document)
        assert walked == general
    wrong: list[tuple[str, Any]] = [("gigCount", 2**53), ("occupation", 3), ("category", None), ("id", [])]
    for name, value in wrong:
        second |= {**{key: first[key] for key in first if key != "id"}, name: value}
        with pytest.raises(VocabularyError, match=rf"engagement\[1\]\.{name} "):
            check_vocabulary(document)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@context", "@id", "@type", "@value", "id", "type", "issuer", "proof", "x"]),
            children,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["id", "type", "issuer", "evidence", "proof", "y"]), _JSON, max_size=4)
)
def test_whatever_the_document_only_a_vocabulary_error_is_raised(members: dict[str, Any]) -> None:
    try:
        canonize({"@context": [CREDENTIALS_V2, KLUSCV_V1], **members})
    except VocabularyError:
        return
