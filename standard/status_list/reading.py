"""A status list that was read and verified, whichever way it was published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from standard.status_list.bits import status_bit


@dataclass(frozen=True, slots=True)
class StatusList:
    """The bits, and from when until when they may be used."""

    uri: str
    issued: datetime
    valid_until: datetime | None
    ttl_seconds: int | None
    bits: bytes

    def is_set(self, index: int) -> bool:
        """Whether the copy with this index was withdrawn.

        Raises:
            StatusListError: the list has no such entry.
        """
        return status_bit(self.bits, index)
