"""Which organisation stands behind which statement, and under which name the reader knows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from urllib.parse import unquote

from standard.model import (
    DisclosedPresentation,
    DisclosedStatement,
    OwnRemark,
    PaperStatement,
    PersonName,
    RatingHistory,
    RecordList,
    WorkHistory,
)
from templates.cv.words import Words

_Content = TypeVar("_Content", WorkHistory, RatingHistory, PaperStatement)


@dataclass(frozen=True, slots=True)
class Source:
    """What one organisation states on this page: at most one statement of each kind.

    `remarks` are the worker's own, by the list and the place of the record that they are about.
    """

    name: str
    address: str
    work: WorkHistory | None
    ratings: RatingHistory | None
    paper: PaperStatement | None
    remarks: Mapping[tuple[RecordList, int], OwnRemark]

    @property
    def statements(self) -> Iterator[WorkHistory | RatingHistory | PaperStatement]:
        """The statements that there are, work first."""
        return (part for part in (self.work, self.ratings, self.paper) if part is not None)

    @property
    def as_of(self) -> date:
        """The oldest day on which one of its statements was up to date."""
        return min(statement.as_of for statement in self.statements)

    @property
    def person(self) -> PersonName | None:
        """The worker's name as this organisation states it, when it was shown."""
        return next((part.name for part in self.statements if part.name is not None), None)


def sources(presentation: DisclosedPresentation, words: Words) -> tuple[Source, ...]:
    """Group statements by organisation, in the worker's order.

    Two statements of one kind by one organisation would count the same gigs twice, so only the latest
    one is told, and none that another one corrects; of two of the same day, the first.
    """
    groups: dict[str, list[DisclosedStatement]] = {}
    for statement in presentation.statements:
        key = statement.issuer or statement.issuer_name or statement.copy_id
        groups.setdefault(key, []).append(statement)
    remarks = presentation.own_remarks
    return tuple(_source(_uncorrected(group), remarks, words) for group in groups.values())


def _uncorrected(group: Sequence[DisclosedStatement]) -> Sequence[DisclosedStatement]:
    """Leave out what another one corrects, unless two statements say that of each other."""
    corrected = {earlier for item in group for earlier in item.supersedes}
    return [item for item in group if item.copy_id not in corrected] or group


def _source(group: Sequence[DisclosedStatement], remarks: Sequence[OwnRemark], words: Words) -> Source:
    """Join one organisation's statements."""
    work, ratings = _latest(group, WorkHistory), _latest(group, RatingHistory)
    told = {item.copy_id for item in group if item.content in (work, ratings)}
    address = _address(group[0].issuer or "")
    name = next((item.issuer_name for item in group if item.issuer_name), None)
    return Source(
        name=name or address or words.gettext("onbekende organisatie"),
        address=address,
        work=work,
        ratings=ratings,
        paper=None if work or ratings else _latest(group, PaperStatement),
        remarks={(each.record_list, each.place): each for each in remarks if each.about in told},
    )


def _latest(group: Sequence[DisclosedStatement], kind: type[_Content]) -> _Content | None:
    """Choose the statement of one kind that goes up to the latest day."""
    of_kind = [item.content for item in group if isinstance(item.content, kind)]
    return max(of_kind, key=lambda content: content.as_of, default=None)


def _address(did: str) -> str:
    """Write a did:web as the address that it stands for, any other DID as it is.

    Source: did:web Method Specification, "Read (Resolve)".
    """
    method_specific = did.removeprefix("did:web:")
    if method_specific == did:
        return did
    return "/".join(unquote(part) for part in method_specific.split(":"))
