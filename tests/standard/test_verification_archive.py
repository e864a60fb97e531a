"""Credentials that outlive their issuer, its keys and the root that knew it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from standard import jws, sd_jwt
from standard.dids import did_key
from standard.model import Form
from standard.trust import (
    ArchiveReference,
    HashingSigner,
    Successor,
    TrustRoot,
    archive_json,
    archive_reference,
    make_archive,
    trust_list_credential,
)
from standard.verification import CheckCode, Outcome, Reason
from tests.standard.verdicts import found, listed, presented, troubles, with_keys
from tests.world import NOW, WORK_HISTORY, Organisation, World, did_key_signer, make_world

FORMS = pytest.mark.parametrize("form", list(Form))
ADDRESS = "https://trust.example/archives/klusdag.json"
LATER = NOW + timedelta(days=800)


class Recorded(Organisation):
    """An organisation that keeps the hashes of what it signs."""

    def signer(self, algorithm: Any) -> Any:
        return HashingSigner(super().signer(algorithm), self.hashes)

    @property
    def hashes(self) -> list[bytes]:
        hashes: list[bytes] = self.__dict__.setdefault("_hashes", [])
        return hashes


@pytest.fixture
def world() -> World:
    world = make_world()
    world.organisations[0] = Recorded("klusdag", "Klusdag B.V.")
    return world


def archived(
    world: World, hashes: Iterable[bytes], lists: dict[str, bytes]
) -> tuple[bytes, ArchiveReference]:
    content = archive_json(
        make_archive(
            ADDRESS,
            organisation=world.organisation.did,
            closed_at=NOW,
            copy_hashes=hashes,
            status_lists=lists,
        )
    )
    return content, archive_reference(content)


def last_lists(world: World) -> dict[str, bytes]:
    return {
        name: content for name, content in world.organisation.documents(NOW).items() if "/status/" in name
    }


def stolen(world: World, reference: ArchiveReference) -> Any:
    trust_list = listed(world, with_keys(lambda key: replace(key, compromised_at=NOW)))
    first, *others = trust_list.organisations
    return replace(trust_list, organisations=(replace(first, archives=(reference,)), *others))


@FORMS
def test_what_the_archive_holds_survives_the_theft_of_its_key(world: World, form: Form) -> None:
    organisation = world.organisation
    assert isinstance(organisation, Recorded)
    genuine = organisation.issue(WORK_HISTORY, form, world.holder)
    content, reference = archived(world, organisation.hashes, last_lists(world))
    forged = organisation.issue(WORK_HISTORY, form, world.holder)
    documents = {**world.documents(stolen(world, reference)), ADDRESS: content}
    kept = world.verify(genuine, documents)
    assert (kept.outcome, found(kept, CheckCode.TRUST).reason) == (Outcome.VALID, Reason.ARCHIVED)
    backdated = world.verify(forged, documents)
    assert troubles(backdated) == {("trust", "failed", "key-compromised")}


@FORMS
def test_without_its_archive_nobody_can_tell_what_a_stolen_key_signed(world: World, form: Form) -> None:
    organisation = world.organisation
    assert isinstance(organisation, Recorded)
    copy = organisation.issue(WORK_HISTORY, form, world.holder)
    content, reference = archived(world, organisation.hashes, last_lists(world))
    other, _ = archived(world, [*organisation.hashes, bytes(32)], last_lists(world))
    documents = world.documents(stolen(world, reference))
    for answer in ({}, {ADDRESS: other}, {ADDRESS: content[:-1]}, {ADDRESS: b""}):
        result = world.verify(copy, {**documents, **answer})
        assert result.outcome is Outcome.INDETERMINATE
        assert found(result, CheckCode.TRUST).reason == Reason.ARCHIVE_UNREACHABLE


def test_what_is_shown_less_of_is_still_in_the_archive(world: World) -> None:
    organisation = world.organisation
    assert isinstance(organisation, Recorded)
    whole = organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    content, reference = archived(world, organisation.hashes, last_lists(world))
    part = sd_jwt.reduce(whole, lambda path, _: path == ("engagement", 0))
    result = world.verify(part, {**world.documents(stolen(world, reference)), ADDRESS: content})
    assert found(result, CheckCode.TRUST).reason == Reason.ARCHIVED


@FORMS
def test_a_credential_verifies_when_the_domain_of_its_issuer_is_dead(world: World, form: Form) -> None:
    organisation = world.organisation
    status = organisation.new_status()
    copy = organisation.issue(WORK_HISTORY, form, world.holder)
    withdrawn = organisation.issue(WORK_HISTORY, form, world.holder, status=status)
    organisation.revoke(status)
    content, reference = archived(world, [], last_lists(world))
    trust_list = replace(
        listed(world, lambda each: replace(each, retired_on=NOW.date(), archives=(reference,))),
        valid_until=LATER + timedelta(days=1),
    )
    alone = {world.root.trust_list: world.documents(trust_list)[world.root.trust_list], ADDRESS: content}
    result = world.verify(copy, alone, now=LATER)
    assert result.outcome is Outcome.VALID
    assert found(result, CheckCode.TRUST).reason == Reason.RETIRED
    assert found(result, CheckCode.STATUS).reason == Reason.NOT_REVOKED_AT_THE_END
    assert found(world.verify(withdrawn, alone, now=LATER), CheckCode.STATUS).reason == Reason.REVOKED


def test_whoever_takes_a_dead_domain_over_is_not_asked(world: World) -> None:
    """Neither what he says nor that he learns who is checked."""
    copy = world.organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    content, reference = archived(world, [], last_lists(world))
    trust_list = listed(world, lambda each: replace(each, retired_on=NOW.date(), archives=(reference,)))
    documents = {**world.documents(trust_list), ADDRESS: content}
    squatted = {name: b"junk" if "klusdag.example" in name else each for name, each in documents.items()}
    squatted[ADDRESS] = content
    assert world.verify(copy, squatted).outcome is Outcome.VALID


def test_an_archive_of_one_organisation_says_nothing_of_another(world: World) -> None:
    second = world.organisations[1]
    copy = second.issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    content, reference = archived(world, [], {})
    plain = world.trust_list()
    first, other = plain.organisations
    lost = replace(
        other, archives=(reference,), keys=tuple(replace(key, compromised_at=NOW) for key in other.keys)
    )
    trust_list = replace(plain, organisations=(first, lost))
    result = world.verify(copy, {**world.documents(trust_list), ADDRESS: content})
    assert found(result, CheckCode.TRUST).reason == Reason.ARCHIVE_UNREACHABLE


def test_a_new_key_serves_while_the_old_one_keeps_its_window(world: World) -> None:
    """Rotation: what the old key signed in its window stays; what it signs afterwards fails."""
    organisation = world.organisation
    day = timedelta(days=1)
    before = organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder, issued=NOW - 20 * day)
    after = organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder, issued=NOW - 5 * day)
    old_keys = organisation.entry().keys
    organisation.keys = Organisation("klusdag", "").keys
    fresh = organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    closed = tuple(replace(key, valid_until=NOW - 10 * day) for key in old_keys)
    begun = tuple(replace(key, valid_from=NOW - 10 * day) for key in organisation.entry().keys)
    documents = world.documents(listed(world, lambda each: replace(each, keys=(*closed, *begun))))
    assert world.verify(before, documents).outcome is Outcome.VALID
    assert world.verify(fresh, documents).outcome is Outcome.VALID
    assert troubles(world.verify(after, documents)) == {("trust", "failed", "key-outside-window")}


def new_root(address: str = "https://new.example/list") -> tuple[Any, TrustRoot]:
    signer = did_key_signer("Ed25519")
    return signer, TrustRoot(did_key(signer.public_key), address, "Nieuw bestuur", False)


def handed_over(world: World, **changes: Any) -> dict[str, bytes]:
    """The old root knows nobody any more and names its successor."""
    signer, root = new_root()
    last = replace(
        world.trust_list(), organisations=(), successor=Successor(root.root, root.trust_list), **changes
    )
    new_list = replace(world.trust_list(), id=root.trust_list, name=root.name)
    documents = world.documents(last)
    documents[root.trust_list] = json.dumps(trust_list_credential(new_list, signer=signer)).encode()
    return documents


def test_a_verifier_follows_the_root_that_it_pinned_to_its_successor(world: World) -> None:
    for changes in ({}, {"valid_from": NOW - timedelta(days=999), "valid_until": NOW - timedelta(days=900)}):
        result = world.verify(presented(world), handed_over(world, **changes))
        assert result.outcome is Outcome.VALID
        assert Reason.ROOT_SUCCEEDED in {check.reason for check in result.checks}


def test_a_successor_that_cannot_be_read_leaves_trust_open(world: World) -> None:
    documents = handed_over(world)
    signer, root = new_root()
    forged = json.dumps(
        trust_list_credential(replace(world.trust_list(), id=root.trust_list), signer=signer)
    ).encode()
    cases = {Reason.TRUST_LIST_UNREACHABLE: None, Reason.TRUST_LIST_NOT_BY_ROOT: forged}
    for reason, answer in cases.items():
        changed = {name: each for name, each in documents.items() if name != root.trust_list}
        if answer is not None:
            changed[root.trust_list] = answer
        result = world.verify(presented(world), changed)
        assert result.outcome is Outcome.INDETERMINATE
        assert found(result, CheckCode.TRUST).reason == reason


def test_roots_that_name_each_other_lead_nowhere(world: World) -> None:
    itself = Successor(world.root.root, world.root.trust_list)
    result = world.verify(presented(world), world.documents(replace(world.trust_list(), successor=itself)))
    assert result.outcome is Outcome.INDETERMINATE
    assert found(result, CheckCode.TRUST).reason == Reason.TRUST_LIST_NOT_BY_ROOT


def test_a_demonstration_does_not_become_more_by_handing_over() -> None:
    demo = make_world(demonstration=True)
    documents = handed_over(demo)
    assert demo.verify(presented(demo), documents).demonstration


def test_a_stranger_cannot_name_a_successor(world: World) -> None:
    """His list is not the pinned root's, wherever it lies."""
    signer, root = new_root()
    last = replace(world.trust_list(), successor=Successor(root.root, root.trust_list))
    forged = json.dumps(trust_list_credential(last, signer=signer)).encode()
    result = world.verify(presented(world), {**world.documents(), world.root.trust_list: forged})
    assert found(result, CheckCode.TRUST).reason == Reason.TRUST_LIST_NOT_BY_ROOT


