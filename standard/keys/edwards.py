"""Which 32 bytes are a key of Ed25519.

The library takes any 32 bytes, and finds out at the first signature, or never: with a point of small
order as the key one signature fits every message.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from standard.errors import KeyFormatError

_P: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P
# The y of the points whose order divides eight.
_ORDER_8: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL: Final = frozenset({0, 1, _P - 1, _ORDER_8, _P - _ORDER_8})


@lru_cache(maxsize=1024)
def check_point(raw: bytes) -> None:
    """Refuse what is not the one spelling of a point, or a point of small order.

    Raises:
        KeyFormatError: 32 bytes that are no key, or another number of bytes.

    Source: RFC 8032, "Decoding"; FIPS 186-5, "Public Key Validation" for EdDSA.
    """
    if len(raw) != 32:
        raise KeyFormatError("a key of Ed25519 has 32 bytes")
    # The highest bit is the sign of x; only points of small order have an x of zero, which has none.
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y >= _P:
        raise KeyFormatError("not the spelling of an Ed25519 key")
    if y in _SMALL:
        raise KeyFormatError("a point of small order is no Ed25519 key")
    # x² = (y² - 1) / (dy² + 1) has a root where the product of the two has one.
    square = y * y % _P
    if pow((square - 1) * (_D * square + 1), (_P - 1) // 2, _P) != 1:
        raise KeyFormatError("not a point of Ed25519")
