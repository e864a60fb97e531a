"""From a statement to its claims."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from standard.model import (
    Achievement,
    Dispute,
    Engagement,
    OccupationUri,
    Period,
    Rating,
    RatingBin,
    RatingHistory,
    RatingTotals,
    Review,
    Statement,
    WorkHistory,
    WorkTotals,
)

Json: TypeAlias = dict[str, Any]


def subject_claims(statement: Statement, *, new_id: Callable[[], str] | None) -> Json:
    """Write a statement's claims, without the name and without the subject's own id.

    Args:
        statement: what to write.
        new_id: makes a fresh `urn:uuid:…`; every node then gets an id and a type, as the Data
            Integrity form needs. None writes neither, as SD-JWT needs.
    """
    writer = _Writer(new_id)
    if isinstance(statement, WorkHistory):
        return writer.work_history(statement)
    return writer.rating_history(statement)


class _Writer:
    def __init__(self, new_id: Callable[[], str] | None) -> None:
        self.new_id = new_id

    def work_history(self, history: WorkHistory) -> Json:
        claims: Json = {
            "claimLevel": history.claim_level.value,
            "asOf": history.as_of.isoformat(),
            "period": self.period(history.period),
            "engagement": [self.engagement(engagement) for engagement in history.engagements],
        }
        if history.achievements:
            claims["achievement"] = [self.achievement(item) for item in history.achievements]
        return claims | {"workTotals": self.work_totals(history.totals)}

    def rating_history(self, history: RatingHistory) -> Json:
        claims: Json = {"asOf": history.as_of.isoformat()}
        if history.ratings:
            claims["rating"] = [self.rating(rating) for rating in history.ratings]
        if history.reviews:
            claims["review"] = [self.review(review) for review in history.reviews]
        return claims | {"ratingTotals": self.rating_totals(history.totals)}

    def period(self, period: Period) -> Json:
        return self.node("WorkPeriod") | {
            "startDate": period.start_date.isoformat(),
            "endDate": period.end_date.isoformat(),
            "current": period.current,
        }

    def engagement(self, engagement: Engagement) -> Json:
        claims = self.work("Engagement", engagement.category, engagement.occupation) | {
            "gigCount": engagement.gig_count,
            "workedMinutes": engagement.worked_minutes,
            "clientCount": engagement.client_count,
            "repeatClientCount": engagement.repeat_client_count,
            "firstDate": engagement.first_date.isoformat(),
            "lastDate": engagement.last_date.isoformat(),
        }
        return claims | self.dispute(engagement.dispute)

    def achievement(self, achievement: Achievement) -> Json:
        return self.node("Achievement") | {
            "achievementName": achievement.name,
            "language": achievement.language,
            "awardedOn": achievement.awarded_on.isoformat(),
        }

    def work_totals(self, totals: WorkTotals) -> Json:
        return self.node("WorkTotals") | {
            "occupationCount": totals.occupation_count,
            "gigCount": totals.gig_count,
            "workedMinutes": totals.worked_minutes,
            "achievementCount": totals.achievement_count,
        }

    def rating(self, rating: Rating) -> Json:
        claims = self.work("Rating", rating.category, rating.occupation) | {
            "dimension": rating.dimension,
            "ratingValue": rating.value,
            "bestRating": rating.best,
            "worstRating": rating.worst,
            "ratingCount": rating.count,
            "firstDate": rating.first_date.isoformat(),
            "lastDate": rating.last_date.isoformat(),
        }
        if rating.distribution:
            claims["distribution"] = [self.rating_bin(item) for item in rating.distribution]
        return claims | self.dispute(rating.dispute)

    def rating_bin(self, item: RatingBin) -> Json:
        return self.node("RatingBin") | {"binValue": item.value, "binCount": item.count}

    def review(self, review: Review) -> Json:
        claims = self.work("Review", review.category, review.occupation) | {
            "reviewMonth": review.month,
            "reviewText": review.text,
            "language": review.language,
        }
        if review.rating is not None:
            claims |= {
                "ratingValue": review.rating,
                "bestRating": review.best,
                "worstRating": review.worst,
            }
        if review.client_kind is not None:
            claims["clientKind"] = review.client_kind
        return claims | {"transactionBound": review.transaction_bound} | self.dispute(review.dispute)

    def dispute(self, dispute: Dispute | None) -> Json:
        if dispute is None:
            return {}
        mark = {"disputeStatus": dispute.status.value, "disputedOn": dispute.disputed_on.isoformat()}
        return {"dispute": self.node("Dispute") | mark}

    def rating_totals(self, totals: RatingTotals) -> Json:
        return self.node("RatingTotals") | {
            "ratingLineCount": totals.rating_line_count,
            "ratingCount": totals.rating_count,
            "reviewCount": totals.review_count,
        }

    def work(self, node_type: str, category: str, occupation: OccupationUri | None) -> Json:
        claims = self.node(node_type) | {"category": category}
        return claims if occupation is None else claims | {"occupation": occupation}

    def node(self, node_type: str) -> Json:
        return {} if self.new_id is None else {"id": self.new_id(), "type": node_type}
