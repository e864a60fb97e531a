"""A status list that was read and verified, whichever way it was published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from standard.status_list.bits import status_value


@dataclass(frozen=True, slots=True)
class StatusList:
    """The entries, and from when until when they may be used.

    `ttl_seconds` is how long a reader keeps the list before it asks again; it does not make a list stale.
    """

    uri: str
    issued: datetime
    valid_until: datetime | None
    ttl_seconds: int | None
    bits: bytes
    entry_bits: int = 1

    def value(self, index: int) -> int:
        """The value of one entry.

        Raises:
            StatusListError: the list has no such entry.
        """
        return status_value(self.bits, index, entry_bits=self.entry_bits)

    def is_set(self, index: int) -> bool:
        """Whether one entry is anything but 0; errors as of `value`."""
        return self.value(index) != 0
