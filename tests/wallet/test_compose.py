"""Composing: any selection makes a presentation that verifies and holds the chosen parts only."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standard import base64url, sd_jwt
from standard.keys import KeySigner
from standard.model import Form, PaperStatement, RatingHistory, RecordList, RemarkKind, WorkHistory
from standard.verification import CheckCode, CheckState, Outcome, verify
from wallet import compose as composing
from wallet.compose import KlusCV
from wallet.errors import EmptySelectionError
from wallet.held import HeldCredential
from wallet.selection import Chosen, Part, Remark, Selection, everything, fitted, moved, part_size
from wallet.services import Services

CHECKER = "https://controleer.example"
Held = tuple[HeldCredential, ...]


@pytest.fixture(scope="module")
def all_held(klusdag: HeldCredential, oppaspunt: HeldCredential, vakhulp: HeldCredential) -> Held:
    return klusdag, oppaspunt, vakhulp


def make(held: Held, selection: Selection, signer: KeySigner, now: datetime) -> KlusCV:
    return composing.compose(
        held, selection, signer=signer, now=now, new_id=lambda: uuid.uuid4().urn, checker_url=CHECKER
    )


@st.composite
def selections(draw: st.DrawFn, held: Held) -> Selection:
    order = draw(st.permutations(held))
    organisations = tuple(
        Chosen(
            each.id,
            {part: frozenset(draw(_places(each, part))) for part in Part},
            {
                (part, place): Remark(draw(st.sampled_from(RemarkKind)), f"Mijn woord over {part} {place}.")
                for part in (Part.ENGAGEMENT, Part.RATING, Part.REVIEW)
                for place in draw(_places(each, part))
            },
        )
        for each in order
    )
    words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
    return Selection(
        title="proef",
        language=draw(st.sampled_from(["nl", "en"])),
        show_name=draw(st.booleans()),
        headline=draw(words),
        own_text=draw(words),
        organisations=organisations,
    )


def _places(held: HeldCredential, part: Part) -> st.SearchStrategy[set[int]]:
    size = part_size(held, part)
    return st.sets(st.integers(0, size - 1), max_size=4) if size else st.just(set())


def disclosed_texts(presentation: bytes) -> Iterator[tuple[str, list[object]]]:
    """Every SD-JWT in the presentation with the values of all its disclosures."""
    for entry in json.loads(presentation)["verifiableCredential"]:
        text = entry["id"].removeprefix("data:application/dc+sd-jwt,")
        parts = text.split("~")[1:-1]
        yield text, [json.loads(base64url.decode(part))[-1] for part in parts]


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_only_what_was_chosen_is_in_the_bytes_and_the_result_verifies(
    data: st.DataObject, all_held: Held, signer: KeySigner, services: Services, now: datetime
) -> None:
    selection = data.draw(selections(all_held))
    if all(chosen.is_empty for chosen in selection.organisations):
        with pytest.raises(EmptySelectionError):
            make(all_held, selection, signer, now)
        return
    made = make(all_held, selection, signer, now)
    expected = sum(len(places) for chosen in selection.organisations for places in chosen.places.values())
    values = [value for _, shown in disclosed_texts(made.presentation_json) for value in shown]
    names = [value for value in values if isinstance(value, dict) and "fullName" in value]
    assert len(values) - len(names) == expected
    assert bool(names) == selection.show_name
    result = verify(made.presentation_json, policy=services.policy, resolver=services.resolver)
    assert result.outcome is Outcome.VALID
    assert result.presentation == made.disclosed


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_paper_shows_no_line_and_no_name_that_the_file_hides(
    data: st.DataObject, all_held: Held, signer: KeySigner, services: Services, now: datetime
) -> None:
    selection = data.draw(selections(all_held))
    texts = composing.qr_texts(all_held, selection, checker_url=CHECKER)
    if not texts:
        return
    result = verify("\n".join(texts), policy=services.policy, resolver=services.resolver)
    assert result.outcome is Outcome.VALID
    assert result.presentation is not None
    by_issuer = {each.issuer: each for each in all_held}
    for statement in result.presentation.statements:
        assert isinstance(statement.content, PaperStatement)
        assert statement.issuer is not None
        held = by_issuer[statement.issuer]
        chosen = selection.chosen(held.id)
        assert (statement.content.name is not None) == selection.show_name
        shown_work = {
            each.gig_count
            for place, each in enumerate(held.history.engagements if held.history else ())
            if chosen.shows(Part.ENGAGEMENT, place)
        }
        shown_ratings = {
            (each.value, each.count)
            for place, each in enumerate(held.ratings.ratings if held.ratings else ())
            if chosen.shows(Part.RATING, place)
        }
        for line in statement.content.lines:
            assert line.gig_count == 0 or line.gig_count in shown_work
            assert line.rating_value is None or (line.rating_value, line.rating_count) in shown_ratings


def test_a_preview_shows_what_the_presentation_will(all_held: Held, signer: KeySigner, now: datetime) -> None:
    selection = replace(everything(all_held, title="x", language="nl"), headline="Kok", own_text="Ik kook.")
    made = make(all_held, selection, signer, now)
    seen = composing.preview(all_held, selection)
    assert (seen.statements, seen.own_words) == (made.disclosed.statements, made.disclosed.own_words)


def test_the_organisations_stand_in_the_workers_order(
    all_held: Held, signer: KeySigner, now: datetime
) -> None:
    selection = moved(moved(everything(all_held, title="x", language="nl"), "vakhulp", -1), "vakhulp", -1)
    issuers = [each.issuer_name for each in make(all_held, selection, signer, now).disclosed.statements]
    assert list(dict.fromkeys(issuers)) == ["Coöperatie Vakhulp U.A.", "Klusdag B.V.", "Oppaspunt"]
    assert moved(selection, "vakhulp", -1) == selection
    assert moved(selection, "nobody", 1) == selection


def test_the_totals_stay_and_tell_what_is_left_out(
    klusdag: HeldCredential, signer: KeySigner, now: datetime
) -> None:
    selection = everything([klusdag], title="x", language="nl", reviews=1)
    only_one = replace(
        selection,
        organisations=(Chosen("klusdag", {Part.REVIEW: selection.chosen("klusdag").places[Part.REVIEW]}),),
    )
    (statement,) = make((klusdag,), only_one, signer, now).disclosed.statements
    assert isinstance(statement.content, RatingHistory)
    assert len(statement.content.reviews) == 1
    assert klusdag.ratings is not None
    assert statement.content.totals == klusdag.ratings.totals


def test_a_statement_of_which_nothing_is_chosen_does_not_travel(
    klusdag: HeldCredential, signer: KeySigner, now: datetime
) -> None:
    selection = everything([klusdag], title="x", language="nl")
    work_only = replace(selection, organisations=(Chosen("klusdag", {Part.ENGAGEMENT: frozenset({0})}),))
    (statement,) = make((klusdag,), work_only, signer, now).disclosed.statements
    assert isinstance(statement.content, WorkHistory)


def test_a_presentation_signed_with_another_key_is_invalid(
    klusdag: HeldCredential, other_signer: KeySigner, services: Services, now: datetime
) -> None:
    made = make((klusdag,), everything([klusdag], title="x", language="nl"), other_signer, now)
    result = verify(made.presentation_json, policy=services.policy, resolver=services.resolver)
    failed = {check.code for check in result.checks if check.state is CheckState.FAILED}
    assert failed == {CheckCode.HOLDER_BINDING}


def test_a_file_carries_no_key_binding(klusdag: HeldCredential, signer: KeySigner, now: datetime) -> None:
    made = make((klusdag,), everything([klusdag], title="x", language="nl"), signer, now)
    for text, _ in disclosed_texts(made.presentation_json):
        assert text.endswith("~")
        assert sd_jwt.parse(text).key_binding is None


def test_a_selection_never_shows_what_came_later(klusdag: HeldCredential, oppaspunt: HeldCredential) -> None:
    before = everything([klusdag], title="x", language="nl")
    after = fitted(before, [klusdag, oppaspunt])
    assert after.chosen("klusdag") == before.chosen("klusdag")
    assert after.chosen("oppaspunt").is_empty
    assert fitted(after, [oppaspunt]).chosen("klusdag").is_empty


def test_places_that_do_not_exist_drop_out(klusdag: HeldCredential) -> None:
    wild = Selection("x", "nl", True, "", "", (Chosen("klusdag", {Part.ENGAGEMENT: frozenset({0, 99})}),))
    assert fitted(wild, [klusdag]).chosen("klusdag").places[Part.ENGAGEMENT] == {0}


def test_every_copy_has_its_form(klusdag: HeldCredential) -> None:
    assert len(klusdag.of_form(Form.SD_JWT)) == 2
    assert len(klusdag.of_form(Form.COMPACT)) == 1


def test_a_reply_travels_with_its_review_and_stays_when_the_review_does(
    all_held: Held, signer: KeySigner, services: Services, now: datetime
) -> None:
    rated = next(each for each in all_held if each.ratings and len(each.ratings.reviews) > 2)
    remarks = {
        (Part.REVIEW, 1): Remark(RemarkKind.REPLY, "Blijft thuis."),
        (Part.REVIEW, 2): Remark(RemarkKind.REPLY, "De bus was te laat."),
    }
    chosen = Chosen(rated.id, {Part.REVIEW: frozenset({0, 2})}, remarks)
    selection = replace(
        everything(all_held, title="x", language="nl"), organisations=(chosen,), show_name=False
    )
    made = make(all_held, selection, signer, now)
    assert b"Blijft thuis." not in made.presentation_json
    (remark,) = made.disclosed.own_remarks
    assert (remark.record_list, remark.place) == (RecordList.REVIEW, 1)
    assert remark.text == "De bus was te laat."
    result = verify(made.presentation_json, policy=services.policy, resolver=services.resolver)
    assert result.outcome is Outcome.VALID
    assert composing.preview(all_held, selection).own_remarks == made.disclosed.own_remarks
