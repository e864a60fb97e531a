"""Counts what an import read, so that nothing goes missing unseen, and stops a strict one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from issuer.imports.errors import StrictImportError
from issuer.imports.records import CancelledGig, GigRecord, Record, RowError


@dataclass(slots=True)
class Tally:
    """How many rows were read: every row is good, cancelled or bad.

    `errors` counts faults, of which one row may have several; `categories` good gigs by kind of work.
    """

    good: int = 0
    cancelled: int = 0
    bad: int = 0
    errors: int = 0
    categories: Counter[str] = field(default_factory=Counter)
    _last_bad: tuple[str, int] | None = field(default=None, repr=False)

    @property
    def read(self) -> int:
        """All rows together."""
        return self.good + self.cancelled + self.bad

    def count(self, items: Iterable[Record | RowError]) -> Iterator[Record | RowError]:
        """Pass everything on unchanged, and count it."""
        for item in items:
            self._count_one(item)
            yield item

    def _count_one(self, item: Record | RowError) -> None:
        if isinstance(item, GigRecord):
            self.good += 1
            self.categories[item.category] += 1
        elif isinstance(item, CancelledGig):
            self.cancelled += 1
        elif isinstance(item, RowError):
            self.errors += 1
            self.bad += (item.file, item.row) != self._last_bad
            self._last_bad = (item.file, item.row)
        else:
            self.good += 1


def strictly(items: Iterable[Record | RowError]) -> Iterator[Record]:
    """Pass records on up to the first fault.

    Raises:
        StrictImportError: a row has a fault.
    """
    for item in items:
        if isinstance(item, RowError):
            raise StrictImportError(item)
        yield item
