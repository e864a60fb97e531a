"""Salts that grow on a tree, so that showing neighbours costs one salt instead of many.

The root is random. A node's two children are derived from it; the leaves are the salts of the slots,
from left to right. Whoever knows a node knows every salt below it and nothing else. To show some
slots and hide others, the fewest nodes travel that cover exactly the shown slots: one node of
16 bytes when everything is shown, where separate salts would take 16 bytes for each slot.

The construction is the tree of Goldreich, Goldwasser and Micali, "How to construct random functions".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from hashlib import sha256
from typing import Final

from standard.errors import CompactError

NODE_BYTES: Final = 16


def slot_salts(nodes: Sequence[bytes], shown: Set[int], slot_count: int) -> dict[int, bytes]:
    """The salt of each shown slot, from the nodes that cover exactly these slots.

    Args:
        nodes: from left to right; the root alone when every slot is shown.
        shown: which slots are shown.
        slot_count: how many slots there are, shown or hidden.

    Raises:
        CompactError: there are more or fewer nodes than the cover has.
    """
    ranges = list(_cover(shown, slot_count))
    if len(ranges) != len(nodes):
        raise CompactError("the salts are not those of the lines that are shown")
    salts: dict[int, bytes] = {}
    for node, slots in zip(nodes, ranges, strict=True):
        salts.update(_leaves(node, slots))
    return {slot: salts[slot] for slot in shown}


def narrow(nodes: Sequence[bytes], shown: Set[int], keep: Set[int], slot_count: int) -> list[bytes]:
    """The nodes that cover `keep`, a subset of `shown`, from the nodes that cover `shown`."""
    wanted = set(_cover(keep, slot_count))
    return [
        found
        for node, slots in zip(nodes, _cover(shown, slot_count), strict=True)
        for found in _descend(node, slots, wanted)
    ]


def _cover(shown: Set[int], slot_count: int) -> Iterator[range]:
    """The largest subtrees whose existing slots are all shown, from left to right."""
    size = 1 << (slot_count - 1).bit_length() if slot_count else 0
    yield from _cover_below(range(size), shown, slot_count)


def _cover_below(slots: range, shown: Set[int], slot_count: int) -> Iterator[range]:
    existing = slots[: max(0, slot_count - slots.start)]
    if shown.isdisjoint(existing):
        return
    if shown >= set(existing):
        yield slots
        return
    for half in _halves(slots):
        yield from _cover_below(half, shown, slot_count)


def _descend(node: bytes, slots: range, wanted: Set[range]) -> Iterator[bytes]:
    if slots in wanted:
        yield node
    elif len(slots) > 1:
        for child, half in zip(_children(node), _halves(slots), strict=True):
            yield from _descend(child, half, wanted)


def _leaves(node: bytes, slots: range) -> Iterator[tuple[int, bytes]]:
    if len(slots) == 1:
        yield slots.start, node
        return
    for child, half in zip(_children(node), _halves(slots), strict=True):
        yield from _leaves(child, half)


def _halves(slots: range) -> tuple[range, range]:
    middle = len(slots) // 2
    return slots[:middle], slots[middle:]


def _children(node: bytes) -> tuple[bytes, bytes]:
    left, right = (sha256(node + side).digest()[:NODE_BYTES] for side in (b"\x00", b"\x01"))
    return left, right
