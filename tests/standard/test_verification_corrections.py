"""Corrections, later statements, disputes and remarks: what a reader is told, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard import sd_jwt
from standard.claims import read_remark, remark_claims
from standard.model import Dispute, DisputeStatus, Form, OwnRemark, RecordList, RemarkKind
from standard.verification import (
    PRESENTATION,
    CheckCode,
    CheckState,
    Outcome,
    Reason,
    VerificationResult,
    disclose,
    result_json,
)
from tests.standard.statements import new_id
from tests.standard.verdicts import troubles
from tests.world import RATING_HISTORY, WORK_HISTORY, World, did_key_signer

EARLIER, LATER = new_id(), new_id()
MARK = Dispute(DisputeStatus.OPEN, date(2026, 11, 20))
REMARK = OwnRemark(LATER, RecordList.REVIEW, 1, RemarkKind.REPLY, "De bus was te laat.", "nl")


def answers(result: VerificationResult, reason: Reason) -> dict[str, Mapping[str, str]]:
    """Who got an answer, and the facts beside it."""
    return {check.subject: check.detail for check in result.checks if check.reason == reason}


def correction(world: World, **changes: Any) -> str:
    """A copy that says that it replaces `EARLIER`."""
    holder = changes.pop("holder", world.holder)
    organisation = changes.pop("organisation", world.organisation)
    given = {"copy_id": LATER, "supersedes": (EARLIER,), **changes}
    return str(organisation.issue(WORK_HISTORY, Form.SD_JWT, holder, **given))


def earlier(world: World) -> str:
    return world.organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder, copy_id=EARLIER)


def remarked(world: World, *remarks: OwnRemark) -> str:
    copy = world.organisation.issue(RATING_HISTORY, Form.SD_JWT, world.holder, copy_id=LATER)
    return world.present([copy], ownRemark=[remark_claims(remark, new_id=new_id) for remark in remarks])


def test_a_copy_beside_its_correction_is_superseded(world: World) -> None:
    result = world.verify(world.present([earlier(world), correction(world)]))
    assert answers(result, Reason.SUPERSEDED) == {EARLIER: {"by": LATER}}
    assert result.outcome is Outcome.INVALID
    assert troubles(result) == {("status", "failed", "superseded")}


def test_a_correction_alone_is_valid_and_tells_what_it_replaces(world: World) -> None:
    result = world.verify(world.present([correction(world)]))
    assert result.outcome is Outcome.VALID
    assert result_json(result)["statements"][0]["supersedes"] == [EARLIER]


@pytest.mark.parametrize("form", [Form.EDDSA_RDFC, Form.ECDSA_RDFC])
def test_the_data_form_tells_what_it_replaces(world: World, form: Form) -> None:
    copy = world.organisation.issue(WORK_HISTORY, form, world.holder, supersedes=(EARLIER,))
    assert world.verify(copy).outcome is Outcome.VALID
    assert disclose(copy).statements[0].supersedes == (EARLIER,)


def test_a_correction_counts_without_a_status_list(world: World) -> None:
    documents = {name: value for name, value in world.documents().items() if "/status/" not in name}
    result = world.verify(world.present([earlier(world), correction(world)]), documents)
    assert result.outcome is Outcome.INVALID
    assert EARLIER in answers(result, Reason.SUPERSEDED)


def test_nobody_corrects_what_another_issued(world: World) -> None:
    other = correction(world, organisation=world.organisations[1])
    result = world.verify(world.present([earlier(world), other]))
    assert answers(result, Reason.SUPERSEDED) == {}
    assert result.outcome is Outcome.VALID


def test_a_correction_that_is_forged_or_of_another_worker_corrects_nothing(world: World) -> None:
    other = correction(world, holder=did_key_signer("P-256").public_key)
    head, payload, signature = correction(world).partition("~")[0].split(".")
    forged = f"{head}.{payload}.{signature[::-1]}~"
    for copy in (other, forged):
        result = world.verify(world.present([earlier(world), copy]))
        assert answers(result, Reason.SUPERSEDED) == {}
        assert result.outcome is Outcome.INVALID


def test_an_earlier_statement_stays_valid_and_is_said_to_have_a_later_one(world: World) -> None:
    updated = replace(WORK_HISTORY, as_of=date(2026, 11, 21))
    newer = world.organisation.issue(updated, Form.SD_JWT, world.holder, copy_id=LATER)
    result = world.verify(world.present([earlier(world), newer]))
    assert result.outcome is Outcome.VALID
    assert answers(result, Reason.NEWER_EXISTS) == {
        EARLIER: {"newer": LATER, "as_of": "2026-11-20", "newer_as_of": "2026-11-21"}
    }


def test_statements_of_other_kinds_or_organisations_are_no_later_ones(world: World) -> None:
    first, second = world.organisations
    later = {"as_of": date(2026, 11, 21)}
    copies = [
        first.issue(WORK_HISTORY, Form.SD_JWT, world.holder),
        first.issue(replace(RATING_HISTORY, **later), Form.SD_JWT, world.holder),
        second.issue(replace(WORK_HISTORY, **later), Form.SD_JWT, world.holder),
    ]
    assert answers(world.verify(world.present(copies)), Reason.NEWER_EXISTS) == {}


def test_a_disputed_record_is_told_and_lowers_nothing(world: World) -> None:
    first, second = RATING_HISTORY.reviews
    settled = replace(second, dispute=Dispute(DisputeStatus.MAINTAINED, date(2026, 11, 1)))
    disputed = replace(RATING_HISTORY, reviews=(replace(first, dispute=MARK), settled))
    copy = world.organisation.issue(disputed, Form.SD_JWT, world.holder, copy_id=LATER)
    result = world.verify(world.present([copy]))
    assert result.outcome is Outcome.VALID
    detail = {"records": "review[0] review[1]", "open": "1", "maintained": "1"}
    assert answers(result, Reason.DISPUTED) == {LATER: detail}


def test_a_record_that_is_left_out_takes_its_mark_along(world: World) -> None:
    first, *others = RATING_HISTORY.reviews
    disputed = replace(RATING_HISTORY, reviews=(replace(first, dispute=MARK), *others))
    copy = world.organisation.issue(disputed, Form.SD_JWT, world.holder)
    result = world.verify(world.present([sd_jwt.reduce(copy, lambda path, _: path != ("review", 0))]))
    assert answers(result, Reason.DISPUTED) == {}
    assert "disputeStatus" not in str(result_json(result))


def test_remarks_travel_under_the_name_of_the_worker_alone(world: World) -> None:
    result = world.verify(remarked(world, REMARK))
    assert result.outcome is Outcome.VALID
    assert answers(result, Reason.OWN_REMARKS) == {PRESENTATION: {"count": "1"}}
    assert result.presentation is not None and result.presentation.own_remarks == (REMARK,)
    assert result_json(result)["ownRemark"][0]["remarkText"] == REMARK.text


@pytest.mark.parametrize(
    "remarks",
    [
        (replace(REMARK, about=EARLIER),),
        (replace(REMARK, place=2),),
        (replace(REMARK, record_list=RecordList.ENGAGEMENT),),
        (REMARK, replace(REMARK, kind=RemarkKind.DISPUTE)),
    ],
    ids=["another copy", "another place", "another list", "twice"],
)
def test_a_remark_about_nothing_that_is_shown_is_refused(
    world: World, remarks: tuple[OwnRemark, ...]
) -> None:
    result = world.verify(remarked(world, *remarks))
    assert troubles(result) == {("schema", "failed", "misplaced-remark")}


def test_a_remark_that_was_changed_breaks_the_proof_of_the_worker(world: World) -> None:
    result = world.verify(remarked(world, REMARK).replace("te laat", "op tijd"))
    (check,) = [c for c in result.checks if (c.code, c.subject) == (CheckCode.PROOF, PRESENTATION)]
    assert (check.state, check.reason) == (CheckState.FAILED, Reason.MISMATCH)


@given(
    st.builds(
        OwnRemark,
        st.just(LATER),
        st.sampled_from(RecordList),
        st.integers(0, 200),
        st.sampled_from(RemarkKind),
        st.text(min_size=1),
        st.sampled_from(["nl", "ar"]),
    ),
    st.booleans(),
)
def test_a_remark_is_read_back_from_its_claims(remark: OwnRemark, with_id: bool) -> None:
    assert read_remark(remark_claims(remark, new_id=new_id if with_id else None)) == remark
