"""The page tells what was shown, as it was signed, and says what was left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard.model import (
    DisclosedPresentation,
    NameCheck,
    OwnWords,
    PersonName,
    RatingHistory,
    WorkHistory,
)
from templates.cv.model import CvPage
from templates.cv.page import page, page_day, page_locale
from templates.cv.render import html
from templates.cv.scales import mark_words, mean_words
from templates.cv.timeline import Stretch, axis, months
from templates.cv.words import Words
from tests import cv_samples as samples

DUTCH, ENGLISH = Words("nl"), Words("en")
DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))


def cv(presentation: DisclosedPresentation, locale: str = "nl") -> CvPage:
    return page(presentation, locale=locale, made_on=samples.MADE_ON, checker_host=samples.HOST)


@pytest.mark.parametrize(
    ("value", "worst", "best", "dutch", "english"),
    [
        ("4.72", "1", "5", "4,7 van 5", "4.7 of 5"),
        ("4.97", "1", "5", "4,97 van 5", "4.97 of 5"),
        ("5", "1", "5", "5 van 5", "5 of 5"),
        ("9.3", "1", "10", "9,3 van 10", "9.3 of 10"),
        ("0.97", "0", "1", "97% goed", "97% good"),
        ("0.996", "0", "1", "99% goed", "99% good"),
        ("1.8", "6", "1", "1,8 (1 is het beste, 6 het slechtste)", "1.8 (1 is best, 6 is worst)"),
    ],
)
def test_a_mean_stays_on_its_own_scale(value: str, worst: str, best: str, dutch: str, english: str) -> None:
    assert mean_words(value, worst=worst, best=best, words=DUTCH) == dutch
    assert mean_words(value, worst=worst, best=best, words=ENGLISH) == english


def test_one_thumb_points_up_or_down() -> None:
    assert mark_words("1", worst="0", best="1", words=DUTCH) == "duim omhoog"
    assert mark_words("0", worst="0", best="1", words=DUTCH) == "duim omlaag"


def test_sums_are_the_sums_of_the_rows() -> None:
    drawn = cv(samples.typical("Fatima el Amrani"))
    assert [(figure.value, figure.words) for figure in drawn.figures] == [
        ("611", "klussen"),
        ("3.189", "uur gewerkt"),
        ("4", "organisaties"),
        ("6 van 7", "soorten werk getoond"),
    ]


def test_a_row_carries_its_own_ratings_with_count_and_years() -> None:
    row = cv(samples.typical("Fatima el Amrani")).rows[0]
    assert (row.work, row.organisation) == ("Keukenhulp", "Klusdag B.V. · Afwas & spoelkeuken")
    assert [(mark.value, mark.detail) for mark in row.marks] == [
        ("4,7 van 5", "148 cijfers · 2021–2026"),
        ("", "op tijd 4,9 van 5 · 120 cijfers · 2021–2026"),
    ]
    assert row.period == "mrt 2021 – nov 2026"


def test_a_platform_that_counts_no_clients_is_not_told_as_having_none() -> None:
    shown = samples.single("Bo Li")
    (only,) = shown.statements
    assert isinstance(only.content, WorkHistory)
    done = replace(only.content.engagements[0], client_count=0, repeat_client_count=0)
    drawn = cv(
        replace(shown, statements=(replace(only, content=replace(only.content, engagements=(done,))),))
    )
    assert drawn.rows[0].clients == "–"


def test_no_ratings_are_told_apart_from_ratings_left_out() -> None:
    drawn = cv(samples.typical("Fatima el Amrani"))
    assert [(mark.value, mark.detail) for mark in drawn.rows[-1].marks] == [("geen cijfers", "8 reviews")]
    assert cv(samples.single("Bo Li")).rows[0].marks[0].value == "geen cijfers getoond"


def test_chosen_reviews_are_counted_by_organisation() -> None:
    assert cv(samples.typical("Fatima el Amrani")).quotes_note == (
        "3 van 214 reviews getoond: Klusdag B.V. 2 van 126, Snelgebracht B.V. 1 van 61, "
        "Helder Thuis 0 van 19, Vakhulp (coöperatie) 0 van 8. "
        "Zelf gekozen; elke organisatie ondertekende haar eigen totaal."
    )


def test_what_is_left_out_is_said() -> None:
    assert cv(samples.typical("Fatima el Amrani")).omissions == (
        "Niet alles is getoond. Helder Thuis: 1 van 2 soorten werk."
    )


def test_without_a_name_the_title_is_neutral() -> None:
    drawn = cv(samples.typical(None))
    assert not drawn.is_named
    assert drawn.title == "Mijn werk"
    assert "Fatima el" not in html(drawn, [])


def test_the_best_checked_name_stands_above_and_others_are_told() -> None:
    drawn = cv(samples.complete())
    assert drawn.title == samples.NAMES["arabic"]
    assert drawn.title_direction == "rtl"
    assert drawn.vouchers[1].known_as == "als “F. el Amrani”"
    assert drawn.names_note


def test_case_and_spacing_do_not_make_another_name() -> None:
    one = samples.work("a", "A", (samples.engagement("x", 1, 1, date(2024, 1, 1), date(2024, 1, 1)),),
                       PersonName("Fatima el Amrani", NameCheck.BANK))  # fmt: skip
    two = samples.work("b", "B", (samples.engagement("x", 1, 1, date(2024, 1, 1), date(2024, 1, 1)),),
                       PersonName("FATIMA  EL AMRANI", NameCheck.BANK))  # fmt: skip
    assert cv(samples.presentation((one, two))).names_note == ""


def test_an_older_statement_of_the_same_kind_is_not_counted_twice() -> None:
    shown = samples.single("Bo Li")
    (newer,) = shown.statements
    assert isinstance(newer.content, WorkHistory)
    older = replace(newer, copy_id="other", content=replace(newer.content, as_of=date(2025, 1, 1)))
    assert cv(replace(shown, statements=(older, newer, newer))) == cv(shown)


def test_ratings_without_their_work_still_tell_where_they_are_from() -> None:
    shown = samples.typical("Fatima el Amrani")
    only = tuple(item for item in shown.statements if isinstance(item.content, RatingHistory))
    drawn = cv(replace(shown, statements=only))
    assert (drawn.rows[0].gigs, drawn.rows[0].hours, drawn.rows[0].clients) == ("–", "–", "–")
    assert drawn.rows[0].marks[0].value == "4,7 van 5"


def test_paper_alone_makes_a_page() -> None:
    drawn = cv(samples.paper("Fatima el Amrani"))
    assert drawn.rows[0].period == "jan 2021 – nov 2026"
    assert drawn.omissions.endswith("1 van 2 soorten werk.")
    assert drawn.quotes_note == ""


def test_blank_own_words_leave_no_trace() -> None:
    shown = replace(samples.single("Bo Li"), own_words=OwnWords(" ", "\n", "nl"))
    assert cv(shown).own is None


def test_language_and_day_of_the_page_come_from_the_presentation() -> None:
    shown = samples.typical("Fatima el Amrani", language="en")
    assert page_locale(shown) == "en"
    assert page_locale(replace(shown, language="xx")) == "nl"
    assert page_day(shown) == date(2026, 11, 22)
    assert page_day(replace(shown, created=None)) is None


@given(st.lists(st.tuples(DAYS, DAYS).map(sorted), min_size=1, max_size=8))
def test_every_bar_lies_on_the_axis_in_the_order_of_time(pairs: list[list[date]]) -> None:
    stretches = [Stretch(first, last) for first, last in pairs]
    laid = axis(stretches)
    for stretch in stretches:
        bar = laid.bar(stretch)
        assert 0 <= bar.start < bar.end <= 1.0001
    assert 1 <= len(laid.years) <= 6


def test_months_reach_from_the_first_to_the_last_day() -> None:
    assert months("2024-02", "2024-02") == Stretch(date(2024, 2, 1), date(2024, 2, 29))
    assert months("2021-03", "2021-12").last + timedelta(days=1) == date(2022, 1, 1)


def test_a_dispute_stands_beside_its_line_and_the_reply_below_as_own_words() -> None:
    drawn = cv(samples.disputed("Fatima el Amrani"))
    assert drawn.rows[0].dispute == "betwist door de werker sinds 3 november 2026"
    assert drawn.rows[0].marks[0].detail.endswith("sinds 1 oktober 2026; Klusdag B.V. blijft erbij")
    assert drawn.quotes[0].dispute and drawn.quotes[0].reply is None
    reply = drawn.quotes[1].reply
    assert reply is not None and "eigen woorden" in reply.heading and reply.language == "ar"
    about, _ = (each.about for each in drawn.row_replies)
    assert about.endswith("· Klusdag B.V.")
    assert all("eigen woorden" in each.heading for each in drawn.row_replies)
    assert [row.dispute for row in drawn.rows[1:]] == [""] * (len(drawn.rows) - 1)


def test_only_the_correction_is_told_of_a_statement_and_its_correction() -> None:
    shown = samples.typical("Fatima el Amrani")
    wrong, *others = shown.statements
    assert isinstance(wrong.content, WorkHistory)
    first, *rest = wrong.content.engagements
    right = replace(
        wrong,
        copy_id="urn:uuid:00000000-0000-4000-8000-000000000009",
        supersedes=(wrong.copy_id,),
        content=replace(wrong.content, engagements=(replace(first, gig_count=149), *rest)),
    )
    drawn = cv(replace(shown, statements=(wrong, *others, right)))
    assert drawn.rows[0].gigs == "149"
    assert len(drawn.rows) == len(cv(shown).rows)
