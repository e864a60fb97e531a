"""The canonical JSON text, against the vectors of its author and a library that follows the whole RFC."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from standard.errors import DataModelError
from standard.jcs import canonize_json
from tests.standard.vectors import files_of, vectors

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
_TRAPS = st.sampled_from(["urn:5e", '":1.5', "😀", "\x7f\u2028", ",1.5", "null"])
_SCALARS = st.none() | st.booleans() | _NUMBERS | _TEXTS | _TRAPS
_KEYS = _TEXTS | st.sampled_from(["\ue000", "😀", "\r"])
_JSON = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4)
)


@settings(deadline=None)
@given(st.dictionaries(_KEYS, _JSON, max_size=4))
def test_the_quick_way_writes_what_the_rfc_says(document: dict[str, Any]) -> None:
    assert canonize_json(document) == rfc8785.dumps(document)


NAMES = ("arrays", "french", "structures", "unicode", "values", "weird")


def test_no_file_of_the_author_is_passed_over() -> None:
    folder = vectors("jcs") / "testdata"
    kinds = {"input": "json", "output": "json", "outhex": "txt"}
    known = {folder / kind / f"{name}.{ending}" for kind, ending in kinds.items() for name in NAMES}
    assert set(files_of("jcs")) == known | {folder / "README.md"}


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_the_author_come_out_byte_for_byte(name: str) -> None:
    folder = vectors("jcs") / "testdata"
    source = json.loads((folder / "input" / f"{name}.json").read_text(encoding="utf-8"))
    expected = json.loads((folder / "output" / f"{name}.json").read_text(encoding="utf-8"))
    raw = (folder / "output" / f"{name}.json").read_bytes()
    if isinstance(source, dict):
        assert canonize_json(source) == raw.rstrip(b"\n")
    assert canonize_json({"": source}) == b'{"":' + raw.rstrip(b"\n") + b"}"
    assert canonize_json({"": expected}) == canonize_json({"": source})
    assert raw.rstrip(b"\n") == bytes.fromhex((folder / "outhex" / f"{name}.txt").read_text())


@pytest.mark.parametrize(
    "value",
    [float("nan"), -float("inf"), [0, float("nan")], 2**53, -(2**60), "\ud800", {1, 2}, object(), b"bytes"],
)
def test_what_json_cannot_say_in_one_way_is_refused(value: Any) -> None:
    with pytest.raises(DataModelError):
        canonize_json({"x": value})


def test_nesting_without_end_is_refused() -> None:
    document: dict[str, Any] = {}
    document["self"] = document
    with pytest.raises(DataModelError):
        canonize_json(document)
