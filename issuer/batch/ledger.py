"""Everything that was told about one worker: by exports, and by operators who correct them by hand.

What an operator corrects stays corrected for as long as exports go on to tell what they told before, so that
a repeated upload changes nothing. Once an export tells something else, it counts again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from issuer.content import (
    Overruled,
    name_digest,
    read_ledger,
    record_digest,
    record_key,
    write_records,
)
from issuer.imports import AchievementRecord, GigRecord, NameRecord, Record, Worker


@dataclass(slots=True)
class Ledger:
    """The records of one worker by their keys, and which of them an operator overruled."""

    records: dict[str, Record] = field(default_factory=dict)
    overruled: Overruled = field(default_factory=Overruled)

    @classmethod
    def read(cls, content: bytes) -> Ledger:
        """Read what `write` wrote."""
        records, overruled = read_ledger(content)
        return cls({record_key(record): record for record in records}, overruled)

    def write(self) -> bytes:
        """Write it down for the database."""
        return write_records(self.records.values(), self.overruled)

    def gigs(self) -> list[GigRecord]:
        """List the gigs that were worked, the latest first."""
        gigs = (record for record in self.records.values() if isinstance(record, GigRecord))
        return sorted(gigs, key=lambda gig: (gig.last_date, gig.key), reverse=True)

    def achievements(self) -> list[AchievementRecord]:
        """List what was awarded, the latest first."""
        found = (record for record in self.records.values() if isinstance(record, AchievementRecord))
        return sorted(found, key=lambda each: (each.awarded_on, each.key), reverse=True)

    def tell(self, records: Sequence[Record]) -> date:
        """Lay what an export tells over what is known; give the first day on which anything changed."""
        return min(map(self._tell, records), default=date.max)

    def correct(self, records: Sequence[Record]) -> date:
        """Lay what an operator says over what exports told; give the first day on which anything changed."""
        return min(map(self._correct, records), default=date.max)

    def spelt(self, worker: Worker) -> Worker:
        """Call a worker by the name that takes the place of a wrong spelling."""
        name = self.overruled.names.get(name_digest(worker.name)) if self.overruled.names else None
        return worker if name is None else replace(worker, name=name)

    def _tell(self, told: Record) -> date:
        key = record_key(told)
        record = replace(told, worker=self.spelt(told.worker)) if self.overruled.names else told
        digest = self.overruled.records.get(key)
        if digest is not None:
            if digest == record_digest(told):
                record = replace(self.records[key], row=told.row, worker=record.worker)
            else:
                del self.overruled.records[key]
        return self._put(key, record)

    def _correct(self, record: Record) -> date:
        if isinstance(record, NameRecord):
            return self._rename(record.worker.name)
        key = record_key(record)
        before = self.records.get(key)
        if before is not None:
            self.overruled.records.setdefault(key, record_digest(before))
        return self._put(key, record)

    def _rename(self, name: str) -> date:
        """Whatever was stated names the worker, so it changes on every day."""
        spelt = (name_digest(record.worker.name) for record in self.records.values())
        names = dict.fromkeys([*self.overruled.names, *spelt], name)
        names.pop(name_digest(name), None)
        self.overruled = replace(self.overruled, names=names)
        for key, record in self.records.items():
            self.records[key] = replace(record, worker=replace(record.worker, name=name))
        return date.min

    def _put(self, key: str, record: Record) -> date:
        before = self.records.get(key)
        self.records[key] = record
        if before is not None and _same(before, record):
            return date.max
        return min(_days(before, record), default=date.max)


def _days(*records: Record | None) -> Iterable[date]:
    for record in records:
        if record is not None and record.day is not None:
            yield record.day


def _same(one: Record, other: Record) -> bool:
    """Compare records, wherever they stood in their files and however the worker was spelt."""
    if type(one) is not type(other):
        return False
    return replace(one, row=other.row, worker=other.worker) == other
