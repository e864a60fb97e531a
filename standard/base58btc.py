"""Multibase base58btc (`z…`), the spelling of Multikeys and of proof values.

Source: Controlled Identifiers v1.0, "Multibase".
"""

from __future__ import annotations

from typing import Final

from standard.errors import UnreadableError

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ZERO: Final = _ALPHABET[0]
_VALUES: Final = {digit: value for value, digit in enumerate(_ALPHABET)}
# So many digits fit a machine word: most of the arithmetic is on small numbers.
_WORD_DIGITS: Final = 10
_WORD: Final = 58**_WORD_DIGITS


def encode(data: bytes) -> str:
    """Write bytes with the prefix `z`."""
    number = int.from_bytes(data, "big")
    digits: list[str] = []
    while number:
        number, word = divmod(number, _WORD)
        for _ in range(_WORD_DIGITS):
            word, value = divmod(word, 58)
            digits.append(_ALPHABET[value])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + _ZERO * zeros + "".join(reversed(digits)).lstrip(_ZERO)


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
    digits = text[1:].lstrip(_ZERO)
    # Zeros in front fill the first word and change nothing.
    padded = _ZERO * (-len(digits) % _WORD_DIGITS) + digits
    number = 0
    try:
        for place in range(0, len(padded), _WORD_DIGITS):
            word = 0
            for digit in padded[place : place + _WORD_DIGITS]:
                word = word * 58 + _VALUES[digit]
            number = number * _WORD + word
    except KeyError as error:
        raise UnreadableError("not base58btc") from error
    zeros = len(text) - 1 - len(digits)
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
