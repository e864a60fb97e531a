"""From an organisation's two statements to the one that fits on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from standard import taxonomy
from standard.compact.openings import LIMIT_CHARACTERS
from standard.errors import CompactError
from standard.model import (
    Engagement,
    OccupationUri,
    PaperLine,
    PaperStatement,
    PaperTotals,
    Rating,
    RatingHistory,
    WorkHistory,
)

OVERALL: Final = "overall"


@dataclass(frozen=True, slots=True)
class LineSource:
    """Which engagement and which rating one line of the paper form joins, by their places."""

    engagement: int | None
    rating: int | None


def paper_statement(history: WorkHistory | None, ratings: RatingHistory | None) -> PaperStatement:
    """Join work and overall ratings, in the order of `line_sources`.

    Hours are rounded down, so that lines never add up to more than the total. Reviews and other
    dimensions stay out.

    Raises:
        CompactError: there is neither, or the two vouch for different names.
    """
    parts = [part for part in (history, ratings) if part is not None]
    if not parts:
        raise CompactError("there is nothing to put on paper")
    names = {part.name for part in parts if part.name is not None}
    if len(names) > 1:
        raise CompactError("the two statements vouch for different names")
    lines = tuple(
        _line(
            None if history is None or source.engagement is None else history.engagements[source.engagement],
            None if ratings is None or source.rating is None else ratings.ratings[source.rating],
        )
        for source in line_sources(history, ratings)
    )
    return PaperStatement(
        as_of=max(part.as_of for part in parts),
        lines=lines,
        totals=PaperTotals(
            line_count=len(lines),
            gig_count=history.totals.gig_count if history else 0,
            worked_hours=history.totals.worked_minutes // 60 if history else 0,
            rating_count=ratings.totals.rating_count if ratings else 0,
            review_count=ratings.totals.review_count if ratings else 0,
        ),
        name=names.pop() if names else None,
    )


def line_sources(history: WorkHistory | None, ratings: RatingHistory | None) -> tuple[LineSource, ...]:
    """What each line is made of: every engagement with its first overall rating, then what is left.

    A rating without work of its kind, and one on a second scale, gets a line of its own without gigs.
    """
    overall: dict[tuple[str, OccupationUri | None], list[int]] = {}
    for place, rating in enumerate(ratings.ratings if ratings else ()):
        if rating.dimension == OVERALL:
            overall.setdefault((rating.category, rating.occupation), []).append(place)
    sources = []
    for place, engagement in enumerate(history.engagements if history else ()):
        rated = overall.get((engagement.category, engagement.occupation))
        sources.append(LineSource(place, rated.pop(0) if rated else None))
    rest = sorted(place for places in overall.values() for place in places)
    return (*sources, *(LineSource(None, place) for place in rest))


def _line(engagement: Engagement | None, rating: Rating | None) -> PaperLine:
    kind = engagement or rating
    if kind is None:
        raise CompactError("a line of nothing")
    occupation = _coded(kind.occupation)
    return PaperLine(
        occupation=occupation,
        category=_shortened(kind.category) if occupation is None else None,
        gig_count=engagement.gig_count if engagement else 0,
        worked_hours=engagement.worked_minutes // 60 if engagement else 0,
        first_month=f"{kind.first_date:%Y-%m}",
        last_month=f"{kind.last_date:%Y-%m}",
        rating_value=rating.value if rating else None,
        rating_best=rating.best if rating else None,
        rating_worst=rating.worst if rating else None,
        rating_count=rating.count if rating else 0,
    )


def _coded(uri: OccupationUri | None) -> OccupationUri | None:
    """The occupation, when the table has a code for it."""
    return uri if uri is not None and taxonomy.occupation(uri) else None


def _shortened(category: str) -> str:
    """A category as a code can carry it; a longer one ends in an ellipsis."""
    return category if len(category) <= LIMIT_CHARACTERS else category[: LIMIT_CHARACTERS - 1] + "…"
