"""Which records of a statement are disputed, and the organisation's mark on them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlmodel import Session

from issuer.store import disputes as store
from standard.model import Dispute as Mark
from standard.model import DisputeStatus, RecordList, WorkHistory
from standard.model import Statement as StatementValue

Marks: TypeAlias = Mapping[str, Mark]
"""The marks of one worker, by what each record is about."""
MARKS: Final = {"noted": DisputeStatus.OPEN, "maintained": DisputeStatus.MAINTAINED}


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record that can be disputed: which one it is, and its value."""

    list: RecordList
    key: str
    value: Any


def marks_of(session: Session, worker_ids: Sequence[UUID]) -> Mapping[UUID, Marks]:
    """Read the marks that stand on the records of some workers."""
    found: dict[UUID, dict[str, Mark]] = {}
    for dispute in store.marks_of_workers(session, worker_ids):
        if dispute.record_key is not None and dispute.disputed_on is not None:
            mark = Mark(MARKS[dispute.state], dispute.disputed_on)
            found.setdefault(dispute.worker_id, {})[dispute.record_key] = mark
    return found


def marked(said: StatementValue, marks: Marks) -> StatementValue:
    """Put marks on the records of a statement; whoever states anew calls this."""
    if isinstance(said, WorkHistory):
        engagements = (replace(each, dispute=marks.get(_key(each))) for each in said.engagements)
        return replace(said, engagements=tuple(engagements))
    return replace(
        said,
        ratings=tuple(replace(each, dispute=marks.get(_key(each))) for each in said.ratings),
        reviews=tuple(replace(each, dispute=marks.get(_key(each))) for each in said.reviews),
    )


def records_of(said: StatementValue) -> Iterator[RecordView]:
    """Go through the records of a statement that can be disputed."""
    if isinstance(said, WorkHistory):
        lists: dict[RecordList, tuple[Any, ...]] = {RecordList.ENGAGEMENT: said.engagements}
    else:
        lists = {RecordList.RATING: said.ratings, RecordList.REVIEW: said.reviews}
    for name, values in lists.items():
        yield from (RecordView(name, _key(value), value) for value in values)


def _key(record: Any) -> str:
    """What a record is about, whatever its numbers say."""
    names = ("category", "occupation", "dimension", "best", "worst", "month", "text")
    return json.dumps([str(getattr(record, name, "")) for name in names], ensure_ascii=False)
