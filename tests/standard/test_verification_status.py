"""Withdrawal, the freshness of that answer, and time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from standard import proofs
from standard.model import Form
from standard.status_list import (
    Purpose,
    Status,
    bitstring_credential,
    message_entry,
    new_bits,
    set_status,
    single_bits,
    token_status_list,
)
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


def suspendable(world: World, form: Form, value: int, now: datetime = NOW) -> tuple[str, dict[str, bytes]]:
    """A copy whose list has two bits an entry, and the documents that say so."""
    organisation = world.organisation
    reference = replace(organisation.new_status(), is_suspendable=True)
    copy = organisation.issue(WORK_HISTORY, form, world.holder, status=reference)
    bits = set_status(new_bits(entry_bits=2), reference.index, value, entry_bits=2)
    uris = {
        Purpose.REVOCATION: (reference.bitstring_uri, Status.INVALID),
        Purpose.SUSPENSION: (reference.suspension_uri, Status.SUSPENDED),
    }
    documents = world.documents()
    for purpose, (uri, meaning) in uris.items():
        documents[uri] = credential_list(world, single_bits(bits, meaning), uri, purpose, now)
    token = token_status_list(
        bits, uri=reference.token_uri, signer=organisation.signer("P-256"), now=now, ttl_seconds=60,
        entry_bits=2,
    )  # fmt: skip
    documents[reference.token_uri] = token.encode()
    return copy, documents


def credential_list(world: World, bits: bytes, uri: str, purpose: Purpose, now: datetime = NOW) -> bytes:
    organisation = world.organisation
    credential = bitstring_credential(
        bits, uri=uri, issuer=organisation.did, signer=organisation.signer("Ed25519"), now=now,
        ttl_seconds=60, purpose=purpose,
    )  # fmt: skip
    return json.dumps(credential).encode()


@FORMS
def test_a_suspended_copy_is_invalid_until_that_is_lifted(world: World, form: Form) -> None:
    copy, documents = suspendable(world, form, Status.SUSPENDED)
    assert troubles(world.verify(copy, documents)) == {("status", "failed", "suspended")}
    copy, documents = suspendable(world, form, Status.VALID)
    assert world.verify(copy, documents).outcome is Outcome.VALID
    copy, documents = suspendable(world, form, Status.INVALID)
    assert troubles(world.verify(copy, documents)) == {("status", "failed", "revoked")}


@FORMS
def test_an_old_list_proves_no_suspension(world: World, form: Form) -> None:
    """It may have been lifted since; a withdrawal stays."""
    old = NOW - timedelta(days=30)
    copy, documents = suspendable(world, form, Status.SUSPENDED, old)
    assert troubles(world.verify(copy, documents)) == {("status", "indeterminate", "status-list-stale")}
    copy, documents = suspendable(world, form, Status.INVALID, old)
    assert troubles(world.verify(copy, documents)) == {("status", "failed", "revoked")}


@FORMS
def test_one_list_that_is_missing_leaves_the_status_open(world: World, form: Form) -> None:
    copy, documents = suspendable(world, form, Status.VALID)
    for uri in [uri for uri in documents if uri.endswith(("/suspension", "/token"))]:
        del documents[uri]
    assert found(world.verify(copy, documents), CheckCode.STATUS).reason == Reason.STATUS_LIST_UNREACHABLE


@pytest.mark.parametrize("form", [Form.SD_JWT, Form.COMPACT])
def test_a_value_that_the_standard_does_not_know_leaves_the_status_open(world: World, form: Form) -> None:
    copy, documents = suspendable(world, form, 3)
    assert troubles(world.verify(copy, documents)) == {("status", "indeterminate", "status-unknown")}


def test_a_list_for_another_purpose_does_not_count(world: World) -> None:
    copy, documents = suspendable(world, Form.EDDSA_RDFC, Status.VALID)
    (uri,) = (uri for uri in documents if uri.endswith("/suspension"))
    documents[uri] = credential_list(world, new_bits(), uri, Purpose.REVOCATION)
    assert found(world.verify(copy, documents), CheckCode.STATUS).reason == Reason.STATUS_LIST_UNREADABLE


@pytest.mark.parametrize("value", [0, 1, 2, 3])
def test_a_message_is_told_and_decides_nothing(world: World, value: int) -> None:
    organisation = world.organisation
    uri, messages = "https://klusdag.example/messages", ("–", "in behandeling", "betwist", "met weerwoord")
    status = organisation.new_status()
    unsigned = json.loads(organisation.issue(WORK_HISTORY, Form.EDDSA_RDFC, world.holder, status=status))
    del unsigned["proof"]
    unsigned["credentialStatus"] = [unsigned["credentialStatus"], message_entry(uri, 9, messages)]
    copy = proofs.add_proof(
        unsigned, cryptosuite="eddsa-rdfc-2022", signer=organisation.signer("Ed25519"), created=NOW,
        purpose="assertionMethod",
    )  # fmt: skip
    bits = set_status(new_bits(entry_bits=2), 9, value, entry_bits=2)
    told = {uri: credential_list(world, bits, uri, Purpose.MESSAGE)}
    result = world.verify(json.dumps(copy), {**world.documents(), **told})
    assert result.outcome is Outcome.VALID
    assert found(result, CheckCode.STATUS).detail["message"] == messages[value]
    organisation.revoke(status)
    withdrawn = world.verify(json.dumps(copy), {**world.documents(), **told})
    assert found(withdrawn, CheckCode.STATUS).reason == Reason.REVOKED
