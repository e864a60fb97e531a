"""Summing up keeps every gig, every minute and every mark, whatever the order of the records."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.batch.describe import STILL_ACTIVE, decimal_string, mean, statements
from issuer.imports.records import (
    AchievementRecord,
    CancelledGig,
    GigRecord,
    Mark,
    Record,
    ReviewText,
    Worker,
)
from standard.model import NameCheck

AS_OF = date(2026, 11, 22)
FATIMA = Worker("W-1", "Fatima el Amrani", None)


def gig(
    key: str, *, worker=FATIMA, category="Afwas", day=AS_OF, minutes=60, client=None, marks=(), review=None
):
    return GigRecord(
        row=2,
        worker=worker,
        key=key,
        category=category,
        occupation=None,
        first_date=day,
        last_date=day,
        worked_minutes=minutes,
        client_key=client,
        client_kind=None,
        marks=tuple(marks),
        review=review,
    )


def stars(value: str, dimension="overall") -> Mark:
    return Mark(dimension, Decimal(value), Decimal(5), Decimal(1))


def describe(records):
    return statements(records, as_of=AS_OF, name_check=NameCheck.BANK)


@st.composite
def exports(draw) -> list[Record]:
    records: list[Record] = []
    for number in range(draw(st.integers(0, 25))):
        key = draw(st.sampled_from(["W-1", "W-2", "W-3"]))
        worker = Worker(key, f"Naam {key}", None)
        if draw(st.integers(0, 6)) == 0:
            records.append(CancelledGig(number, worker, f"g{number}"))
            continue
        marks = [
            Mark("overall", Decimal(value), Decimal(5), Decimal(1))
            for value in draw(st.lists(st.integers(1, 5), max_size=1))
        ]
        records.append(
            gig(
                f"g{number}",
                worker=worker,
                category=draw(st.sampled_from(["Afwas", "Bediening", "Tuin"])),
                day=AS_OF - timedelta(days=draw(st.integers(0, 2000))),
                minutes=draw(st.integers(0, 1440)),
                client=draw(st.sampled_from([None, "a", "b", "c"])),
                marks=marks,
                review=draw(st.sampled_from([None, ReviewText("Goed", "nl", True)])),
            )
        )
    return records


@given(exports(), st.randoms(use_true_random=False))
def test_the_order_of_the_records_changes_nothing(records, random):
    shuffled = list(records)
    random.shuffle(shuffled)
    assert list(describe(shuffled).items()) == list(describe(records).items())


@given(exports())
def test_totals_are_the_sums_of_the_lines_and_of_the_gigs(records):
    described = describe(records)
    worked = [record for record in records if isinstance(record, GigRecord)]
    assert set(described) == {record.worker.key for record in worked}
    for key, stated in described.items():
        own = [record for record in worked if record.worker.key == key]
        history = stated.work_history
        assert history.totals.gig_count == sum(line.gig_count for line in history.engagements) == len(own)
        assert history.totals.worked_minutes == sum(line.worked_minutes for line in history.engagements)
        assert history.totals.worked_minutes == sum(record.worked_minutes for record in own)
        assert history.totals.occupation_count == len(history.engagements)
        assert history.period.start_date == min(line.first_date for line in history.engagements)
        assert history.period.end_date == max(line.last_date for line in history.engagements)
        marks = sum(len(record.marks) for record in own)
        reviews = sum(record.review is not None for record in own)
        if stated.ratings is None:
            assert (marks, reviews) == (0, 0)
            continue
        assert stated.ratings.totals.rating_count == marks
        assert stated.ratings.totals.review_count == len(stated.ratings.reviews) == reviews
        for line in stated.ratings.ratings:
            assert sum(bin_.count for bin_ in line.distribution) == line.count
            assert Decimal(line.worst) <= Decimal(line.value) <= Decimal(line.best)


@pytest.mark.parametrize(
    ("total", "count", "expected"),
    [
        ("33", 8, "4.12"),  # 4.125 lies halfway: the even neighbour
        ("35", 8, "4.38"),  # 4.375 as well
        ("14", 3, "4.67"),
        ("9", 2, "4.5"),
        ("20", 4, "5"),
        ("0", 3, "0"),
        ("10", 1, "10"),
    ],
)
def test_a_mean_is_rounded_half_even_without_trailing_zeros(total, count, expected):
    assert mean(Decimal(total), count) == expected


@pytest.mark.parametrize(
    ("value", "text"), [("10", "10"), ("1E+1", "10"), ("7.50", "7.5"), ("0.0", "0"), ("-0", "0")]
)
def test_a_decimal_is_written_without_exponent(value, text):
    assert decimal_string(Decimal(value)) == text


@pytest.mark.parametrize(("days", "current"), [(0, True), (92, True), (93, False)])
def test_a_worker_is_current_for_92_days_after_the_last_gig(days, current):
    stated = describe([gig("1", day=AS_OF - timedelta(days=days))])["W-1"]
    assert stated.work_history.period.current is current
    assert timedelta(days=92) == STILL_ACTIVE


def test_a_client_repeats_from_the_second_gig_of_the_same_kind():
    records = [
        gig("1", client="a"),
        gig("2", client="a"),
        gig("3", client="b"),
        gig("4", client="b", category="Bediening"),
        gig("5"),
    ]
    afwas, bediening = describe(records)["W-1"].work_history.engagements
    assert (afwas.client_count, afwas.repeat_client_count) == (2, 1)
    assert (bediening.client_count, bediening.repeat_client_count) == (1, 0)


def test_dimensions_and_scales_stay_apart():
    ten = Mark("overall", Decimal(8), Decimal(10), Decimal(1))
    records = [gig("1", marks=[stars("5"), stars("3", "Netheid")]), gig("2", marks=[ten])]
    ratings = describe(records)["W-1"].ratings
    assert [(line.dimension, line.best, line.value) for line in ratings.ratings] == [
        ("overall", "5", "5"),
        ("overall", "10", "8"),
        ("Netheid", "5", "3"),
    ]


def test_a_distribution_counts_every_value_from_the_best_down():
    records = [gig(str(number), marks=[stars(value)]) for number, value in enumerate("5535")]
    (line,) = describe(records)["W-1"].ratings.ratings
    assert [(bin_.value, bin_.count) for bin_ in line.distribution] == [("5", 3), ("3", 1)]
    assert Counter({bin_.value: bin_.count for bin_ in line.distribution}).total() == line.count


def test_reviews_come_newest_first_with_their_month_and_overall_mark():
    records = [
        gig("1", day=date(2024, 3, 9), review=ReviewText("Eerste", "nl", True), marks=[stars("4")]),
        gig(
            "2", day=date(2026, 8, 30), review=ReviewText("Laatste", "pl", False), marks=[stars("2", "Tempo")]
        ),
    ]
    last, first = describe(records)["W-1"].ratings.reviews
    assert (last.text, last.month, last.language, last.rating, last.best) == (
        "Laatste",
        "2026-08",
        "pl",
        None,
        None,
    )
    assert (first.text, first.month, first.rating, first.best, first.worst) == (
        "Eerste",
        "2024-03",
        "4",
        "5",
        "1",
    )


def test_the_name_of_the_latest_gig_counts():
    renamed = Worker("W-1", "Fatima Bakker-el Amrani", None)
    stated = describe([gig("2", worker=renamed), gig("1", day=date(2022, 1, 1))])["W-1"]
    assert stated.work_history.name.full_name == "Fatima Bakker-el Amrani"
    assert stated.work_history.name.check is NameCheck.BANK


def test_achievements_alone_make_no_statement_but_join_one():
    badge = AchievementRecord(3, FATIMA, "b1", "Topkracht", "nl", date(2025, 5, 1))
    assert describe([badge]) == {}
    history = describe([badge, gig("1")])["W-1"].work_history
    assert [achievement.name for achievement in history.achievements] == ["Topkracht"]
    assert history.totals.achievement_count == 1
