"""Check 10: is less shown than the signed totals say, and do the totals allow what is shown?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from standard.model import DisclosedStatement, PaperStatement, RatingHistory, WorkHistory
from standard.verification.reasons import Reason
from standard.verification.result import PRESENTATION, Check, CheckCode, failed, passed


@dataclass(frozen=True, slots=True)
class Count:
    """How much of one thing is shown, of how much there is.

    `is_exact` is true for things that can be left out one by one; a sum can only be too high.
    """

    name: str
    shown: int
    total: int
    is_exact: bool


def check_completeness(shown: DisclosedStatement) -> Check:
    """Compare what is shown with the signed totals; `detail` says of each thing `3/214`."""
    counts = _counts(shown.content)
    detail = {count.name: f"{count.shown}/{count.total}" for count in counts if count.is_exact}
    code = CheckCode.COMPLETENESS
    if any(count.shown > count.total for count in counts):
        return failed(code, Reason.MORE_THAN_TOTALS, shown.copy_id, **detail)
    if any(count.shown < count.total for count in counts if count.is_exact):
        return passed(code, Reason.PARTIAL, shown.copy_id, **detail)
    return passed(code, Reason.COMPLETE, shown.copy_id, **detail)


def check_overlap(statements: Iterable[DisclosedStatement]) -> list[Check]:
    """Say so when an organisation speaks twice of the same: whoever adds up counts work twice."""
    subjects = Counter((shown.issuer, type(shown.content)) for shown in statements if shown.issuer)
    twice = sorted({str(issuer) for (issuer, _), count in subjects.items() if count > 1})
    if not twice:
        return []
    detail = {"issuers": " ".join(twice)}
    return [passed(CheckCode.COMPLETENESS, Reason.OVERLAPPING, PRESENTATION, **detail)]


def _counts(content: WorkHistory | RatingHistory | PaperStatement) -> Sequence[Count]:
    match content:
        case WorkHistory(engagements=engagements, achievements=achievements, totals=totals):
            return (
                Count("engagements", len(engagements), totals.occupation_count, True),
                Count("achievements", len(achievements), totals.achievement_count, True),
                Count("gigs", sum(line.gig_count for line in engagements), totals.gig_count, False),
                Count(
                    "minutes", sum(line.worked_minutes for line in engagements), totals.worked_minutes, False
                ),
            )
        case RatingHistory(ratings=ratings, reviews=reviews, totals=totals):
            return (
                Count("ratings", len(ratings), totals.rating_line_count, True),
                Count("reviews", len(reviews), totals.review_count, True),
                Count("marks", sum(rating.count for rating in ratings), totals.rating_count, False),
            )
        case PaperStatement(lines=lines, totals=totals):
            return (
                Count("lines", len(lines), totals.line_count, True),
                Count("gigs", sum(line.gig_count for line in lines), totals.gig_count, False),
                Count("hours", sum(line.worked_hours for line in lines), totals.worked_hours, False),
                Count("marks", sum(line.rating_count for line in lines), totals.rating_count, False),
            )
