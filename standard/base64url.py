"""base64url without padding (RFC 4648, "Base 64 Encoding with URL and Filename Safe Alphabet").

Most decoders take two alphabets or ignore stray trailing bits, so that many texts decode to the same
bytes. Here exactly one text stands for each sequence of bytes.
"""

from __future__ import annotations

from typing import Final

import pybase64

from standard.errors import UnreadableError

_SIGNS: Final = b"-_"
# By the length beyond whole groups of four: the padding, and the last digits without stray bits.
_ENDINGS: Final = {
    0: ("", frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")),
    2: ("==", frozenset("AQgw")),
    3: ("=", frozenset("AEIMQUYcgkosw048")),
}


def encode(data: bytes) -> str:
    """Write bytes as base64url without padding."""
    return pybase64.b64encode_as_string(data, _SIGNS).rstrip("=")


def decode(text: str) -> bytes:
    """Read base64url without padding.

    Raises:
        UnreadableError: the text is not the one that `encode` writes for any bytes.
    """
    # The decoder takes the signs of the other alphabet too.
    if "+" in text or "/" in text:
        raise UnreadableError("not base64url")
    padding, last_digits = _ENDINGS.get(len(text) % 4, _ENDINGS[0])
    try:
        data = pybase64.b64decode(text + padding, _SIGNS, validate=True)
    except ValueError as error:
        raise UnreadableError("not base64url") from error
    # It lets bits pass in the last digit that stand for nothing, and padding only ends a text.
    if text and text[-1] not in last_digits:
        raise UnreadableError("not base64url in its only form")
    return data
