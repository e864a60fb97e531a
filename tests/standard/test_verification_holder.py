"""Whose copies they are, and how much of them is shown."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from standard import compact, sd_jwt
from standard.model import Form, NameCheck, PaperStatement, PersonName, StatementType
from standard.verification import (
    PRESENTATION,
    CheckCode,
    CheckState,
    Outcome,
    Reason,
)
from tests.standard.verdicts import found, listed, paper, presented, troubles
from tests.world import (
    NOW,
    RATING_HISTORY,
    WORK_HISTORY,
    World,
    did_key_signer,
)


def test_a_copy_of_somebody_else_makes_the_presentation_invalid(world: World) -> None:
    friend = did_key_signer("P-256")
    copies = [
        world.organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder),
        world.organisation.issue(RATING_HISTORY, Form.SD_JWT, friend.public_key),
    ]
    result = world.verify(world.present(copies))
    assert troubles(result) == {("holder-binding", "failed", "other-holder")}


def test_copies_of_different_people_cannot_be_mixed_on_paper(world: World) -> None:
    friend = did_key_signer("P-256")
    copies = [
        world.organisation.issue(WORK_HISTORY, Form.COMPACT, world.holder),
        world.organisations[1].issue(WORK_HISTORY, Form.COMPACT, friend.public_key),
    ]
    result = world.verify("\n".join(copies))
    assert troubles(result) == {("holder-binding", "failed", "other-holder")}


def test_a_presentation_signed_by_somebody_else_is_invalid(world: World) -> None:
    document = json.loads(presented(world, signer=did_key_signer("P-256")))
    document["holder"] = json.loads(presented(world))["holder"]
    assert world.verify(json.dumps(document)).outcome is Outcome.INVALID


def test_a_presentation_for_another_purpose_is_invalid(world: World) -> None:
    document = json.loads(presented(world))
    document["proof"]["proofPurpose"] = "assertionMethod"
    assert world.verify(json.dumps(document)).outcome is Outcome.INVALID


def test_a_file_says_nothing_about_who_hands_it_over(world: World) -> None:
    copies = [world.organisation.issue(WORK_HISTORY, form, world.holder) for form in Form]
    for text in (presented(world), *copies):
        check = found(world.verify(text), CheckCode.HOLDER_BINDING, PRESENTATION)
        assert (check.state, check.reason) == (CheckState.PASSED, Reason.NOT_LIVE)


LIVE = {"expected_challenge": "n-1", "expected_domain": "https://reader.example"}


def test_a_live_presentation_answers_its_request(world: World) -> None:
    text = presented(world, challenge="n-1", domain="https://reader.example")
    result = world.verify(text, **LIVE)
    assert result.outcome is Outcome.VALID
    assert found(result, CheckCode.HOLDER_BINDING, PRESENTATION).reason == Reason.LIVE


@pytest.mark.parametrize(
    "said", [{}, {"challenge": "n-2"}, {"challenge": "n-1", "domain": "https://x.example"}]
)
def test_a_presentation_that_answers_another_request_is_invalid(world: World, said: dict[str, str]) -> None:
    result = world.verify(presented(world, **said), **LIVE)
    assert found(result, CheckCode.HOLDER_BINDING, PRESENTATION).state is CheckState.FAILED


def test_a_key_binding_answers_its_request(world: World) -> None:
    copy = world.organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    bound = sd_jwt.bind(copy, signer=world.worker, audience="https://reader.example", nonce="n-1", now=NOW)
    assert found(world.verify(bound, **LIVE), CheckCode.HOLDER_BINDING, PRESENTATION).reason == Reason.LIVE
    assert world.verify(bound).outcome is Outcome.VALID
    for result in (
        world.verify(bound, **{**LIVE, "expected_challenge": "n-2"}),
        world.verify(bound, **LIVE, now=NOW + timedelta(hours=1)),
        world.verify(copy, **LIVE),
    ):
        assert result.outcome is Outcome.INVALID


def test_a_key_binding_by_somebody_else_is_invalid_even_when_nobody_asked(world: World) -> None:
    copy = world.organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    bound = sd_jwt.bind(copy, signer=did_key_signer("P-256"), audience="a", nonce="n", now=NOW)
    result = world.verify(bound)
    assert troubles(result) == {("holder-binding", "failed", "live-proof-mismatch")}


def test_different_names_are_pointed_out_without_a_failure(world: World) -> None:
    other = replace(RATING_HISTORY, name=PersonName("F. Amrani", NameCheck.NONE))
    same = replace(RATING_HISTORY, name=PersonName("fatima  EL amrani", NameCheck.NONE))
    for statement, expected in ((other, True), (same, False)):
        copies = [
            world.organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder),
            world.organisations[1].issue(statement, Form.SD_JWT, world.holder),
        ]
        result = world.verify(world.present(copies))
        assert result.outcome is Outcome.VALID
        assert any(check.reason == Reason.NAMES_DIFFER for check in result.checks) is expected


def test_one_copy_cannot_be_counted_twice(world: World) -> None:
    copy = world.organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    shorter = sd_jwt.reduce(copy, lambda path, _: path[0] != "achievement")
    result = world.verify(world.present([copy, shorter]))
    assert troubles(result) == {("schema", "failed", "repeated-copy")}


def test_two_statements_about_the_same_are_pointed_out_without_a_failure(world: World) -> None:
    earlier = replace(WORK_HISTORY, as_of=WORK_HISTORY.as_of - timedelta(days=300))
    for statements, expected in (((WORK_HISTORY, earlier), True), ((WORK_HISTORY, RATING_HISTORY), False)):
        copies = [world.organisation.issue(each, Form.SD_JWT, world.holder) for each in statements]
        result = world.verify(world.present(copies))
        assert result.outcome is Outcome.VALID
        assert any(check.reason == Reason.OVERLAPPING for check in result.checks) is expected


def test_a_copy_that_shows_everything_is_complete(world: World) -> None:
    for form in Form:
        result = world.verify(world.organisation.issue(WORK_HISTORY, form, world.holder))
        assert found(result, CheckCode.COMPLETENESS).reason == Reason.COMPLETE


def test_what_is_left_out_can_be_seen_to_be_left_out(world: World) -> None:
    copy = world.organisation.issue(RATING_HISTORY, Form.SD_JWT, world.holder)
    result = world.verify(sd_jwt.reduce(copy, lambda path, _: path == ("review", 0)))
    check = found(result, CheckCode.COMPLETENESS)
    assert (result.outcome, check.reason) == (Outcome.VALID, Reason.PARTIAL)
    assert dict(check.detail) == {"ratings": "0/1", "reviews": "1/2"}
    on_paper = world.organisation.issue(WORK_HISTORY, Form.COMPACT, world.holder)
    result = world.verify(compact.reduce(on_paper, keep=lambda slot, _: slot == 0))
    assert found(result, CheckCode.COMPLETENESS).detail["lines"] == "1/2"


@pytest.mark.parametrize(
    "statement",
    [
        replace(WORK_HISTORY, totals=replace(WORK_HISTORY.totals, occupation_count=1)),
        replace(WORK_HISTORY, totals=replace(WORK_HISTORY.totals, gig_count=243)),
        replace(WORK_HISTORY, totals=replace(WORK_HISTORY.totals, worked_minutes=1)),
        replace(WORK_HISTORY, totals=replace(WORK_HISTORY.totals, achievement_count=0)),
        replace(RATING_HISTORY, totals=replace(RATING_HISTORY.totals, rating_line_count=0)),
        replace(RATING_HISTORY, totals=replace(RATING_HISTORY.totals, rating_count=1)),
        replace(RATING_HISTORY, totals=replace(RATING_HISTORY.totals, review_count=1)),
    ],
)
@pytest.mark.parametrize("form", [Form.EDDSA_RDFC, Form.SD_JWT])
def test_more_than_the_signed_totals_allow_is_invalid(world: World, statement: Any, form: Form) -> None:
    result = world.verify(world.organisation.issue(statement, form, world.holder))
    assert troubles(result) == {("completeness", "failed", "more-than-totals")}


def test_paper_that_shows_more_than_its_totals_is_invalid(world: World) -> None:
    plain: PaperStatement = compact.paper_statement(WORK_HISTORY, RATING_HISTORY)
    for wrong in ({"gig_count": 1}, {"worked_hours": 1}, {"rating_count": 1}):
        text = compact.issue(
            replace(plain, totals=replace(plain.totals, **wrong)), holder=world.holder, issued=NOW,
            status=world.organisation.new_status(), signer=world.organisation.signer("P-256"),
            new_salt=lambda: secrets.token_bytes(16),
        )  # fmt: skip
        assert troubles(world.verify(text)) == {("completeness", "failed", "more-than-totals")}


def test_paper_can_be_copied_and_a_file_is_not_paper(world: World) -> None:
    texts = [
        "\n".join(paper(world)),
        *compact.qr_text(compact.qr_payload(paper(world)), checker_url="https://c.nl"),
    ]
    for text in texts:
        assert found(world.verify(text), CheckCode.PAPER_COPY).reason == Reason.CAN_BE_COPIED
    check = found(world.verify(presented(world)), CheckCode.PAPER_COPY)
    assert (check.state, check.reason) == (CheckState.NOT_APPLICABLE, Reason.NOT_ON_PAPER)


def test_a_joined_paper_statement_needs_leave_for_both_of_its_types(world: World) -> None:
    text = compact.issue(
        compact.paper_statement(WORK_HISTORY, RATING_HISTORY), holder=world.holder, issued=NOW,
        status=world.organisation.new_status(), signer=world.organisation.signer("P-256"),
        new_salt=lambda: secrets.token_bytes(16),
    )  # fmt: skip
    assert world.verify(text).outcome is Outcome.VALID
    for only in StatementType:
        trust_list = listed(world, lambda each, only=only: replace(each, may_issue=(only,)))
        result = world.verify(text, world.documents(trust_list))
        assert found(result, CheckCode.TRUST).reason == Reason.MAY_NOT_ISSUE
