"""Verification of the Data Integrity form: every cryptosuite, sets and chains, and chosen parts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from standard import proofs
from standard.credentials import credential_document, mandatory_pointers
from standard.dids import did_key
from standard.keys import KeySigner, PrivateKey
from standard.model import DATA_INTEGRITY, Dispute, DisputeStatus, Form, WorkHistory
from standard.verification import CheckCode, CheckState, Outcome, Reason
from tests.standard.statements import new_id
from tests.standard.verdicts import found, troubles
from tests.world import NOW, RATING_HISTORY, WORK_HISTORY, Organisation, World, did_key_signer

FORMS = pytest.mark.parametrize("form", sorted(DATA_INTEGRITY))
ENGAGEMENT = "/credentialSubject/engagement"


def unsigned(world: World, statement: Any = WORK_HISTORY, **changes: Any) -> dict[str, Any]:
    organisation = world.organisation
    document = credential_document(
        statement, issuer=organisation.did, organisation_name=organisation.name,
        subject=did_key(world.holder), credential_id=new_id(), issued=NOW,
        status=organisation.new_status(), new_id=new_id,
    )  # fmt: skip
    return {**document, **changes}


def signed(
    document: dict[str, Any], signer: KeySigner, form: Form = Form.EDDSA_RDFC, **more: Any
) -> dict[str, Any]:
    return proofs.add_proof(
        document, cryptosuite=form.value, signer=signer, created=NOW, purpose="assertionMethod", **more
    )


def base(world: World, statement: Any = WORK_HISTORY) -> dict[str, Any]:
    """What the issuer hands to the holder for choosing."""
    document = unsigned(world, statement)
    suite = proofs.BaseProofs(mandatory_pointers(document), bytes(32), PrivateKey.generate("P-256"))
    return proofs.add_proof(
        document, cryptosuite=suite, signer=world.organisation.signer("P-256"), created=NOW,
        purpose="assertionMethod",
    )  # fmt: skip


def chosen(document: dict[str, Any], *pointers: str) -> str:
    return json.dumps(proofs.derive(document, document["proof"], pointers))


@pytest.mark.parametrize("form", [Form.ECDSA_RDFC, Form.ECDSA_JCS])
def test_an_organisation_may_sign_with_p384(world: World, form: Form) -> None:
    organisation = world.organisation
    organisation.keys["P-384"] = PrivateKey.generate("P-384")
    text = json.dumps(signed(unsigned(world), organisation.signer("P-384"), form))
    assert (world.verify(text).outcome, troubles(world.verify(text))) == (Outcome.VALID, set())


def test_the_holder_shows_one_record_and_the_totals_tell_of_the_others(world: World) -> None:
    result = world.verify(chosen(base(world), f"{ENGAGEMENT}/1"))
    assert (result.outcome, troubles(result)) == (Outcome.VALID, set())
    check = found(result, CheckCode.COMPLETENESS)
    assert check.reason == Reason.PARTIAL
    assert dict(check.detail) == {"engagements": "1/2", "achievements": "0/1"}
    assert result.presentation is not None
    (shown,) = result.presentation.statements
    assert isinstance(shown.content, WorkHistory)
    assert shown.content.engagements == WORK_HISTORY.engagements[1:]
    assert (shown.form, shown.content.achievements) == (Form.ECDSA_SD, ())


@pytest.mark.parametrize("statement", [WORK_HISTORY, RATING_HISTORY])
def test_a_holder_may_show_no_record_at_all(world: World, statement: Any) -> None:
    result = world.verify(chosen(base(world, statement)))
    assert (result.outcome, found(result, CheckCode.COMPLETENESS).reason) == (Outcome.VALID, Reason.PARTIAL)


def test_a_record_is_shown_whole_or_not_at_all(world: World) -> None:
    result = world.verify(chosen(base(world), f"{ENGAGEMENT}/0/gigCount"))
    assert result.outcome is Outcome.INVALID
    assert found(result, CheckCode.SCHEMA).reason == Reason.BREAKS_DATA_MODEL


def test_the_totals_cannot_be_left_out(world: World) -> None:
    document = json.loads(chosen(base(world), f"{ENGAGEMENT}/0"))
    del document["credentialSubject"]["workTotals"]
    assert found(world.verify(json.dumps(document)), CheckCode.SCHEMA).state is CheckState.FAILED


def test_a_dispute_cannot_be_parted_from_its_record(world: World) -> None:
    marked = replace(WORK_HISTORY.engagements[0], dispute=Dispute(DisputeStatus.OPEN, date(2026, 11, 20)))
    statement = replace(WORK_HISTORY, engagements=(marked, WORK_HISTORY.engagements[1]))
    result = world.verify(chosen(base(world, statement)))
    assert result.presentation is not None
    content = result.presentation.statements[0].content
    assert isinstance(content, WorkHistory)
    assert content.engagements == (marked,)


@pytest.mark.parametrize("offline", [False, True])
def test_a_base_proof_is_never_accepted_as_shown(world: World, offline: bool) -> None:
    text = json.dumps(base(world))
    for data in (text, world.present([text])):
        result = world.verify(data, {} if offline else None)
        assert result.outcome is Outcome.INVALID
        assert found(result, CheckCode.PROOF).reason == Reason.UNUSABLE_PROOF


def test_a_statement_that_only_part_of_the_proofs_may_shorten_is_shown_whole(world: World) -> None:
    document = json.loads(chosen(base(world)))
    both = signed(document, world.organisation.signer("Ed25519"))
    assert found(world.verify(json.dumps(both)), CheckCode.SCHEMA).state is CheckState.FAILED


@FORMS
def test_a_presentation_carries_data_integrity_copies_as_they_are(world: World, form: Form) -> None:
    first, second = world.organisations
    texts = [
        first.issue(WORK_HISTORY, form, world.holder),
        first.issue(RATING_HISTORY, form, world.holder),
        second.issue(WORK_HISTORY, Form.SD_JWT, world.holder),
    ]
    result = world.verify(world.present(texts))
    assert (result.outcome, troubles(result)) == (Outcome.VALID, set())
    assert result.presentation is not None
    assert [shown.form for shown in result.presentation.statements] == [form, form, Form.SD_JWT]


@FORMS
def test_a_copy_about_somebody_else_makes_a_presentation_invalid(world: World, form: Form) -> None:
    somebody = did_key_signer("P-256").public_key
    text = world.present([world.organisation.issue(WORK_HISTORY, form, somebody)])
    assert troubles(world.verify(text)) == {("holder-binding", "failed", "other-holder")}


@FORMS
def test_a_presentation_covers_the_proofs_of_its_copies(world: World, form: Form) -> None:
    document = json.loads(world.present([world.organisation.issue(WORK_HISTORY, form, world.holder)]))
    other = world.organisation.secure(
        {name: value for name, value in document["verifiableCredential"][0].items() if name != "proof"},
        Form.EDDSA_JCS if form is Form.EDDSA_RDFC else Form.EDDSA_RDFC,
    )
    swapped = {**document, "verifiableCredential": [other]}
    assert ("proof", "failed", "mismatch") in troubles(world.verify(json.dumps(swapped)))


@pytest.mark.parametrize("form", [Form.EDDSA_JCS, Form.ECDSA_JCS])
def test_a_term_that_nobody_defined_is_refused_though_the_signature_covers_it(
    world: World, form: Form
) -> None:
    document = unsigned(world)
    document["credentialSubject"]["engagement"][0]["bonus"] = "€ 100"
    result = world.verify(json.dumps(world.organisation.secure(document, form)))
    assert found(result, CheckCode.SCHEMA).state is CheckState.FAILED
    result = world.verify(json.dumps(world.organisation.secure(unsigned(world, evidence=[{"x": 1}]), form)))
    assert result.outcome is Outcome.INVALID


def test_a_proof_with_other_contexts_than_its_document_is_refused(world: World) -> None:
    document = json.loads(world.organisation.issue(WORK_HISTORY, Form.EDDSA_JCS, world.holder))
    document["proof"]["@context"] = document["proof"]["@context"][:1]
    result = world.verify(json.dumps(document))
    assert found(result, CheckCode.VOCABULARY).state is CheckState.FAILED


@pytest.mark.parametrize("second", sorted(DATA_INTEGRITY - {Form.ECDSA_SD}))
def test_every_proof_of_a_set_must_verify(world: World, second: Form) -> None:
    organisation = world.organisation
    one = signed(unsigned(world), organisation.signer("P-256"), Form.ECDSA_RDFC)
    both = organisation.secure(one, second)
    assert world.verify(json.dumps(both)).outcome is Outcome.VALID
    other = organisation.secure(unsigned(world), second)
    for place in (0, 1):
        broken = [*both["proof"]]
        broken[place] = {**broken[place], "proofValue": other["proof"]["proofValue"]}
        assert world.verify(json.dumps({**both, "proof": broken})).outcome is Outcome.INVALID


def test_somebody_may_sign_beside_the_issuer(world: World) -> None:
    one = signed(unsigned(world), world.organisation.signer("Ed25519"))
    both = signed(one, did_key_signer("Ed25519"))
    for document in (both, {**both, "proof": both["proof"][::-1]}):
        result = world.verify(json.dumps(document))
        assert (result.outcome, troubles(result)) == (Outcome.VALID, set())
        assert found(result, CheckCode.ISSUER_KEY).reason == Reason.TRUST_LIST_KEY


def test_a_signature_beside_the_issuers_that_nobody_can_check_leaves_it_open(world: World) -> None:
    stranger = Organisation("ver-weg", "Ver weg")
    both = signed(signed(unsigned(world), world.organisation.signer("Ed25519")), stranger.signer("Ed25519"))
    assert world.verify(json.dumps(both)).outcome is Outcome.INDETERMINATE


def test_somebody_elses_signature_alone_is_not_the_issuers(world: World) -> None:
    document = signed(unsigned(world), did_key_signer("Ed25519"))
    result = world.verify(json.dumps(document))
    assert ("issuer-key", "failed", "other-controller") in troubles(result)


def test_nobody_can_leave_out_a_proof_that_a_later_one_names(world: World) -> None:
    first = signed(
        unsigned(world), world.organisation.signer("Ed25519"), Form.EDDSA_JCS, proof_id="urn:uuid:1"
    )
    for form in (Form.EDDSA_RDFC, Form.EDDSA_JCS):
        chain = signed(first, did_key_signer("Ed25519"), form, previous=["urn:uuid:1"])
        assert world.verify(json.dumps(chain)).outcome is Outcome.VALID
        assert world.verify(world.present([json.dumps(chain)])).outcome is Outcome.VALID
        alone = {**chain, "proof": chain["proof"][1]}
        assert world.verify(json.dumps(alone)).outcome is Outcome.INVALID
        again = signed(unsigned(world), world.organisation.signer("Ed25519"), proof_id="urn:uuid:1")
        swapped = {**chain, "proof": [again["proof"], chain["proof"][1]]}
        assert world.verify(json.dumps(swapped)).outcome is Outcome.INVALID
