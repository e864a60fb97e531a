"""Withdrawal, the freshness of that answer, and time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from standard.model import Form
from standard.verification import (
    PRESENTATION,
    CheckCode,
    Outcome,
    Reason,
)
from tests.standard.verdicts import found, listed, presented, troubles, with_keys
from tests.world import (
    NOW,
    WORK_HISTORY,
    World,
    make_world,
)

FORMS = pytest.mark.parametrize("form", list(Form))


@FORMS
def test_a_withdrawn_copy_is_invalid_because_it_was_withdrawn(world: World, form: Form) -> None:
    status = world.organisation.new_status()
    copy = world.organisation.issue(WORK_HISTORY, form, world.holder, status=status)
    world.organisation.revoke(status)
    result = world.verify(copy)
    assert result.outcome is Outcome.INVALID
    assert troubles(result) == {("status", "failed", "revoked")}


@FORMS
def test_a_withdrawal_is_believed_however_old_the_list(world: World, form: Form) -> None:
    status = world.organisation.new_status()
    copy = world.organisation.issue(WORK_HISTORY, form, world.holder, status=status)
    world.organisation.revoke(status)
    world.lists_made = NOW - timedelta(days=100)
    assert found(world.verify(copy), CheckCode.STATUS).reason == Reason.REVOKED


@FORMS
def test_a_missing_status_list_leaves_the_status_open(world: World, form: Form) -> None:
    copy = world.organisation.issue(WORK_HISTORY, form, world.holder)
    documents = {name: document for name, document in world.documents().items() if "/status/" not in name}
    result = world.verify(copy, documents)
    assert result.outcome is Outcome.INDETERMINATE
    assert troubles(result) == {("status", "indeterminate", "status-list-unreachable")}


@FORMS
@pytest.mark.parametrize("age", [timedelta(days=7, seconds=1), timedelta(days=-1)])
def test_a_stale_status_list_leaves_the_status_open(world: World, form: Form, age: timedelta) -> None:
    copy = world.organisation.issue(WORK_HISTORY, form, world.holder)
    world.lists_made = NOW - age
    result = world.verify(copy)
    assert troubles(result) == {("status", "indeterminate", "status-list-stale")}


def test_the_policy_says_how_old_a_list_may_be(world: World) -> None:
    copy = world.organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    world.lists_made = NOW - timedelta(days=20)
    assert world.verify(copy, status_max_age=timedelta(days=30)).outcome is Outcome.VALID


@FORMS
def test_a_status_list_of_another_key_leaves_the_status_open(world: World, form: Form) -> None:
    copy = world.organisation.issue(WORK_HISTORY, form, world.holder)
    forged = make_world().organisation.documents(NOW)
    result = world.verify(copy, {**world.documents(), **forged})
    assert result.outcome is Outcome.INDETERMINATE
    assert troubles(result) == {("status", "indeterminate", "status-list-not-by-issuer")}


@FORMS
@pytest.mark.parametrize("junk", [b"", b"{}", b"eyJ.eyJ.x", b"\xff\xfe", b"[" * 100])
def test_an_unreadable_status_list_leaves_the_status_open(world: World, form: Form, junk: bytes) -> None:
    copy = world.organisation.issue(WORK_HISTORY, form, world.holder)
    documents = {
        name: junk if "/status/" in name else document for name, document in world.documents().items()
    }
    result = world.verify(copy, documents)
    assert result.outcome is Outcome.INDETERMINATE
    assert {(code, state) for code, state, _ in troubles(result)} == {("status", "indeterminate")}


def test_a_list_signed_with_a_compromised_key_does_not_count(world: World) -> None:
    copy = world.organisation.issue(WORK_HISTORY, Form.ECDSA_RDFC, world.holder)
    trust_list = listed(
        world,
        with_keys(
            lambda key: replace(key, compromised_at=NOW) if key.public_key.algorithm == "Ed25519" else key
        ),
    )
    result = world.verify(copy, world.documents(trust_list))
    assert troubles(result) == {("status", "indeterminate", "status-list-not-by-issuer")}


@pytest.mark.parametrize("form", list(Form))
def test_a_copy_from_tomorrow_is_not_yet_valid(world: World, form: Form) -> None:
    copy = world.organisation.issue(WORK_HISTORY, form, world.holder, issued=NOW + timedelta(days=1))
    assert found(world.verify(copy), CheckCode.VALIDITY_PERIOD).reason == Reason.NOT_YET_VALID


def test_a_presentation_from_the_future_is_not_yet_valid(world: World) -> None:
    text = presented(world)
    result = world.verify(text, now=NOW - timedelta(hours=1))
    assert found(result, CheckCode.VALIDITY_PERIOD, PRESENTATION).reason == Reason.NOT_YET_VALID