def two_roots(world: World) -> tuple[TrustRoot, dict[str, bytes]]:
    """Each of two roots lists one of the organisations."""
    signer, root = new_root()
    first, second = world.trust_list().organisations
    documents = world.documents(replace(world.trust_list(), organisations=(first,)))
    other = replace(world.trust_list(), id=root.trust_list, name=root.name, organisations=(second,))
    documents[root.trust_list] = json.dumps(trust_list_credential(other, signer=signer)).encode()
    return root, documents


def test_several_roots_stand_beside_each_other(world: World) -> None:
    root, documents = two_roots(world)
    alone = world.verify(presented(world), documents)
    assert troubles(alone) == {("trust", "indeterminate", "not-listed")}
    for roots in ((world.root, root), (root, world.root)):
        assert world.verify(presented(world), documents, trust_roots=roots).outcome is Outcome.VALID


def test_an_unreachable_list_takes_nothing_from_another(world: World) -> None:
    root, documents = two_roots(world)
    del documents[root.trust_list]
    copy = world.organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    unknown = world.organisations[1].issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    for roots in ((world.root, root), (root, world.root)):
        assert world.verify(copy, documents, trust_roots=roots).outcome is Outcome.VALID
        trust = found(world.verify(unknown, documents, trust_roots=roots), CheckCode.TRUST)
        assert trust.reason == Reason.TRUST_LIST_UNREACHABLE


