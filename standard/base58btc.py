"""Multibase base58btc (`z…`), the spelling of Multikeys and of proof values.

Source: Controlled Identifiers v1.0, "Multibase".
"""

from __future__ import annotations

import base58

from standard.errors import UnreadableError


def encode(data: bytes) -> str:
    """Write bytes with the prefix `z`."""
    return "z" + str(base58.b58encode(data), "ascii")


def decode(text: str, *, max_characters: int) -> bytes:
    """Read what `encode` wrote; exactly one text stands for each sequence of bytes.

    Args:
        text: begins with `z`.
        max_characters: the longest text that is looked at, for decoding takes quadratic time.

    Raises:
        UnreadableError: another multibase, another alphabet, or too long.
    """
    if not text.startswith("z") or len(text) > max_characters:
        raise UnreadableError("not multibase base58btc of a plausible length")
    # The library ignores white space at the end, which would give one value several spellings.
    if not text.isascii() or not text.isalnum():
        raise UnreadableError("not base58btc")
    try:
        return bytes(base58.b58decode(text[1:]))
    except ValueError as error:
        raise UnreadableError("not base58btc") from error
