"""From an organisation's two statements to the one that fits on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from standard import taxonomy
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


def paper_statement(history: WorkHistory | None, ratings: RatingHistory | None) -> PaperStatement:
    """Join work and overall ratings, line by line.

    Hours are rounded down, so that lines never add up to more than the total. A rating without work
    of the same kind gets a line of its own, without gigs. Reviews and other dimensions stay out.

    Raises:
        CompactError: there is neither, or the two are about people of different names.
    """
    if history is None and ratings is None:
        raise CompactError("there is nothing to put on paper")
    names = {part.name for part in (history, ratings) if part is not None and part.name is not None}
    if len(names) > 1:
        raise CompactError("the two statements vouch for different names")
    lines = tuple(_lines(history, ratings))
    return PaperStatement(
        as_of=max(part.as_of for part in (history, ratings) if part is not None),
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


def _lines(history: WorkHistory | None, ratings: RatingHistory | None) -> Iterator[PaperLine]:
    overall = {
        (rating.category, rating.occupation): rating
        for rating in (ratings.ratings if ratings else ())
        if rating.dimension == OVERALL
    }
    for engagement in history.engagements if history else ():
        rating = overall.pop((engagement.category, engagement.occupation), None)
        yield _line(engagement, engagement.gig_count, engagement.worked_minutes // 60, rating)
    for rating in overall.values():
        yield _line(rating, 0, 0, rating)


def _line(kind: Engagement | Rating, gig_count: int, worked_hours: int, rating: Rating | None) -> PaperLine:
    occupation = _coded(kind.occupation)
    return PaperLine(
        occupation=occupation,
        category=kind.category if occupation is None else None,
        gig_count=gig_count,
        worked_hours=worked_hours,
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
