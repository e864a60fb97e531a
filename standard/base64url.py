"""base64url without padding (RFC 4648, "Base 64 Encoding with URL and Filename Safe Alphabet").

Python's decoder skips characters outside the alphabet and ignores stray trailing bits, so that many
texts decode to the same bytes. Here exactly one text stands for each sequence of bytes.
"""

from __future__ import annotations

import binascii
from typing import Final

from standard.errors import UnreadableError

_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
# What belongs to the other alphabet, or is padding, becomes what no decoder takes.
_FROM_URL: Final = bytes.maketrans(b"-_+/=", b"+/!!!")
# By the length beyond whole groups of four: the padding, and the last digits without stray bits.
_ENDINGS: Final = {
    0: (b"", frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")),
    2: (b"==", frozenset("AQgw")),
    3: (b"=", frozenset("AEIMQUYcgkosw048")),
}


def encode(data: bytes) -> str:
    """Write bytes as base64url without padding."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL, b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Read base64url without padding.

    Raises:
        UnreadableError: the text is not the one that `encode` writes for any bytes.
    """
    padding, last_digits = _ENDINGS.get(len(text) % 4, _ENDINGS[0])
    try:
        data = binascii.a2b_base64(text.encode("ascii").translate(_FROM_URL) + padding, strict_mode=True)
    except (ValueError, binascii.Error) as error:
        raise UnreadableError("not base64url") from error
    # The decoder lets bits pass in the last digit that stand for nothing.
    if text and text[-1] not in last_digits:
        raise UnreadableError("not base64url in its only form")
    return data
