"""A selection: what the worker wants one reader to see. Pure values; `drafts` keeps them sealed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from standard.model import RemarkKind
from wallet.held import HeldCredential

HEADLINE_LIMIT = 80
OWN_TEXT_LIMIT = 600
REMARK_LIMIT = 300
REVIEWS_TO_BEGIN_WITH = 2


class Part(StrEnum):
    """The lists of a statement whose entries can each be shown alone; named as in the credential."""

    ENGAGEMENT = "engagement"
    ACHIEVEMENT = "achievement"
    RATING = "rating"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Remark:
    """What the worker says about one entry; it is shown only while the entry is."""

    kind: RemarkKind
    text: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is shown of one organisation: places in the statement's own lists, counted from 0.

    `remarks` are the worker's words about single entries, by the same places.
    """

    held_id: str
    places: Mapping[Part, frozenset[int]] = field(default_factory=dict)
    remarks: Mapping[tuple[Part, int], Remark] = field(default_factory=dict)

    def shows(self, part: Part, place: int) -> bool:
        """Whether one entry is shown."""
        return place in self.places.get(part, frozenset())

    def remark(self, part: Part, place: int) -> str:
        """The worker's words about one entry, or nothing."""
        found = self.remarks.get((part, place))
        return found.text if found else ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing of this organisation is shown."""
        return not any(self.places.values())


@dataclass(frozen=True, slots=True)
class Selection:
    """Everything that decides one KlusCV; the organisations stand in the worker's order."""

    title: str
    language: str
    show_name: bool
    headline: str
    own_text: str
    organisations: tuple[Chosen, ...]

    def chosen(self, held_id: str) -> Chosen:
        """What is shown of one organisation; nothing when it was never chosen."""
        return next((each for each in self.organisations if each.held_id == held_id), Chosen(held_id))


def everything(
    held: Sequence[HeldCredential], *, title: str, language: str, reviews: int = REVIEWS_TO_BEGIN_WITH
) -> Selection:
    """A selection to begin with: all lines of work, marks and achievements, and the newest few reviews."""
    return Selection(
        title=title,
        language=language,
        show_name=True,
        headline="",
        own_text="",
        organisations=tuple(Chosen(each.id, _to_begin_with(each, reviews)) for each in held),
    )


def fitted(selection: Selection, held: Sequence[HeldCredential]) -> Selection:
    """Bring a selection in line with what is held now.

    What is gone drops out; an organisation that is new, or that sent a later statement under another
    id, comes last with nothing chosen: nothing is ever shown that the worker did not tick.
    """
    by_id = {each.id: each for each in held}
    known = [_within(each, by_id[each.held_id]) for each in selection.organisations if each.held_id in by_id]
    new = [Chosen(each.id) for each in held if each.id not in {old.held_id for old in known}]
    return replace(selection, organisations=(*known, *new))


def moved(selection: Selection, held_id: str, step: int) -> Selection:
    """Move one organisation up (-1) or down (1) in the order."""
    order = list(selection.organisations)
    here = next((place for place, each in enumerate(order) if each.held_id == held_id), None)
    if here is None or not 0 <= here + step < len(order):
        return selection
    order[here], order[here + step] = order[here + step], order[here]
    return replace(selection, organisations=tuple(order))


def part_size(held: HeldCredential, part: Part) -> int:
    """How many entries one list of a statement has."""
    history, ratings = held.history, held.ratings
    sizes = {
        Part.ENGAGEMENT: len(history.engagements) if history else 0,
        Part.ACHIEVEMENT: len(history.achievements) if history else 0,
        Part.RATING: len(ratings.ratings) if ratings else 0,
        Part.REVIEW: len(ratings.reviews) if ratings else 0,
    }
    return sizes[part]


def _to_begin_with(held: HeldCredential, reviews: int) -> dict[Part, frozenset[int]]:
    places = {part: frozenset(range(part_size(held, part))) for part in Part}
    places[Part.REVIEW] = frozenset(_newest_reviews(held, reviews))
    return places


def _newest_reviews(held: HeldCredential, count: int) -> Iterable[int]:
    reviews = held.ratings.reviews if held.ratings else ()
    return sorted(range(len(reviews)), key=lambda place: reviews[place].month, reverse=True)[:count]


def _within(chosen: Chosen, held: HeldCredential) -> Chosen:
    places = {
        part: frozenset(place for place in chosen.places.get(part, ()) if place < part_size(held, part))
        for part in Part
    }
    remarks = {at: said for at, said in chosen.remarks.items() if at[1] < part_size(held, at[0])}
    return Chosen(chosen.held_id, places, remarks)
