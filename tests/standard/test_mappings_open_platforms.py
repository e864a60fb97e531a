from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from standard.errors import DataModelError
from standard.mappings import Loss, PlatformData, Reason, read_platform_data, write_platform_data
from standard.model import Rating, RatingHistory, WorkHistory
from tests.standard.mapping_laws import is_lost, leaves, names_nothing
from tests.standard.statements import RATING_HISTORY, WORK_HISTORY, rating_histories, work_histories
from tests.standard.vectors import published_data

AS_OF = date(2026, 11, 22)


def _read(document: dict[str, Any]) -> PlatformData:
    return read_platform_data(document, as_of=AS_OF, language="und").value


@given(work_histories, rating_histories)
def test_what_the_report_does_not_name_comes_back(work: WorkHistory, ratings: RatingHistory) -> None:
    written = write_platform_data([work, ratings])
    read = _read(written.value)
    assert read.ratings is not None
    kept = list(_side_by_side("[0].engagements", work.engagements, read.work_history.engagements))
    kept += _side_by_side("[0].achievements", work.achievements, read.work_history.achievements)
    kept += _side_by_side("[1].reviews", ratings.reviews, read.ratings.reviews)
    for place, said, back in kept:
        assert is_lost(place, written.losses) or said == back, place


@given(work_histories, rating_histories)
def test_every_exact_mark_comes_back(work: WorkHistory, ratings: RatingHistory) -> None:
    # Marks move to the work of their kind, so they are compared without regard to their order.
    written = write_platform_data([work, ratings])
    read = _read(written.value).ratings
    exact = [
        rating
        for index, rating in enumerate(ratings.ratings)
        if not any(is_lost(f"[1].ratings[{index}].{name}", written.losses) for name in MARK)
    ]
    assert read is not None
    assert Counter(map(_mark, exact)) <= Counter(map(_mark, read.ratings))


MARK = ("category", "dimension", "value", "best", "worst")


def _mark(rating: Rating) -> tuple[str, ...]:
    return tuple(getattr(rating, name) for name in MARK)


def _side_by_side(
    place: str, written: Sequence[object], read: Sequence[object]
) -> Iterator[tuple[str, str, str | None]]:
    """Pair what was written with what was read; what was written stands first in what was read."""
    for index, said in enumerate(written):
        back = dict(leaves(read[index], f"{place}[{index}]"))
        yield from ((leaf, value, back.get(leaf)) for leaf, value in leaves(said, f"{place}[{index}]"))


@given(work_histories, rating_histories)
def test_the_report_names_all_that_is_missing_and_nothing_else(
    work: WorkHistory, ratings: RatingHistory
) -> None:
    losses = write_platform_data([work, ratings]).losses
    assert names_nothing((work, ratings), losses) == []
    carried = {"category", "first_date", "last_date", "name", "language", "awarded_on", "month", "text",
               "dimension", "value", "best", "worst", "rating", "gig_count", "worked_minutes",
               "transaction_bound"}  # fmt: skip
    for place, _ in leaves((work, ratings)):
        assert is_lost(place, losses) or place.rpartition(".")[2] in carried, place


@cache
def _schema() -> dict[str, Any]:
    path = published_data("open-platforms") / "openplatforms_platform_schema.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


@given(work_histories, rating_histories)
def test_platform_data_follows_the_schema_of_open_platforms(
    work: WorkHistory, ratings: RatingHistory
) -> None:
    Draft7Validator(_schema()).validate(write_platform_data([work, ratings]).value)


def test_marks_stand_with_the_work_of_their_kind() -> None:
    document = write_platform_data([RATING_HISTORY, WORK_HISTORY]).value
    assert document["interactions"][0]["type"] == "Afwas & spoelkeuken"
    assert document["interactions"][0]["additionalData"] == {"noOfHours": 1036}
    assert document["interactions"][0]["outcome"]["ratings"] == [{"value": 4.72, "min": 1, "max": 5}]


GIG = {
    "id": "8241029",
    "period": {"start": "2018-11-03T14:00:00.1760745+02:00", "end": "2018-11-03T16:30:00.1760745+02:00"},
    "client": {"id": "9118922", "name": "John Client", "photoUri": "https://path.to.picture"},
    "type": "Delivery",
    "outcome": {
        "success": True,
        "review": {"title": "Great", "text": "Will hire again."},
        "ratings": [{"value": 5, "min": 1, "max": 5}, {"name": "On time", "value": 1, "min": 0, "max": 1}],
    },
}


def test_a_gig_of_a_platform_is_read_one_by_one() -> None:
    read = read_platform_data({"interactions": [GIG]}, as_of=AS_OF, language="en")
    (gig,) = read.value.work_history.engagements
    assert (gig.gig_count, gig.worked_minutes, gig.client_count) == (1, 150, 1)
    assert gig.first_date == gig.last_date == date(2018, 11, 3)
    assert read.value.ratings is not None
    (review,) = read.value.ratings.reviews
    assert (review.month, review.text, review.rating) == ("2018-11", "Great\nWill hire again.", "5")
    assert [mark.dimension for mark in read.value.ratings.ratings] == ["overall", "On time"]
    assert Loss("interactions[0].client", Reason.NOT_READ) in read.losses


def test_sums_that_no_statement_can_say_are_refused() -> None:
    endless = {**GIG, "additionalData": {"noOfHours": 2**53 // 60 - 1}}
    with pytest.raises(DataModelError, match=r"workTotals\.workedMinutes"):
        _read({"interactions": [endless, endless]})


def test_a_language_that_is_none_is_named() -> None:
    awarded = {"id": "1", "timeStamp": "2018-11-02T14:03:16Z", "name": "Top", "language": "Nederlands"}
    document = {"interactions": [GIG], "achievements": [awarded]}
    read = read_platform_data(document, as_of=AS_OF, language="nl")
    assert read.value.work_history.achievements[0].language == "nl"
    assert Loss("achievements[0].language", Reason.MALFORMED) in read.losses


def test_no_client_is_kept() -> None:
    assert "John" not in repr(read_platform_data({"interactions": [GIG]}, as_of=AS_OF, language="en"))


def test_what_was_no_success_is_left_out_and_named() -> None:
    failed = {**GIG, "outcome": {"success": False}}
    read = read_platform_data({"interactions": [GIG, failed]}, as_of=AS_OF, language="en")
    assert read.value.work_history.totals.gig_count == 1
    assert Loss("interactions[1]", Reason.NOT_READ) in read.losses


@pytest.mark.parametrize(
    "document",
    [{}, {"interactions": []}, {"interactions": "x"}, {"interactions": [{}]}, {"interactions": [None]}],
)
def test_data_without_a_gig_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(DataModelError):
        _read(document)


_values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)


@given(st.dictionaries(st.sampled_from([*GIG, "additionalData"]), _values | st.lists(_values, max_size=2)))
def test_a_spoilt_gig_is_read_or_refused_with_our_own_error(spoilt: dict[str, Any]) -> None:
    read = read_platform_data({"interactions": [GIG, {**GIG, **spoilt}]}, as_of=AS_OF, language="en")
    assert 1 <= read.value.work_history.totals.gig_count <= 2
