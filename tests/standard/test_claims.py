from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard.claims import VCT, parse_subject, statement_type, subject_claims
from standard.errors import DataModelError
from standard.model import NameCheck, PersonName, Statement, StatementType
from tests.standard.statements import RATING_HISTORY, WORK_HISTORY, new_id, statements


@given(statements, st.booleans())
def test_a_statement_is_read_back_from_its_claims(statement: Statement, with_ids: bool) -> None:
    claims = subject_claims(statement, new_id=new_id if with_ids else None)
    assert parse_subject(statement_type(statement), claims) == statement


def test_the_name_is_never_among_the_claims() -> None:
    name = PersonName("Fatima el Amrani", NameCheck.BANK)
    named = WORK_HISTORY.__class__(**{
        field: getattr(WORK_HISTORY, field) for field in WORK_HISTORY.__dataclass_fields__ if field != "name"
    }, name=name)  # fmt: skip
    claims = subject_claims(named, new_id=None)
    assert "Fatima" not in repr(claims)
    assert parse_subject(StatementType.WORK_HISTORY, claims, name) == named


def test_nodes_have_ids_and_types_only_where_they_are_asked_for() -> None:
    assert "'id'" not in repr(subject_claims(RATING_HISTORY, new_id=None))
    assert "'type'" not in repr(subject_claims(RATING_HISTORY, new_id=None))
    rating = subject_claims(RATING_HISTORY, new_id=new_id)["rating"][0]
    assert rating["type"] == "Rating"
    assert rating["distribution"][0]["id"].startswith("urn:uuid:")


def test_each_type_has_its_own_vct() -> None:
    assert len(set(VCT.values())) == len(VCT) == len(StatementType)


def test_what_a_worker_left_out_may_be_absent() -> None:
    claims = subject_claims(RATING_HISTORY, new_id=None)
    del claims["rating"], claims["review"][0]
    read = parse_subject(StatementType.RATING, claims)
    assert read.totals == RATING_HISTORY.totals
    assert parse_subject(StatementType.RATING, {**claims, "review": []})


@pytest.mark.parametrize(
    ("statement", "place", "change"),
    [
        (WORK_HISTORY, "workTotals", lambda c: c.pop("workTotals")),
        (WORK_HISTORY, "engagement[0].dispute", lambda c: c["engagement"][0].update(dispute="open")),
        (WORK_HISTORY, "engagement[0].dispute.disputedOn",
         lambda c: c["engagement"][0].update(dispute={"disputeStatus": "open"})),
        (WORK_HISTORY, "engagement[0].dispute.disputeStatus",
         lambda c: c["engagement"][0].update(dispute={"disputeStatus": "won", "disputedOn": "2026-11-20"})),
        (WORK_HISTORY, "workTotals.x", lambda c: c["workTotals"].update(x=1)),
        (WORK_HISTORY, "claimLevel", lambda c: c.update(claimLevel="partial")),
        (WORK_HISTORY, "asOf", lambda c: c.update(asOf="2026-02-30")),
        (WORK_HISTORY, "asOf", lambda c: c.update(asOf=20261120)),
        (WORK_HISTORY, "x", lambda c: c.update(x=1)),
        (WORK_HISTORY, "period", lambda c: c.update(period=[])),
        (WORK_HISTORY, "period.endDate", lambda c: c["period"].update(endDate="2021-03-11")),
        (WORK_HISTORY, "period.current", lambda c: c["period"].update(current="true")),
        (WORK_HISTORY, "period.current", lambda c: c["period"].update(current=1)),
        (WORK_HISTORY, "engagement", lambda c: c.update(engagement={})),
        (WORK_HISTORY, "engagement[1].gigCount", lambda c: c["engagement"][1].update(gigCount=-1)),
        (WORK_HISTORY, "engagement[1].gigCount", lambda c: c["engagement"][1].update(gigCount=True)),
        (WORK_HISTORY, "engagement[1].gigCount", lambda c: c["engagement"][1].update(gigCount=2**53)),
        (WORK_HISTORY, "engagement[1].category", lambda c: c["engagement"][1].update(category=" ")),
        (WORK_HISTORY, "engagement[0].occupation", lambda c: c["engagement"][0].update(occupation="kok")),
        (WORK_HISTORY, "engagement[0].repeatClientCount",
         lambda c: c["engagement"][0].update(repeatClientCount=32)),
        (WORK_HISTORY, "engagement[0].lastDate", lambda c: c["engagement"][0].update(lastDate="2021-03-11")),
        (WORK_HISTORY, "engagement[0].type", lambda c: c["engagement"][0].update(type="Rating")),
        (WORK_HISTORY, "engagement[0].id", lambda c: c["engagement"][0].update(id="urn:x:y")),
        (WORK_HISTORY, "achievement[0].language", lambda c: c["achievement"][0].update(language="Dutch!")),
        (RATING_HISTORY, "rating[0].ratingValue", lambda c: c["rating"][0].update(ratingValue="5.01")),
        (RATING_HISTORY, "rating[0].ratingValue", lambda c: c["rating"][0].update(ratingValue="4.720")),
        (RATING_HISTORY, "rating[0].ratingValue", lambda c: c["rating"][0].update(ratingValue="4,72")),
        (RATING_HISTORY, "rating[0].ratingValue", lambda c: c["rating"][0].update(ratingValue="NaN")),
        (RATING_HISTORY, "rating[0].ratingValue", lambda c: c["rating"][0].update(ratingValue=4)),
        (RATING_HISTORY, "rating[0].bestRating", lambda c: c["rating"][0].update(bestRating="1")),
        (RATING_HISTORY, "rating[0].distribution[1].binValue",
         lambda c: c["rating"][0]["distribution"][1].update(binValue="6")),
        (RATING_HISTORY, "review[0].bestRating", lambda c: c["review"][0].pop("bestRating")),
        (RATING_HISTORY, "review[0].reviewMonth", lambda c: c["review"][0].update(reviewMonth="2026-13")),
        (RATING_HISTORY, "review[0].ratingValue", lambda c: c["review"][0].update(ratingValue="0")),
        (RATING_HISTORY, "ratingTotals.reviewCount", lambda c: c["ratingTotals"].pop("reviewCount")),
    ],
)  # fmt: skip
def test_claims_that_make_no_sense_are_refused_by_their_place(
    statement: Statement, place: str, change: Callable[[dict[str, Any]], object]
) -> None:
    claims = copy.deepcopy(subject_claims(statement, new_id=None))
    change(claims)
    with pytest.raises(DataModelError) as caught:
        parse_subject(statement_type(statement), claims)
    assert str(caught.value).split(": ")[0] == place


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
)


@given(st.data(), st.sampled_from([WORK_HISTORY, RATING_HISTORY]))
def test_nothing_but_its_own_error_is_raised(data: st.DataObject, statement: Statement) -> None:
    claims: Any = subject_claims(statement, new_id=None)
    target = claims
    while isinstance(target, dict | list) and target:
        key = data.draw(st.sampled_from(sorted(target) if isinstance(target, dict) else range(len(target))))
        if not isinstance(target[key], dict | list) or data.draw(st.booleans()):
            target[key] = data.draw(_anything)
            break
        target = target[key]
    with contextlib.suppress(DataModelError):
        parse_subject(statement_type(statement), claims)
