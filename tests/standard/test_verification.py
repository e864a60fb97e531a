"""Verification: what is valid, what is unreadable, and what a result says."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest

from standard import compact
from standard.errors import UnreadableError
from standard.model import Form
from standard.verification import (
    PRESENTATION,
    CheckCode,
    CheckState,
    Outcome,
    Reason,
    VerificationPolicy,
    VerificationResult,
    disclose,
    failed,
    passed,
    result_json,
)
from tests.standard.verdicts import STATEMENTS, found, paper, presented, troubles
from tests.world import (
    NOW,
    RATING_HISTORY,
    WORK_HISTORY,
    World,
)

FORMS = pytest.mark.parametrize("form", list(Form))


@FORMS
@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_copy_in_any_form_is_valid(world: World, form: Form, statement: Any) -> None:
    result = world.verify(world.organisation.issue(statement, form, world.holder))
    assert (result.outcome, troubles(result)) == (Outcome.VALID, set())
    assert result.presentation is not None
    (shown,) = result.presentation.statements
    assert (shown.form, shown.issuer, shown.issuer_name) == (form, world.organisation.did, "Klusdag B.V.")
    assert shown.issued_on == NOW.date()


def test_a_presentation_is_valid_and_shows_what_was_signed(world: World) -> None:
    result = world.verify(presented(world))
    assert (result.outcome, troubles(result)) == (Outcome.VALID, set())
    shown = result.presentation
    assert shown is not None and shown.own_words is not None
    assert (shown.language, shown.created, shown.own_words.headline) == ("nl", NOW, "Keukenhulp")
    assert [statement.content for statement in shown.statements] == [WORK_HISTORY, RATING_HISTORY]


def test_qr_texts_are_valid_in_any_order_and_from_any_host(world: World) -> None:
    payload = compact.qr_payload(paper(world))
    for host in ("https://checker.example", "https://forger.example"):
        texts = compact.qr_text(payload, checker_url=host)
        assert world.verify("\n".join(reversed(texts))).outcome is Outcome.VALID
    digits = compact.qr_text(payload, checker_url="https://c.example")[0].partition("#")[2]
    assert world.verify(digits).outcome is Outcome.VALID


def test_the_checks_stand_in_the_order_of_the_standard(world: World) -> None:
    result = world.verify(presented(world))
    numbers = [check.number for check in result.checks]
    assert numbers == sorted(numbers)
    for subject in {check.subject for check in result.checks} - {PRESENTATION}:
        assert [c.number for c in result.checks if c.subject == subject] == list(range(1, 11))


def test_a_result_has_no_truth_value(world: World) -> None:
    with pytest.raises(TypeError):
        bool(world.verify(presented(world)))


def test_checks_of_the_document_around_it_can_be_added(world: World) -> None:
    result = world.verify(presented(world))
    text = failed(CheckCode.PAGE_TEXT, "differs", "document")
    integrity = passed(CheckCode.DOCUMENT_INTEGRITY, "intact", "document")
    longer = result.with_checks([text, integrity])
    assert longer.checks[-2:] == (integrity, text)
    assert (result.outcome, longer.outcome) == (Outcome.VALID, Outcome.INVALID)


def test_a_result_in_which_nothing_passed_is_not_valid() -> None:
    assert VerificationResult((), None, False).outcome is Outcome.INDETERMINATE


def test_bytes_and_text_are_the_same(world: World) -> None:
    text = presented(world)
    assert world.verify(text.encode()).outcome is world.verify(f"\n{text}\n").outcome is Outcome.VALID


def test_an_enveloped_credential_alone_is_read(world: World) -> None:
    (envelope, _) = json.loads(presented(world))["verifiableCredential"]
    assert world.verify(json.dumps(envelope)).outcome is Outcome.VALID


def test_a_result_as_json_names_everything(world: World) -> None:
    document = json.loads(json.dumps(result_json(world.verify(presented(world)))))
    assert document["outcome"] == "valid"
    assert document["statements"][0]["claims"]["workTotals"]["gigCount"] == 244
    assert document["statements"][0]["name"] == {"fullName": "Fatima el Amrani", "check": "bank"}
    assert {"number", "code", "state", "reason", "subject", "detail"} == set(document["checks"][0])
    on_paper = result_json(world.verify(paper(world)[0]))
    assert on_paper["statements"][0]["claims"]["totals"]["gigCount"] == 244
    json.dumps(on_paper)


def test_what_was_handed_over_can_be_read_without_trust(world: World) -> None:
    assert [shown.content for shown in disclose(presented(world)).statements] == list(STATEMENTS)


@pytest.mark.parametrize(
    "data",
    [
        b"", b" ", b"{", b"{}", b"[]", b"null", b'{"type": "Thing"}', b"\xff\xfe", b"%PDF-1.7", "Hallo",
        "eyJhbGciOiJub25lIn0.e30.", "https://example.org/", "12345", b"{" * 100_000, "x" * (3 << 20),
        '{"type": ["VerifiableCredential"', "0o", "a~b~",
    ],
)  # fmt: skip
def test_what_is_no_kluscv_is_unreadable(world: World, data: bytes | str) -> None:
    with pytest.raises(UnreadableError):
        world.verify(data)


def test_a_broken_kluscv_is_invalid_and_not_unreadable(world: World) -> None:
    presentation = presented(world)
    copy = world.organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder)
    credential = world.organisation.issue(WORK_HISTORY, Form.EDDSA_RDFC, world.holder)
    on_paper = paper(world)[0]
    (code,) = compact.qr_text(compact.qr_payload([on_paper]), checker_url="https://c.example")
    broken = {
        "parse": [
            presentation.replace('"holder"', '"holder": "did:key:z1", "holder"', 1),
            presentation.replace('"nl"', "1.5", 1),
            copy.replace(".", "", 1),
            copy + "e30~",
            on_paper[:-8],
            code[:-8],
        ],
        "schema": [
            presentation.replace("KlusCVPresentation", "Presentation"),
            '{"type": "VerifiablePresentation"}',
            '{"type": ["VerifiableCredential"], "id": 3}',
            json.dumps({**json.loads(presentation), "holder": world.organisation.did}),
            presentation.replace('"VerifiablePresentation"', '"VerifiablePresentatiom"', 1),
            json.dumps({**json.loads(credential), "type": None}),
            json.dumps({**json.loads(credential), "type": ["Credential", "WorkHistoryCredential"]}),
            json.dumps({"@context": ["https://www.w3.org/ns/credentials/v2"]}),
        ],
    }
    for expected, texts in broken.items():
        for text in texts:
            result = world.verify(text)
            assert result.outcome is Outcome.INVALID
            assert found(result, CheckCode(expected)).state is CheckState.FAILED


def test_a_policy_states_its_clock_and_whole_requests() -> None:
    choices: dict[str, Any] = {
        "now": NOW, "trust_roots": (), "status_max_age": timedelta(days=7), "expected_challenge": None,
        "expected_domain": None,
    }  # fmt: skip
    VerificationPolicy(**choices)
    for wrong in ({"now": datetime(2026, 11, 22)}, {"expected_challenge": "n"}, {"expected_domain": "d"}):  # noqa: DTZ001
        with pytest.raises(ValueError):
            VerificationPolicy(**{**choices, **wrong})


def test_the_specification_says_what_every_reason_means_and_knows_no_other() -> None:
    text = files("standard").joinpath("SPECIFICATION.md").read_text(encoding="utf-8")
    clause = text.partition("### 8.2 Reasons")[2].partition("\n### ")[0]
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in clause.splitlines() if "|" in row][2:]
    assert all(len(row) == 4 and row[3] for row in rows)
    assert {row[0].strip("`") for row in rows if row[0]} == {
        code.value for code in CheckCode if code.number <= CheckCode.PAPER_COPY.number
    }
    assert {row[1].replace(" ", "-") for row in rows} == {state.value for state in CheckState}
    named = [name for row in rows for name in re.findall(r"`([a-z-]+)`", row[2])]
    assert sorted([*named, Reason.NOT_REACHED]) == sorted(Reason)


def test_more_copies_than_a_worker_has_are_refused(world: World) -> None:
    copy = paper(world)[0]
    result = world.verify("\n".join([copy] * 65))
    assert found(result, CheckCode.PARSE).state is CheckState.FAILED
    document = json.loads(presented(world))
    document["verifiableCredential"] *= 33
    assert found(world.verify(json.dumps(document)), CheckCode.SCHEMA).state is CheckState.FAILED
