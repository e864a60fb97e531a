"""base64url without padding (RFC 4648, "Base 64 Encoding with URL and Filename Safe Alphabet").

Python's decoder skips characters outside the alphabet and ignores stray trailing bits, so that many
texts decode to the same bytes. Here exactly one text stands for each sequence of bytes.
"""

from __future__ import annotations

import base64
import binascii

from standard.errors import UnreadableError


def encode(data: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Read base64url without padding.

    Raises:
        UnreadableError: the text is not the one that `encode` writes for any bytes.
    """
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error) as error:
        raise UnreadableError("not base64url") from error
    if encode(data) != text:
        raise UnreadableError("not base64url in its only form")
    return data
