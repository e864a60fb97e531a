"""Statements for tests: hypothesis strategies over the whole model, and two plain examples."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from hypothesis import strategies as st

from standard.model import (
    Achievement,
    ClaimLevel,
    Dispute,
    DisputeStatus,
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

DISHWASHER = OccupationUri("http://data.europa.eu/esco/occupation/d5db9d5c-2ebf-4a54-a79a-1b7e7ff70471")


def new_id() -> str:
    """A fresh node id."""
    return f"urn:uuid:{uuid4()}"


WORK_HISTORY = WorkHistory(
    as_of=date(2026, 11, 20),
    claim_level=ClaimLevel.AGGREGATED,
    period=Period(date(2021, 3, 12), date(2026, 11, 18), current=True),
    engagements=(
        Engagement(
            "Afwas & spoelkeuken", DISHWASHER, 148, 62160, 31, 12, date(2021, 3, 12), date(2026, 11, 18)
        ),
        Engagement("Bediening", None, 96, 36720, 9, 0, date(2022, 1, 1), date(2024, 2, 29)),
    ),
    achievements=(Achievement("Hygiëne en HACCP, basis", "nl", date(2022, 3, 4)),),
    totals=WorkTotals(2, 244, 98880, 1),
    name=None,
)

RATING_HISTORY = RatingHistory(
    as_of=date(2026, 11, 20),
    ratings=(
        Rating(
            "Afwas & spoelkeuken",
            DISHWASHER,
            "overall",
            "4.72",
            "5",
            "1",
            141,
            date(2021, 3, 12),
            date(2026, 11, 18),
            (RatingBin("5", 110), RatingBin("4", 31)),
        ),
    ),
    reviews=(
        Review(
            "Afwas & spoelkeuken",
            DISHWASHER,
            "2026-08",
            "Pakte alles op.\n\tGraag weer! “Çok güzel” 👍",
            "nl",
            "5",
            "5",
            "1",
            "restaurant",
            transaction_bound=True,
        ),
        Review("Bediening", None, "2026-07", "ممتاز", "ar", None, None, None, None, transaction_bound=False),
    ),
    totals=RatingTotals(1, 141, 2),
    name=None,
)

_texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(str.strip)
_counts = st.integers(0, 2**53 - 1)
_dates = st.dates(date(1990, 1, 1), date(2100, 1, 1))
_periods = st.tuples(_dates, _dates).map(sorted)
_occupations = st.sampled_from([None, DISHWASHER])
disputes = st.none() | st.builds(Dispute, st.sampled_from(DisputeStatus), _dates)
_languages = st.sampled_from(["nl", "en", "pl", "tr", "ar", "zh-Hant"])


@st.composite
def engagements(draw: st.DrawFn) -> Engagement:
    repeat, clients = sorted((draw(_counts), draw(_counts)))
    first, last = draw(_periods)
    return Engagement(
        draw(_texts), draw(_occupations), draw(_counts), draw(_counts), clients, repeat, first, last,
        draw(disputes),
    )  # fmt: skip


@st.composite
def ratings(draw: st.DrawFn) -> Rating:
    worst, value, best = draw(st.sampled_from([("1", "4.72", "5"), ("0", "1", "1"), ("-10", "0", "10")]))
    first, last = draw(_periods)
    bins = draw(st.lists(st.builds(RatingBin, st.sampled_from([worst, value, best]), _counts), max_size=3))
    return Rating(
        draw(_texts), draw(_occupations), draw(_texts), value, best, worst, draw(_counts), first, last,
        tuple(bins), draw(disputes),
    )  # fmt: skip


@st.composite
def reviews(draw: st.DrawFn) -> Review:
    value, best, worst = draw(st.sampled_from([("5", "5", "1"), ("0.5", "1", "0"), (None, None, None)]))
    month = draw(_dates).isoformat()[:7]
    return Review(
        draw(_texts), draw(_occupations), month, draw(_texts), draw(_languages), value, best, worst,
        draw(st.none() | _texts), draw(st.booleans()), draw(disputes),
    )  # fmt: skip


work_histories = st.builds(
    WorkHistory,
    as_of=_dates,
    claim_level=st.sampled_from(ClaimLevel),
    period=st.builds(lambda days, current: Period(days[0], days[1], current), _periods, st.booleans()),
    engagements=st.lists(engagements(), min_size=1, max_size=3).map(tuple),
    achievements=st.lists(st.builds(Achievement, _texts, _languages, _dates), max_size=2).map(tuple),
    totals=st.builds(WorkTotals, _counts, _counts, _counts, _counts),
    name=st.none(),
)

rating_histories = st.builds(
    RatingHistory,
    as_of=_dates,
    ratings=st.lists(ratings(), min_size=1, max_size=2).map(tuple),
    reviews=st.lists(reviews(), max_size=3).map(tuple),
    totals=st.builds(RatingTotals, _counts, _counts, _counts),
    name=st.none(),
)

statements: st.SearchStrategy[Statement] = st.one_of(work_histories, rating_histories)
