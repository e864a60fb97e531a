"""The entries of a status list: one bit or a few for each copy, counted from the left-most bit."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from enum import IntEnum
from functools import cache
from typing import Final

from standard.errors import StatusListError

MINIMUM_ENTRIES: Final = 131_072
"""So many copies hide among one another when a verifier fetches the list."""

LIMIT_BITS: Final = 1 << 24
ENTRY_SIZES: Final = (1, 2, 4, 8)


class Status(IntEnum):
    """What a value says in a list of this standard; others say nothing that a verifier knows.

    Source: Token Status List, "Status Types Values".
    """

    VALID = 0
    INVALID = 1
    SUSPENDED = 2


def new_bits(size: int = MINIMUM_ENTRIES, entry_bits: int = 1) -> bytes:
    """A list of `size` entries, all of them 0.

    Raises:
        StatusListError: too few entries to hide among, too many, or not a multiple of eight.
    """
    _check_size(entry_bits)
    if size < MINIMUM_ENTRIES or size * entry_bits > LIMIT_BITS or size % 8:
        raise StatusListError(
            f"a status list has {MINIMUM_ENTRIES} entries or more, and at most so many bits"
        )
    return bytes(size * entry_bits // 8)


def set_bit(bits: bytes, index: int) -> bytes:
    """The same list with one entry set; setting it again changes nothing."""
    return set_status(bits, index, 1, entry_bits=1)


def status_bit(bits: bytes, index: int) -> bool:
    """Read one entry of an expanded list of single bits; errors and source as of `status_value`."""
    return bool(status_value(bits, index, entry_bits=1))


def set_status(bits: bytes, index: int, value: int, *, entry_bits: int) -> bytes:
    """The same list with one entry changed; errors as of `set_statuses`."""
    return set_statuses(bits, {index: value}, entry_bits=entry_bits)


def set_statuses(bits: bytes, values: Mapping[int, int], *, entry_bits: int) -> bytes:
    """The same list with some entries changed, by their indexes.

    Raises:
        StatusListError: the list has no such entry, or the value does not fit one.
    """
    changed = bytearray(bits)
    for index, value in values.items():
        status_value(bits, index, entry_bits=entry_bits)
        if not 0 <= value < 1 << entry_bits:
            raise StatusListError("the value does not fit an entry")
        place, shift = _place(index, entry_bits)
        changed[place] = changed[place] & ~(((1 << entry_bits) - 1) << shift) | value << shift
    return bytes(changed)


def status_value(bits: bytes, index: int, *, entry_bits: int) -> int:
    """Read one entry of an expanded status list.

    Args:
        bits: the expanded list.
        index: the copy's index; 0 is the left-most entry.
        entry_bits: how many bits an entry has: 1, 2, 4 or 8.

    Raises:
        StatusListError: the list has no such entry.

    Source: Bitstring Status List v1.0, "Validate Algorithm".
    """
    _check_size(entry_bits)
    if not 0 <= index < 8 * len(bits) // entry_bits:
        raise StatusListError("the status list has no such entry")
    place, shift = _place(index, entry_bits)
    return bits[place] >> shift & (1 << entry_bits) - 1


def single_bits(bits: bytes, value: Status) -> bytes:
    """From a list of two-bit entries the list of single bits that says which entries have this value."""
    halves = bits.translate(_having(value))
    return bytes(left << 4 | right for left, right in zip(halves[::2], halves[1::2], strict=True))


def mirrored(bits: bytes, entry_bits: int = 1) -> bytes:
    """Turn the entries of every byte round: a Token Status List counts from the right of each byte.

    Source: Token Status List, "Status List".
    """
    _check_size(entry_bits)
    return bits.translate(_mirror(entry_bits))


def inflate(compressed: bytes, window_bits: int, entry_bits: int = 1) -> bytes:
    """Expand a compressed list, never beyond the limit.

    Args:
        compressed: one GZIP or ZLIB stream and nothing after it.
        window_bits: as `zlib.decompressobj` takes it: 31 for GZIP, 15 for ZLIB.
        entry_bits: how many bits an entry has.

    Raises:
        StatusListError: not such a stream, junk after it, or a size outside the limits.
    """
    expander = zlib.decompressobj(window_bits)
    try:
        bits = expander.decompress(compressed, LIMIT_BITS // 8 + 1)
    except zlib.error as error:
        raise StatusListError("the list is not compressed as it should be") from error
    if len(bits) * 8 > LIMIT_BITS:
        raise StatusListError("the list is too large")
    if not expander.eof or expander.unused_data:
        raise StatusListError("the list is cut off, or something follows it")
    if len(bits) * 8 // entry_bits < MINIMUM_ENTRIES:
        raise StatusListError("the list is too short to hide anyone")
    return bits


def _place(index: int, entry_bits: int) -> tuple[int, int]:
    """The byte of an entry, and how far its right-most bit is from the right."""
    place, bit = divmod(index * entry_bits, 8)
    return place, 8 - entry_bits - bit


def _check_size(entry_bits: int) -> None:
    if entry_bits not in ENTRY_SIZES:
        raise StatusListError("an entry has 1, 2, 4 or 8 bits")


@cache
def _mirror(entry_bits: int) -> bytes:
    return bytes(_turned(byte, entry_bits) for byte in range(256))


def _turned(byte: int, entry_bits: int) -> int:
    entries = [byte >> shift & (1 << entry_bits) - 1 for shift in range(0, 8, entry_bits)]
    return sum(
        value << shift for value, shift in zip(reversed(entries), range(0, 8, entry_bits), strict=True)
    )


@cache
def _having(value: Status) -> bytes:
    """For every byte of four entries the four bits that say which of them have the value."""
    return bytes(sum((byte >> 2 * place & 3 == value) << place for place in range(4)) for byte in range(256))
