from __future__ import annotations

import contextlib
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard.errors import JsonError
from standard.strict_json import MAX_DEPTH, loads, loads_each
from tests.standard.vectors import files_of

LIMIT = 1_000_000


def test_the_json_parsing_corpus_is_read_as_it_demands() -> None:
    wrong = []
    cases = files_of("json-parsing")
    assert len(cases) > 300 and {case.name[:2] for case in cases} == {"n_", "y_", "i_"}
    for case in cases:
        try:
            loads(case.read_bytes(), limit_bytes=LIMIT, floats=True)
            accepted = True
        except JsonError:
            accepted = False
        # Of the corpus's valid texts those with duplicate keys or with huge integers are ambiguous.
        if case.name.startswith("n_") and accepted:
            wrong.append(case.name)
        if case.name.startswith("y_") and not accepted and "duplicated_key" not in case.name:
            wrong.append(case.name)
    assert wrong == []


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_nothing_but_its_own_error_is_raised(data: bytes | str) -> None:
    with contextlib.suppress(JsonError):
        loads(data, limit_bytes=LIMIT, floats=True)


_values = st.recursive(
    st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


@given(_values, st.booleans())
def test_what_json_writes_is_read_back(value: object, ascii_only: bool) -> None:
    assert loads(json.dumps(value, ensure_ascii=ascii_only), limit_bytes=LIMIT) == value


@given(_values, st.sampled_from([(",", ":"), (", ", ": ")]))
def test_compact_texts_and_others_are_read_alike(value: object, separators: tuple[str, str]) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=separators)
    assert repr(loads(text, limit_bytes=LIMIT)) == repr(value)


_WRITTEN = """
    1 -0 1.5 -1e5 1E22 9007199254740991 9007199254740992 18446744073709551616 1e999 null true NaN
    "1.5" "a,e" ":.5" "\\ud800" "\\ud83d\\ude00" "\\/" "\\u0000"
"""
_written = st.recursive(
    st.sampled_from(_WRITTEN.split()),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: f"[{','.join(items)}]")
        | st.lists(st.tuples(st.sampled_from("abc"), inner), max_size=4).map(
            lambda pairs: "{" + ",".join(f'"{key}":{value}' for key, value in pairs) + "}"
        )
    ),
    max_leaves=8,
)


@given(_written, st.booleans())
def test_a_compact_text_is_judged_as_the_same_text_with_a_space_is(text: str, floats: bool) -> None:
    # A space in front is enough for the reader to take its slower way.
    def judged(text: str) -> object:
        try:
            return repr(loads(text, limit_bytes=LIMIT, floats=floats))
        except JsonError as error:
            return str(error).split(" at ")[0]

    assert judged(text) == judged(" " + text)


@given(st.lists(_written, max_size=4))
def test_texts_read_together_are_judged_as_each_is_alone(texts: list[str]) -> None:
    def judged(read: Callable[[], object]) -> object:
        try:
            return repr(read())
        except JsonError as error:
            return str(error)

    encoded = [text.encode() for text in texts]
    together = judged(lambda: loads_each(encoded, limit_bytes=LIMIT)[0])
    assert together == judged(lambda: [loads(text, limit_bytes=LIMIT) for text in encoded])


def test_the_depth_of_each_text_is_known_and_limited_on_every_way_of_reading() -> None:
    deep = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert loads_each([b"1", b'{"a":[1]}', b'[ "["]', deep], limit_bytes=LIMIT)[1] == [0, 2, 2, MAX_DEPTH]
    for text in (b"[" + deep + b"]", b"[ " + deep + b"]"):
        with pytest.raises(JsonError, match="deeper"):
            loads_each([b"1", text], limit_bytes=LIMIT)


def test_no_text_ends_inside_another() -> None:
    with pytest.raises(JsonError):
        loads_each([b'["a",["b"', b'"c"]]'], limit_bytes=LIMIT)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ('{"a": 1, "b": {"c": 2, "c": 3}}', "duplicate key 'c'"),
        ('{"a": 1, "\\u0061": 2}', "duplicate key 'a'"),
        ("[NaN]", "NaN"),
        ("[-Infinity]", "-Infinity"),
        ("[1.5]", "fraction"),
        ("[1e2]", "fraction"),
        ("[9007199254740992]", "2^53"),
        ("[" + "9" * 5000 + "]", "2^53"),
        ('{"a": ["\\ud800"]}', "lone surrogate at $.a[0]"),
        ('{"\\udc00": 1}', "lone surrogate at a key of $"),
        ('"\ud800"', "UTF-8"),
        ("\ufeff{}", "byte-order mark"),
        ('{"a" 1}', "line 1, column 6"),
        ("", "malformed"),
    ],
)
def test_ambiguous_json_is_refused_by_its_place(text: str, fact: str) -> None:
    with pytest.raises(JsonError) as caught:
        loads(text, limit_bytes=LIMIT)
    assert fact in str(caught.value)


def test_out_of_range_numbers_are_refused_where_floats_are_allowed() -> None:
    assert loads("[0.5]", limit_bytes=LIMIT, floats=True) == [0.5]
    with pytest.raises(JsonError):
        loads("[1e400]", limit_bytes=LIMIT, floats=True)


@pytest.mark.parametrize("data", [b"\xff", b"\xef\xbb\xbf{}", "{}".encode("utf-16"), b'"\xed\xa0\x80"'])
def test_bytes_that_are_not_plain_utf8_are_refused(data: bytes) -> None:
    with pytest.raises(JsonError):
        loads(data, limit_bytes=LIMIT)


def test_the_limit_counts_bytes_not_characters() -> None:
    assert loads('"éé"', limit_bytes=6) == "éé"
    with pytest.raises(JsonError):
        loads('"éé"', limit_bytes=5)


def test_depth_is_limited_before_anything_recurses() -> None:
    assert loads("[" * MAX_DEPTH + "]" * MAX_DEPTH, limit_bytes=LIMIT)
    for opening in ("[", '{"a":'):
        with pytest.raises(JsonError, match="deeper"):
            loads(opening * 100_000, limit_bytes=LIMIT)


def test_brackets_inside_texts_do_not_count_as_depth() -> None:
    assert loads(json.dumps("[{" * 1000 + '\\"' + "[" * 1000), limit_bytes=LIMIT)


def test_an_unterminated_text_takes_linear_time() -> None:
    with pytest.raises(JsonError):
        loads('"' + '\\"' * 400_000, limit_bytes=LIMIT)
