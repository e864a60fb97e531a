"""The compiled schemas against the general validator, over good documents and every small change."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standard import schemas
from standard.model import Statement
from standard.schemas.acceptance import compile_schema
from standard.schemas.general import validator
from tests.standard.mutations import mutations
from tests.standard.statements import RATING_HISTORY, WORK_HISTORY, statements
from tests.standard.test_walker import credential

_TYPES = (
    "WorkHistoryCredential",
    "RatingCredential",
    "KlusCVPresentation",
    "TrustListCredential",
    "KlusCVArchive",
)


def _both(document: dict[str, Any]) -> list[tuple[bool, bool]]:
    return [
        (
            schemas._acceptance(name, in_part)(document),
            validator(schemas._schema(name, in_part), schemas._FORMATS).is_valid(document),
        )
        for name in _TYPES
        for in_part in (False, True)
    ]


@settings(max_examples=100, deadline=None)
@given(statements)
def test_good_documents_need_no_second_opinion(statement: Statement) -> None:
    assert (True, True) in _both({**credential(statement), "proof": {"type": "DataIntegrityProof"}})


@pytest.mark.slow
@pytest.mark.parametrize("statement", [WORK_HISTORY, RATING_HISTORY])
def test_nothing_is_accepted_that_the_general_validator_refuses(statement: Statement) -> None:
    document = {**credential(statement), "proof": {"type": "DataIntegrityProof"}}
    for what, changed in mutations(document):
        assert (True, False) not in _both(changed), what


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None)
@given(_JSON)
def test_no_value_is_accepted_in_place_of_another(value: Any) -> None:
    document = {**credential(WORK_HISTORY), "proof": {"type": "DataIntegrityProof"}}
    for key in document:
        assert (True, False) not in _both({**document, key: value})


@pytest.mark.parametrize("schema", [{"maxLength": 7}, {"format": "email"}, {"type": "number"}, {"not": {}}])
def test_what_is_not_compiled_is_left_to_the_general_validator(schema: dict[str, Any]) -> None:
    assert not compile_schema(schema, {})("text")


def test_true_is_not_one_and_a_definition_may_hold_itself() -> None:
    assert not compile_schema({"const": 1}, {})(True)
    tree = compile_schema(
        {
            "$ref": "#/$defs/tree",
            "$defs": {"tree": {"type": "array", "items": {"$ref": "#/$defs/tree"}}},
        },
        {},
    )
    assert tree([[], [[]]])
    assert not tree([[1]])
