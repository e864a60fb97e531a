"""Whose word counts: the pinned root, its list, and the keys on it."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from standard import sd_jwt
from standard.dids import did_key
from standard.errors import ResolutionError
from standard.model import Form, StatementType
from standard.resolution import Budget, RememberingResolver
from standard.verification import (
    CheckCode,
    Outcome,
    Reason,
    verify,
)
from tests.standard.statements import new_id
from tests.standard.verdicts import STATEMENTS, found, listed, presented, troubles, with_keys
from tests.world import (
    NOW,
    WORK_HISTORY,
    MemoryResolver,
    Organisation,
    World,
    did_key_signer,
    make_world,
)

FORMS = pytest.mark.parametrize("form", list(Form))


@FORMS
def test_without_a_pinned_root_nothing_is_valid(world: World, form: Form) -> None:
    result = world.verify(world.organisation.issue(WORK_HISTORY, form, world.holder), trust_roots=())
    assert result.outcome is Outcome.INDETERMINATE
    assert found(result, CheckCode.TRUST).reason == Reason.NO_TRUST_ROOT


@FORMS
def test_an_organisation_that_is_not_listed_is_not_believed(world: World, form: Form) -> None:
    copy = world.organisation.issue(WORK_HISTORY, form, world.holder)
    documents = world.documents(
        replace(world.trust_list(), organisations=world.trust_list().organisations[1:])
    )
    result = world.verify(copy, documents)
    assert result.outcome is Outcome.INDETERMINATE
    assert found(result, CheckCode.TRUST).reason == Reason.NOT_LISTED
    key = found(result, CheckCode.ISSUER_KEY)
    assert key.reason == (Reason.UNKNOWN_KEY if form is Form.COMPACT else Reason.DID_DOCUMENT_KEY)


def test_an_unlisted_organisation_without_a_did_document_leaves_everything_open(world: World) -> None:
    copy = world.organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    result = world.verify(copy, {})
    assert result.outcome is Outcome.INDETERMINATE
    assert found(result, CheckCode.PROOF).reason == Reason.NO_KEY
    assert found(result, CheckCode.ISSUER_KEY).reason == Reason.ISSUER_UNREACHABLE


def test_a_trust_list_that_is_missing_leaves_trust_open(world: World) -> None:
    documents = world.documents()
    del documents[world.root.trust_list]
    result = world.verify(presented(world), documents)
    assert result.outcome is Outcome.INDETERMINATE
    assert found(result, CheckCode.TRUST).reason == Reason.TRUST_LIST_UNREACHABLE


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        (-91, Reason.TRUST_LIST_EXPIRED),
        (-90, Reason.TRUST_LIST_EXPIRED),
        (1, Reason.TRUST_LIST_NOT_YET_VALID),
    ],
)
def test_a_trust_list_out_of_its_time_leaves_trust_open(world: World, days: int, reason: Reason) -> None:
    world.list_from = NOW + timedelta(days=days)
    result = world.verify(presented(world))
    assert {trouble[0] for trouble in troubles(result)} == {"trust"}
    assert (result.outcome, found(result, CheckCode.TRUST).reason) == (Outcome.INDETERMINATE, reason)


@FORMS
def test_an_organisation_may_issue_only_what_the_list_says(world: World, form: Form) -> None:
    copy = world.organisation.issue(WORK_HISTORY, form, world.holder)
    trust_list = listed(world, lambda each: replace(each, may_issue=(StatementType.RATING,)))
    result = world.verify(copy, world.documents(trust_list))
    assert troubles(result) == {("trust", "failed", "may-not-issue")}


@FORMS
def test_a_copy_from_outside_its_keys_window_fails(world: World, form: Form) -> None:
    copy = world.organisation.issue(WORK_HISTORY, form, world.holder)
    for change in (
        {"valid_from": NOW + timedelta(days=1)},
        {"valid_until": datetime(2026, 11, 21, tzinfo=UTC)},
    ):
        trust_list = listed(world, with_keys(lambda key, change=change: replace(key, **change)))
        result = world.verify(copy, world.documents(trust_list))
        assert result.outcome is Outcome.INVALID
        assert found(result, CheckCode.TRUST).reason == Reason.KEY_OUTSIDE_WINDOW


@FORMS
def test_a_key_that_began_later_on_the_day_of_issue_is_inside_its_window(world: World, form: Form) -> None:
    copy = world.organisation.issue(WORK_HISTORY, form, world.holder)
    trust_list = listed(world, with_keys(lambda key: replace(key, valid_from=NOW - timedelta(hours=2))))
    assert world.verify(copy, world.documents(trust_list)).outcome is Outcome.VALID


@FORMS
def test_a_compromised_key_makes_every_copy_of_it_invalid(world: World, form: Form) -> None:
    """Whoever has the key writes any date he likes."""
    issued = NOW - timedelta(days=30)
    copy = world.organisation.issue(WORK_HISTORY, form, world.holder, issued=issued)
    trust_list = listed(world, with_keys(lambda key: replace(key, compromised_at=NOW - timedelta(days=1))))
    result = world.verify(copy, world.documents(trust_list))
    assert result.outcome is Outcome.INVALID
    assert found(result, CheckCode.TRUST).reason == Reason.KEY_COMPROMISED


def test_a_key_stays_compromised_when_the_list_that_says_so_has_expired(world: World) -> None:
    copy = world.organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    trust_list = replace(
        listed(world, with_keys(lambda key: replace(key, compromised_at=NOW))), valid_until=NOW
    )
    result = world.verify(copy, world.documents(trust_list))
    assert found(result, CheckCode.TRUST).reason == Reason.KEY_COMPROMISED


def test_what_a_retired_organisation_issued_outlives_it(world: World) -> None:
    copy = world.organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    world.lists_made = NOW + timedelta(days=2)
    trust_list = replace(
        listed(world, lambda each: replace(each, retired_on=world.lists_made.date())),
        valid_until=NOW + timedelta(days=2000),
    )
    documents = world.documents(trust_list)
    del documents[world.organisation.did]
    assert world.verify(copy, documents, now=NOW + timedelta(days=800)).outcome is Outcome.VALID


def test_the_last_list_from_before_the_retirement_still_grows_stale(world: World) -> None:
    copy = world.organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    trust_list = replace(
        listed(world, lambda each: replace(each, retired_on=date(2026, 11, 23))),
        valid_until=NOW + timedelta(days=2000),
    )
    result = world.verify(copy, world.documents(trust_list), now=NOW + timedelta(days=800))
    assert troubles(result) == {("status", "indeterminate", "status-list-stale")}


def test_nothing_is_issued_after_the_retirement(world: World) -> None:
    copy = world.organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    trust_list = listed(world, lambda each: replace(each, retired_on=date(2026, 11, 21)))
    result = world.verify(copy, world.documents(trust_list))
    assert found(result, CheckCode.TRUST).reason == Reason.ISSUED_AFTER_RETIREMENT


def test_the_keys_of_the_trust_list_decide_over_a_did_document(world: World) -> None:
    copies = [world.organisation.issue(WORK_HISTORY, form, world.holder) for form in Form]
    documents = world.documents()
    forged = make_world().organisation.documents(NOW)[world.organisation.did]
    for document in (forged, b"{}", None):
        if document is None:
            del documents[world.organisation.did]
        else:
            documents[world.organisation.did] = document
        assert {world.verify(copy, documents).outcome for copy in copies} == {Outcome.VALID}


@pytest.mark.parametrize("form", [Form.EDDSA_RDFC, Form.ECDSA_RDFC, Form.SD_JWT])
def test_a_key_that_only_the_did_document_has_is_not_the_issuers(world: World, form: Form) -> None:
    trust_list = world.trust_list()
    forger = make_world()
    copy = forger.organisation.issue(WORK_HISTORY, form, world.holder)
    documents = {**world.documents(trust_list), **forger.organisation.documents(NOW)}
    result = world.verify(copy, documents)
    assert result.outcome is Outcome.INVALID
    assert found(result, CheckCode.ISSUER_KEY).reason == Reason.KEY_NOT_LISTED


def test_a_demonstration_says_so(world: World) -> None:
    demo = make_world(demonstration=True)
    assert demo.verify(presented(demo)).demonstration
    assert not world.verify(presented(world)).demonstration


def test_a_strangers_folder_brings_no_trust(world: World) -> None:
    """He has his own root, his own list that names the same organisation, and his own forgeries."""
    stranger = make_world()
    stranger.root = replace(stranger.root, trust_list=world.root.trust_list)
    for form in Form:
        forged = stranger.organisation.issue(WORK_HISTORY, form, world.holder)
        genuine = world.organisation.issue(WORK_HISTORY, form, world.holder)
        assert stranger.verify(forged).outcome is Outcome.VALID
        # All evidence is his: nothing of it counts under the pinned root.
        assert world.verify(forged, stranger.documents()).outcome is not Outcome.VALID
        assert world.verify(genuine, stranger.documents()).outcome is not Outcome.VALID
        # He adds his evidence to the real list.
        mixed = {**stranger.documents(), world.root.trust_list: world.documents()[world.root.trust_list]}
        assert world.verify(forged, mixed).outcome is not Outcome.VALID
        assert world.verify(genuine, mixed).outcome is Outcome.INDETERMINATE


def test_a_stranger_cannot_clear_a_withdrawn_copy(world: World) -> None:
    for form in Form:
        status = world.organisation.new_status()
        copy = world.organisation.issue(WORK_HISTORY, form, world.holder, status=status)
        documents = world.documents()
        world.organisation.revoke(status)
        current = world.documents()
        assert world.verify(copy, current).outcome is Outcome.INVALID
        # An older genuine list is all that he can offer, and age gives it away.
        aged = world.verify(copy, documents, now=NOW + timedelta(days=8))
        assert aged.outcome is Outcome.INDETERMINATE
        stranger = {k: v for k, v in make_world().organisation.documents(NOW).items() if "/status/" in k}
        assert world.verify(copy, {**current, **stranger}).outcome is Outcome.INDETERMINATE


def test_a_resolver_that_returns_junk_never_makes_anything_valid(world: World) -> None:
    text = presented(world)
    for name in world.documents():
        if name == world.organisation.did or name == world.organisations[1].did:
            continue
        for junk in (b"", b"{}", b"null", b"\x00", b'{"id": "' + name.encode() + b'"}'):
            result = world.verify(text, {**world.documents(), name: junk})
            touches = "token" in name or name == world.root.trust_list
            assert (result.outcome is Outcome.VALID) is not touches


def test_a_document_full_of_addresses_cannot_make_a_verifier_wait_for_ever(world: World) -> None:
    """Whoever writes the credentials chooses what is fetched: all waiting together has an end."""
    strangers = [Organisation(f"stranger-{number}", "Stranger") for number in range(12)]

    class Slow(MemoryResolver):
        def resolve(self, identifier: str) -> bytes:
            time.sleep(0.05)
            return super().resolve(identifier)

    budget = Budget(questions=5, seconds=0.2, size_bytes=10)
    slow = RememberingResolver(Slow({each.did: b"x" * 6 for each in strangers[:2]}), budget)
    started = time.monotonic()
    assert slow.resolve(strangers[0].did) == b"x" * 6
    for each in strangers[1:]:
        with pytest.raises(ResolutionError):
            slow.resolve(each.did)
    assert time.monotonic() - started < 0.4


def test_a_did_key_is_known_without_asking(world: World) -> None:
    """It issued what it likes, and is on no list."""
    signer = did_key_signer("P-256")
    text = sd_jwt.issue_statement(
        WORK_HISTORY, issuer=did_key(signer.public_key), organisation_name="Myself", holder=world.holder,
        jti=new_id(), issued=NOW, status=None, signer=signer, new_salt=lambda: secrets.token_urlsafe(16),
    )  # fmt: skip
    result = world.verify(text)
    assert troubles(result) == {("trust", "indeterminate", "not-listed")}
    assert found(result, CheckCode.STATUS).reason == Reason.NO_STATUS


def test_each_document_is_asked_for_once(world: World) -> None:
    asked: list[str] = []

    class Counting(MemoryResolver):
        def resolve(self, identifier: str) -> bytes:
            asked.append(identifier)
            return super().resolve(identifier)

    copies = [
        world.organisation.issue(each, Form.SD_JWT, world.holder) for each in STATEMENTS for _ in (1, 2)
    ]
    verify(world.present(copies), policy=world.policy(), resolver=Counting({}))
    assert len(asked) == len(set(asked))
