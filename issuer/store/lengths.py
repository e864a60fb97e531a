"""Lists of values in a question, in few lengths: a server prepares each wording anew."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

Value = TypeVar("Value")


def in_few_lengths(values: Collection[Value]) -> list[Value]:
    """Repeat the last of some values until there are a power of two of them; for questions that ask `IN`.

    A server plans a question of many tables in the time of several answers, unless it knows its wording.
    """
    listed = list(values)
    length = 1 << (len(listed) - 1).bit_length() if listed else 0
    return listed + listed[-1:] * (length - len(listed))
