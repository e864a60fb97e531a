import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard import base64url
from standard.errors import UnreadableError


@given(st.binary(max_size=100))
def test_what_is_encoded_is_decoded(data: bytes) -> None:
    assert base64url.decode(base64url.encode(data)) == data


@given(st.text(max_size=20) | st.text("AQgw0-_+/=~ \né", max_size=9))
def test_only_one_text_stands_for_each_sequence_of_bytes(text: str) -> None:
    try:
        data = base64url.decode(text)
    except UnreadableError:
        return
    assert base64url.encode(data) == text


@pytest.mark.parametrize("text", ["AA==", "AA=", "AB", "A", "A/A_", "A+A_", "AA A", "AAé", "AA\n"])
def test_padding_stray_bits_and_other_alphabets_are_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        base64url.decode(text)
