"""base64url without padding (RFC 4648, "Base 64 Encoding with URL and Filename Safe Alphabet").

Python's decoder skips characters outside the alphabet and ignores stray trailing bits, so that many
texts decode to the same bytes. Here exactly one text stands for each sequence of bytes.
"""

from __future__ import annotations

import binascii
from typing import Final

from standard.errors import UnreadableError

_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_FROM_URL: Final = bytes.maketrans(b"-_", b"+/")


def encode(data: bytes) -> str:
    """Write bytes as base64url without padding."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL, b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Read base64url without padding.

    Raises:
        UnreadableError: the text is not the one that `encode` writes for any bytes.
    """
    try:
        # Superfluous padding does no harm; anything else that the decoder lets pass comes back different.
        data = binascii.a2b_base64(text.encode("ascii").translate(_FROM_URL) + b"==")
    except (ValueError, binascii.Error) as error:
        raise UnreadableError("not base64url") from error
    if encode(data) != text:
        raise UnreadableError("not base64url in its only form")
    return data
