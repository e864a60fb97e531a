"""CBOR in one form only: what is read is exactly what would be written.

Source: RFC 8949, "Core Deterministic Encoding Requirements".
"""

from __future__ import annotations

from typing import Any, Final

import cbor2

from standard.errors import CompactError

LIMIT_BYTES: Final = 1 << 15
LIMIT_DEPTH: Final = 6


def encode(value: object) -> bytes:
    """Write integers, texts, bytes, arrays, maps and null deterministically."""
    return cbor2.dumps(value, canonical=True)


def decode(data: bytes) -> Any:
    """Read one item of bounded size, made of integers, texts, bytes, arrays, maps and null.

    Raises:
        CompactError: malformed, indefinite, too deep, not deterministic, of another type (every tag
            and every float is), or something after it.
    """
    if len(data) > LIMIT_BYTES:
        raise CompactError("the CBOR is too large")
    try:
        value = cbor2.loads(
            data,
            max_depth=LIMIT_DEPTH,
            allow_indefinite=False,
            allow_duplicate_keys=False,
        )
        _refuse_other_types(value)
        again = encode(value)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise CompactError("not CBOR of the expected kind") from error
    if again != data:
        raise CompactError("the CBOR is not deterministic")
    return value


def _refuse_other_types(value: object) -> None:
    match value:
        case bool() | float():
            raise CompactError("a type that has no place here")
        case int() | bytes() | str() | None:
            return
        case list():
            contents = value
        case dict():
            contents = [*value.keys(), *value.values()]
        case _:
            raise CompactError("a type that has no place here")
    for content in contents:
        _refuse_other_types(content)


def items(value: object, length: int) -> list[Any]:
    """Insist on an array of so many items."""
    if not isinstance(value, list) or len(value) != length:
        raise CompactError(f"not an array of {length}")
    return value


def number(value: object, *, least: int = 0, most: int = 2**53 - 1) -> int:
    """Insist on an integer within bounds."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise CompactError("not a number within bounds")
    return value


def octets(value: object, length: int) -> bytes:
    """Insist on a byte string of so many bytes."""
    if not isinstance(value, bytes) or len(value) != length:
        raise CompactError(f"not {length} bytes")
    return value


def text(value: object, *, most: int) -> str:
    """Insist on a text of so many characters at most, and at least one."""
    if not isinstance(value, str) or not 1 <= len(value) <= most:
        raise CompactError("not a text within bounds")
    return value
