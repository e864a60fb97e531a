"""The bits of a status list: one per copy, the left-most bit of the first byte is index 0."""

from __future__ import annotations

import zlib
from typing import Final

from standard.errors import StatusListError

MINIMUM_ENTRIES: Final = 131_072
"""So many copies hide among one another when a verifier fetches the list."""

LIMIT_ENTRIES: Final = 1 << 24


def new_bits(size: int = MINIMUM_ENTRIES) -> bytes:
    """A list of `size` entries, none of them set.

    Raises:
        StatusListError: too few entries to hide among, too many, or not a multiple of eight.
    """
    if not MINIMUM_ENTRIES <= size <= LIMIT_ENTRIES or size % 8:
        raise StatusListError(f"a status list has {MINIMUM_ENTRIES} to {LIMIT_ENTRIES} entries")
    return bytes(size // 8)


def set_bit(bits: bytes, index: int) -> bytes:
    """The same list with one entry set; setting it again changes nothing."""
    status_bit(bits, index)
    changed = bytearray(bits)
    changed[index // 8] |= 0x80 >> index % 8
    return bytes(changed)


def status_bit(bits: bytes, index: int) -> bool:
    """Read one entry of an expanded status list.

    Args:
        bits: the expanded list, eight entries a byte.
        index: the copy's index; 0 is the left-most bit.

    Raises:
        StatusListError: the list has no such entry.

    Source: Bitstring Status List v1.0, "Validate Algorithm".
    """
    if not 0 <= index < 8 * len(bits):
        raise StatusListError("the status list has no such entry")
    return bool(bits[index // 8] & 0x80 >> index % 8)


def mirrored(bits: bytes) -> bytes:
    """Turn every byte round: a Token Status List counts from the right-most bit of each byte.

    Source: Token Status List, "Status List".
    """
    return bits.translate(_MIRROR)


_MIRROR: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def inflate(compressed: bytes, window_bits: int) -> bytes:
    """Expand a compressed list, never beyond the limit.

    Args:
        compressed: one GZIP or ZLIB stream and nothing after it.
        window_bits: as `zlib.decompressobj` takes it: 31 for GZIP, 15 for ZLIB.

    Raises:
        StatusListError: not such a stream, junk after it, or a size outside the limits.
    """
    expander = zlib.decompressobj(window_bits)
    try:
        bits = expander.decompress(compressed, LIMIT_ENTRIES // 8 + 1)
    except zlib.error as error:
        raise StatusListError("the list is not compressed as it should be") from error
    if len(bits) * 8 > LIMIT_ENTRIES:
        raise StatusListError("the list is too large")
    if not expander.eof or expander.unused_data:
        raise StatusListError("the list is cut off, or something follows it")
    if len(bits) * 8 < MINIMUM_ENTRIES:
        raise StatusListError("the list is too short to hide anyone")
    return bits
