"""What an organisation states, as it stands on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from standard import compact
from standard.compact import LineSource
from standard.errors import CompactError
from standard.model import NameCheck, PersonName, RatingHistory, WorkHistory
from tests.standard.statements import RATING_HISTORY, WORK_HISTORY, rating_histories, work_histories


def test_work_and_its_overall_rating_share_a_line() -> None:
    statement = compact.paper_statement(WORK_HISTORY, RATING_HISTORY)
    kitchen, service = statement.lines
    assert (kitchen.gig_count, kitchen.worked_hours) == (148, 1036)
    assert (kitchen.rating_value, kitchen.rating_worst, kitchen.rating_best, kitchen.rating_count) == (
        "4.72",
        "1",
        "5",
        141,
    )
    assert (kitchen.first_month, kitchen.last_month) == ("2021-03", "2026-11")
    assert kitchen.category is None
    assert (service.category, service.occupation, service.rating_value) == ("Bediening", None, None)
    totals = statement.totals
    assert (totals.line_count, totals.gig_count, totals.worked_hours) == (2, 244, 1648)
    assert (totals.rating_count, totals.review_count) == (141, 2)


@given(work_histories, rating_histories)
def test_lines_never_add_up_to_more_hours_than_the_engagements(
    history: WorkHistory, ratings: RatingHistory
) -> None:
    lines = compact.paper_statement(history, ratings).lines
    worked_minutes = sum(engagement.worked_minutes for engagement in history.engagements)
    assert sum(line.worked_hours for line in lines) <= worked_minutes // 60


@given(work_histories, rating_histories)
def test_every_engagement_and_every_overall_rating_is_on_exactly_one_line(
    history: WorkHistory, ratings: RatingHistory
) -> None:
    sources = compact.line_sources(history, ratings)
    worked = [source.engagement for source in sources if source.engagement is not None]
    rated = [source.rating for source in sources if source.rating is not None]
    assert worked == list(range(len(history.engagements)))
    assert sorted(rated) == [
        place for place, rating in enumerate(ratings.ratings) if rating.dimension == "overall"
    ]


def test_a_second_scale_and_a_rating_without_work_get_lines_of_their_own() -> None:
    (rating,) = RATING_HISTORY.ratings
    thumbs = replace(rating, value="1", worst="0", best="1")
    elsewhere = replace(rating, category="Tuin", occupation=None)
    politeness = replace(rating, dimension="politeness")
    ratings = replace(RATING_HISTORY, ratings=(politeness, rating, thumbs, elsewhere))
    assert compact.line_sources(WORK_HISTORY, ratings) == (
        LineSource(0, 1),
        LineSource(1, None),
        LineSource(None, 2),
        LineSource(None, 3),
    )
    assert compact.paper_statement(WORK_HISTORY, ratings).lines[3].gig_count == 0


def test_one_of_the_two_statements_is_enough_and_none_is_not() -> None:
    assert len(compact.paper_statement(WORK_HISTORY, None).lines) == 2
    assert len(compact.paper_statement(None, RATING_HISTORY).lines) == 1
    with pytest.raises(CompactError):
        compact.paper_statement(None, None)


def test_two_names_are_not_put_on_one_paper() -> None:
    work = replace(WORK_HISTORY, name=PersonName("Fatima el Amrani", NameCheck.BANK))
    ratings = replace(RATING_HISTORY, name=PersonName("F. el Amrani", NameCheck.BANK))
    with pytest.raises(CompactError):
        compact.paper_statement(work, ratings)


def test_the_later_date_is_the_date_of_the_paper() -> None:
    later = replace(RATING_HISTORY, as_of=date(2026, 12, 1))
    assert compact.paper_statement(WORK_HISTORY, later).as_of == date(2026, 12, 1)
