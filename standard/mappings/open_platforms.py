"""Open Platforms (JobTech): the statements of one organisation as platform data.

The format lists single gigs. A kind of work becomes one interaction, a review another;
`open_platforms_reading` is the way back, where every interaction is one gig.

Source: the JSON Schema `user-platform-data` of Open Platforms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from standard.mappings.loss import LossReport, Mapped, Reason
from standard.model import Achievement, Engagement, Rating, RatingHistory, Review, Statement, WorkHistory

# The schema's pattern allows one line per text, and these begin another one.
_LINE_BREAKS = re.compile("[\n\r\u2028\u2029]+")


def write_platform_data(statements: Iterable[Statement]) -> Mapped[dict[str, Any]]:
    """Write the statements of one organisation as platform data.

    Losses are places such as `[0].engagements[2].gig_count`, the number being that of the statement.
    Marks stand with the first work of their kind, else in an interaction of their own.
    """
    writer = _Writer()
    for index, statement in enumerate(statements):
        if isinstance(statement, WorkHistory):
            writer.work_history(statement, f"[{index}]")
        else:
            writer.rating_history(statement, f"[{index}]")
    return writer.mapped()


class _Writer:
    """Collects interactions and achievements, and what they cannot say."""

    def __init__(self) -> None:
        self._report = LossReport()
        self._interactions: list[dict[str, Any]] = []
        self._first_of_kind: dict[str, dict[str, Any]] = {}
        self._achievements: list[dict[str, Any]] = []
        self._ratings: list[tuple[str, Rating]] = []
        self._reviews: list[tuple[str, Review]] = []

    def work_history(self, history: WorkHistory, place: str) -> None:
        lost = ("as_of", "claim_level", "period", "totals", "name")
        self._report.add_members(history, place, Reason.NO_PLACE, *lost)
        for index, engagement in enumerate(history.engagements):
            self._engagement(engagement, f"{place}.engagements[{index}]")
        for index, achievement in enumerate(history.achievements):
            self._achievement(achievement, f"{place}.achievements[{index}]")

    def rating_history(self, history: RatingHistory, place: str) -> None:
        self._report.add_members(history, place, Reason.NO_PLACE, "as_of", "totals", "name")
        self._ratings += ((f"{place}.ratings[{index}]", line) for index, line in enumerate(history.ratings))
        self._reviews += ((f"{place}.reviews[{index}]", said) for index, said in enumerate(history.reviews))

    def mapped(self) -> Mapped[dict[str, Any]]:
        """Finish: marks can join any work, also of a statement that came after them."""
        for place, rating in self._ratings:
            self._rating(rating, place)
        for place, review in self._reviews:
            self._review(review, place)
        return self._report.mapped({"interactions": self._interactions, "achievements": self._achievements})

    def _engagement(self, engagement: Engagement, place: str) -> None:
        lost = ("occupation", "client_count", "repeat_client_count", "dispute")
        self._report.add_members(engagement, place, Reason.NO_PLACE, *lost)
        if engagement.gig_count != 1:
            self._report.add(f"{place}.gig_count", Reason.NO_PLACE)
        hours, minutes = divmod(engagement.worked_minutes, 60)
        if minutes:
            self._report.add(f"{place}.worked_minutes", Reason.PRECISION)
        category = self._line(engagement.category, f"{place}.category")
        interaction = self._interaction(category, engagement.first_date, engagement.last_date)
        interaction["additionalData"] = {"noOfHours": hours}

    def _achievement(self, achievement: Achievement, place: str) -> None:
        self._achievements.append(
            {
                "id": f"achievement-{len(self._achievements) + 1}",
                "timeStamp": _midnight(achievement.awarded_on.isoformat()),
                "type": "Badge",
                "name": self._line(achievement.name, f"{place}.name"),
                "description": "",
                "language": achievement.language,
            }
        )

    def _rating(self, rating: Rating, place: str) -> None:
        lost = ("occupation", "count", "distribution", "first_date", "last_date", "dispute")
        self._report.add_members(rating, place, Reason.NO_PLACE, *lost)
        category = self._line(rating.category, f"{place}.category")
        interaction = self._first_of_kind.get(category) or self._interaction(
            category, rating.first_date, rating.last_date
        )
        name = self._line(rating.dimension, f"{place}.dimension")
        marks = interaction["outcome"].setdefault("ratings", [])
        marks.append(self._mark(place, name, ("value", rating.value), rating.worst, rating.best))

    def _review(self, review: Review, place: str) -> None:
        self._report.add_members(review, place, Reason.NO_PLACE, "occupation", "client_kind", "dispute")
        if not review.transaction_bound:
            # The format hangs every review on an interaction.
            self._report.add(f"{place}.transaction_bound", Reason.NO_PLACE)
        month = date.fromisoformat(f"{review.month}-01")
        category = self._line(review.category, f"{place}.category")
        outcome = self._interaction(category, month, month)["outcome"]
        text = self._line(review.text, f"{place}.text")
        outcome["review"] = {"title": "", "text": text, "language": review.language}
        if review.rating is not None and review.worst is not None and review.best is not None:
            mark = self._mark(place, "overall", ("rating", review.rating), review.worst, review.best)
            outcome["ratings"] = [mark]

    def _interaction(self, category: str, first_date: date, last_date: date) -> dict[str, Any]:
        interaction: dict[str, Any] = {
            "id": f"interaction-{len(self._interactions) + 1}",
            "period": {
                "start": _midnight(first_date.isoformat()),
                "end": _midnight(last_date.isoformat()),
            },
            "type": category,
            "outcome": {"success": True},
        }
        self._interactions.append(interaction)
        self._first_of_kind.setdefault(category, interaction)
        return interaction

    def _mark(self, place: str, name: str, value: tuple[str, str], worst: str, best: str) -> dict[str, Any]:
        """Write a mark; JSON numbers hold fewer digits than our decimal strings."""
        mark: dict[str, Any] = {} if name == "overall" else {"name": name}
        for member, (source, text) in {
            "value": value,
            "min": ("worst", worst),
            "max": ("best", best),
        }.items():
            number = float(text) if "." in text else int(text)
            if Decimal(repr(number)) != Decimal(text):
                self._report.add(f"{place}.{source}", Reason.PRECISION)
            mark[member] = number
        return mark

    def _line(self, text: str, place: str) -> str:
        """Write a text in one line, and say so when it had more."""
        line = _LINE_BREAKS.sub(" ", text)
        if line != text:
            self._report.add(place, Reason.PRECISION)
        return line


def _midnight(day: str) -> str:
    return f"{day}T00:00:00Z"