def test_a_theft_that_any_list_reports_is_believed(world: World) -> None:
    signer, root = new_root()
    copy = world.organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    warned = replace(
        listed(world, with_keys(lambda key: replace(key, compromised_at=NOW))), id=root.trust_list
    )
    documents = world.documents()
    documents[root.trust_list] = json.dumps(trust_list_credential(warned, signer=signer)).encode()
    for roots in ((world.root, root), (root, world.root)):
        result = world.verify(copy, documents, trust_roots=roots)
        assert found(result, CheckCode.TRUST).reason == Reason.KEY_COMPROMISED


def test_only_what_a_demonstration_vouches_for_is_one(world: World) -> None:
    demo = make_world(demonstration=True)
    documents = {**demo.documents(), **world.documents()}
    both = (world.root, replace(demo.root, trust_list="https://demo.example/list"))
    demo_list = replace(demo.trust_list(), id="https://demo.example/list", organisations=())
    documents["https://demo.example/list"] = json.dumps(
        trust_list_credential(demo_list, signer=demo.root_signer)
    ).encode()
    assert not world.verify(presented(world), documents, trust_roots=both).demonstration
    stranger = Organisation("stranger", "Stranger").issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    assert world.verify(stranger, documents, trust_roots=both).demonstration


def test_the_hash_of_a_copy_is_that_of_the_signed_bytes(world: World) -> None:
    organisation = world.organisation
    assert isinstance(organisation, Recorded)
    text = organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    signed = jws.parse(text.split("~", 1)[0]).signing_input
    assert organisation.hashes == [hashlib.sha256(signed).digest()]
