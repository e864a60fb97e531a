"""Which organisation stands behind which statement, and under which name the reader knows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote

from standard.model import (
    DisclosedPresentation,
    DisclosedStatement,
    PaperStatement,
    PersonName,
    RatingHistory,
    WorkHistory,
)
from templates.cv.words import Words


@dataclass(frozen=True, slots=True)
class Source:
    """What one organisation states on this page: at most one statement of each kind."""

    name: str
    address: str
    work: WorkHistory | None
    ratings: RatingHistory | None
    paper: PaperStatement | None

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
    one is told; of two of the same day, the first.
    """
    groups: dict[str, list[DisclosedStatement]] = {}
    for statement in presentation.statements:
        key = statement.issuer or statement.issuer_name or statement.copy_id
        groups.setdefault(key, []).append(statement)
    return tuple(_source(group, words) for group in groups.values())


def _source(group: Sequence[DisclosedStatement], words: Words) -> Source:
    """Join one organisation's statements."""
    work = [item.content for item in group if isinstance(item.content, WorkHistory)]
    ratings = [item.content for item in group if isinstance(item.content, RatingHistory)]
    paper = [item.content for item in group if isinstance(item.content, PaperStatement)]
    address = _address(group[0].issuer or "")
    name = next((item.issuer_name for item in group if item.issuer_name), None)
    return Source(
        name=name or address or words.gettext("onbekende organisatie"),
        address=address,
        work=max(work, key=_day, default=None),
        ratings=max(ratings, key=_day, default=None),
        paper=None if work or ratings else max(paper, key=_day, default=None),
    )


def _day(statement: WorkHistory | RatingHistory | PaperStatement) -> date:
    """Order statements by the day on which they were up to date."""
    return statement.as_of


def _address(did: str) -> str:
    """Write a did:web as the address that it stands for, any other DID as it is.

    Source: did:web Method Specification, "Read (Resolve)".
    """
    method_specific = did.removeprefix("did:web:")
    if method_specific == did:
        return did
    return "/".join(unquote(part) for part in method_specific.split(":"))
