from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard import base58btc
from standard.errors import UnreadableError


@given(st.binary(max_size=60))
def test_what_is_encoded_is_decoded(data: bytes) -> None:
    assert base58btc.decode(base58btc.encode(data), max_characters=100) == data


@given(st.text(max_size=40).map(lambda text: "z" + text))
def test_only_one_text_stands_for_each_sequence_of_bytes(text: str) -> None:
    try:
        data = base58btc.decode(text, max_characters=100)
    except UnreadableError:
        return
    assert base58btc.encode(data) == text


@pytest.mark.parametrize("text", ["", "m2g", "2g", "z2g ", "z2g\n", "z0", "zO", "zI", "zl", "z" + "2" * 100])
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        base58btc.decode(text, max_characters=100)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Hello World!", "z2NEpo7TZRRrLZSi2U"),
        (
            b"The quick brown fox jumps over the lazy dog.",
            "zUSm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
        ),
        (bytes.fromhex("0000287fb4cd"), "z11233QC4"),
        (b"", "z"),
        (bytes(3), "z111"),
    ],
)
def test_the_examples_of_the_draft_are_written_and_read(data: bytes, text: str) -> None:
    """From draft-msporny-base58-03, "Test Vectors", and zeros alone."""
    assert base58btc.encode(data) == text
    assert base58btc.decode(text, max_characters=100) == data
