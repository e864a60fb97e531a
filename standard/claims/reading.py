"""From claims to a statement, strictly: an unknown claim, or one at odds with another, is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from standard.claims.members import Members
from standard.model import (
    Achievement,
    ClaimLevel,
    Dispute,
    DisputeStatus,
    Engagement,
    OccupationUri,
    Period,
    PersonName,
    Rating,
    RatingBin,
    RatingHistory,
    RatingTotals,
    Review,
    Statement,
    StatementType,
    WorkHistory,
    WorkTotals,
)

_LEVELS: Final = frozenset(ClaimLevel)
_DISPUTE_STATUSES: Final = frozenset(DisputeStatus)


def parse_subject(
    statement_type: StatementType, claims: Mapping[str, object], name: PersonName | None = None
) -> Statement:
    """Read the claims about a worker.

    Args:
        statement_type: what the credential says it states.
        claims: `credentialSubject`, or the processed claims of an SD-JWT less its envelope. Lists may
            be short or absent where the worker left things out; totals are always there.
        name: the disclosed name, which the forms carry in different places.

    Raises:
        DataModelError: the message begins with the place, such as `engagement[2].gigCount`.
    """
    # The subject's own id is the worker's key, which says nothing about the statement.
    members = Members({key: value for key, value in claims.items() if key != "id"}, "", node_type=None)
    if statement_type is StatementType.WORK_HISTORY:
        statement: Statement = _work_history(members, name)
    else:
        statement = _rating_history(members, name)
    members.finish()
    return statement


def _work_history(members: Members, name: PersonName | None) -> WorkHistory:
    level = members.text("claimLevel")
    if level not in _LEVELS:
        members.refuse("claimLevel", "not a known level")
    return WorkHistory(
        as_of=members.day("asOf"),
        claim_level=ClaimLevel(level),
        period=_period(members.object("period", "WorkPeriod")),
        engagements=tuple(_engagement(item) for item in members.objects("engagement", "Engagement")),
        achievements=tuple(_achievement(item) for item in members.objects("achievement", "Achievement")),
        totals=_work_totals(members.object("workTotals", "WorkTotals")),
        name=name,
    )


def _rating_history(members: Members, name: PersonName | None) -> RatingHistory:
    return RatingHistory(
        as_of=members.day("asOf"),
        ratings=tuple(_rating(item) for item in members.objects("rating", "Rating")),
        reviews=tuple(_review(item) for item in members.objects("review", "Review")),
        totals=_rating_totals(members.object("ratingTotals", "RatingTotals")),
        name=name,
    )


def _period(members: Members) -> Period:
    period = Period(members.day("startDate"), members.day("endDate"), members.flag("current"))
    members.in_order("startDate", "endDate", period.start_date, period.end_date)
    members.finish()
    return period


def _engagement(members: Members) -> Engagement:
    engagement = Engagement(
        category=members.text("category"),
        occupation=_occupation(members),
        gig_count=members.count("gigCount"),
        worked_minutes=members.count("workedMinutes"),
        client_count=members.count("clientCount"),
        repeat_client_count=members.count("repeatClientCount"),
        first_date=members.day("firstDate"),
        last_date=members.day("lastDate"),
        dispute=_dispute(members),
    )
    members.in_order("firstDate", "lastDate", engagement.first_date, engagement.last_date)
    if engagement.repeat_client_count > engagement.client_count:
        members.refuse("repeatClientCount", "above clientCount")
    members.finish()
    return engagement


def _achievement(members: Members) -> Achievement:
    achievement = Achievement(
        name=members.text("achievementName"),
        language=members.language("language"),
        awarded_on=members.day("awardedOn"),
    )
    members.finish()
    return achievement


def _work_totals(members: Members) -> WorkTotals:
    totals = WorkTotals(
        occupation_count=members.count("occupationCount"),
        gig_count=members.count("gigCount"),
        worked_minutes=members.count("workedMinutes"),
        achievement_count=members.count("achievementCount"),
    )
    members.finish()
    return totals


def _rating(members: Members) -> Rating:
    rating = Rating(
        category=members.text("category"),
        occupation=_occupation(members),
        dimension=members.text("dimension"),
        value=members.decimal("ratingValue"),
        best=members.decimal("bestRating"),
        worst=members.decimal("worstRating"),
        count=members.count("ratingCount"),
        first_date=members.day("firstDate"),
        last_date=members.day("lastDate"),
        distribution=tuple(_rating_bin(item) for item in members.objects("distribution", "RatingBin")),
        dispute=_dispute(members),
    )
    members.in_scale("ratingValue", rating.value, worst=rating.worst, best=rating.best)
    members.in_order("firstDate", "lastDate", rating.first_date, rating.last_date)
    for index, item in enumerate(rating.distribution):
        members.in_scale(f"distribution[{index}].binValue", item.value, worst=rating.worst, best=rating.best)
    members.finish()
    return rating


def _rating_bin(members: Members) -> RatingBin:
    rating_bin = RatingBin(members.decimal("binValue"), members.count("binCount"))
    members.finish()
    return rating_bin


def _review(members: Members) -> Review:
    # The mark and its scale come together or not at all.
    is_rated = any(name in members for name in ("ratingValue", "bestRating", "worstRating"))
    review = Review(
        category=members.text("category"),
        occupation=_occupation(members),
        month=members.month("reviewMonth"),
        text=members.text("reviewText"),
        language=members.language("language"),
        rating=members.decimal("ratingValue") if is_rated else None,
        best=members.decimal("bestRating") if is_rated else None,
        worst=members.decimal("worstRating") if is_rated else None,
        client_kind=members.optional_text("clientKind"),
        transaction_bound=members.flag("transactionBound"),
        dispute=_dispute(members),
    )
    if review.rating is not None and review.best is not None and review.worst is not None:
        members.in_scale("ratingValue", review.rating, worst=review.worst, best=review.best)
    members.finish()
    return review


def _dispute(record: Members) -> Dispute | None:
    if "dispute" not in record:
        return None
    members = record.object("dispute", "Dispute")
    status = members.text("disputeStatus")
    if status not in _DISPUTE_STATUSES:
        members.refuse("disputeStatus", "not a known status")
    dispute = Dispute(DisputeStatus(status), members.day("disputedOn"))
    members.finish()
    return dispute


def _rating_totals(members: Members) -> RatingTotals:
    totals = RatingTotals(
        rating_line_count=members.count("ratingLineCount"),
        rating_count=members.count("ratingCount"),
        review_count=members.count("reviewCount"),
    )
    members.finish()
    return totals


def _occupation(members: Members) -> OccupationUri | None:
    uri = members.optional_occupation()
    return None if uri is None else OccupationUri(uri)
