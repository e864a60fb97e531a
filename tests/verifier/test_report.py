"""What a reader is told: the right verdict, by whom, in both languages, with words for every code."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

import pytest

from standard.model import (
    ClaimLevel,
    Did,
    DisclosedPresentation,
    DisclosedStatement,
    Engagement,
    Form,
    NameCheck,
    OwnWords,
    Period,
    PersonName,
    WorkHistory,
    WorkTotals,
)
from standard.verification import Check, CheckCode, CheckState, Reason, VerificationResult
from templates.environment import LOCALES, environment
from templates.formats import Formats
from verifier.details import Details
from verifier.intake import IntakeReason, Kind
from verifier.judgement import Judgement
from verifier.page_checks import PageReason
from verifier.report import Finding, Report, Verdict, explain

REASONS = sorted({*Reason, *PageReason})


def statement(name: str, number: int, person: str | None = "Fatima el Amrani") -> DisclosedStatement:
    work = Engagement("Afwas", None, 148, 62_160, 31, 12, date(2021, 3, 12), date(2026, 11, 18))
    history = WorkHistory(
        as_of=date(2026, 11, 20),
        claim_level=ClaimLevel.AGGREGATED,
        period=Period(date(2021, 3, 12), date(2026, 11, 18), current=True),
        engagements=(work,),
        achievements=(),
        totals=WorkTotals(2, 244, 98_880, 0),
        name=PersonName(person, NameCheck.BANK) if person else None,
    )
    did = Did(f"did:web:{name.lower().replace(' ', '-')}.example")
    return DisclosedStatement(f"urn:uuid:{number}", Form.SD_JWT, did, name, date(2026, 11, 22), history)


PRESENTATION = DisclosedPresentation(
    holder=Did("did:key:zDn"),
    created=datetime(2026, 11, 22, tzinfo=UTC),
    language="nl",
    own_words=OwnWords("Keukenhulp", "Ik werk graag <b>samen</b>.", "nl"),
    statements=(statement("Klusdag B.V.", 1), statement("Helder Thuis", 2)),
)


def check(
    code: CheckCode, state: CheckState, reason: str, subject: str = "urn:uuid:1", **detail: str
) -> Check:
    return Check(code, state, reason, subject, detail)


GOOD = (
    check(CheckCode.PROOF, CheckState.PASSED, "matches"),
    check(CheckCode.PROOF, CheckState.PASSED, "matches", "urn:uuid:2"),
    check(CheckCode.STATUS, CheckState.PASSED, "not-revoked", list_date="2026-11-22T06:00:00+00:00"),
    check(CheckCode.TRUST, CheckState.PASSED, "listed"),
)
REVOKED = check(CheckCode.STATUS, CheckState.FAILED, "revoked", list_date="2026-11-22T06:00:00+00:00")


def report_of(
    *checks: Check,
    locale: str = "en",
    kind: Kind = Kind.PDF,
    demonstration: bool = False,
    presentation: DisclosedPresentation | None = PRESENTATION,
) -> Report:
    result = VerificationResult(checks=checks, presentation=presentation, demonstration=demonstration)
    return explain(Judgement(kind, result), locale)


def page_of(report: Report, locale: str = "en", template: str = "report.html") -> str:
    return environment(locale).get_template(f"verifier/{template}").render(report=report, roots=("pinned",))


@pytest.mark.parametrize(("locale", "reason"), [*product(LOCALES, REASONS)])
def test_every_reason_has_words(locale, reason):
    words = environment(locale).get_template("verifier/words.html").module.finding_words
    finding = Finding("status", CheckState.FAILED, reason, ("Klusdag",), Details({}, Formats(locale)))
    assert words(finding).strip()


@pytest.mark.parametrize(("locale", "code"), [*product(LOCALES, CheckCode)])
def test_every_check_has_a_question(locale, code):
    assert environment(locale).get_template("verifier/words.html").module.check_question(code.value)


@pytest.mark.parametrize(
    ("locale", "reason"), [*product(LOCALES, [*IntakeReason, "unreadable", "json", "busy"])]
)
def test_every_way_to_be_unreadable_has_words_and_advice(locale, reason):
    words = environment(locale).get_template("verifier/words.html").module
    assert words.unreadable_words(str(reason))
    assert words.unreadable_advice(str(reason))


@pytest.mark.parametrize(("locale", "kind", "verdict"), [*product(LOCALES, Kind, Verdict)])
def test_every_kind_and_every_verdict_make_a_page(locale, kind, verdict):
    report = replace(report_of(*GOOD, locale=locale, kind=kind), verdict=verdict)
    assert page_of(report, locale)
    assert page_of(report, locale, "report.txt")


def test_a_good_result_is_real_and_tells_who_says_so():
    report = report_of(*GOOD)
    assert report.verdict is Verdict.VALID
    assert [organisation.name for organisation in report.organisations] == ["Klusdag B.V.", "Helder Thuis"]
    page = page_of(report)
    assert "Vouched for by: Klusdag B.V., Helder Thuis." in page
    assert "148" in page


def test_a_withdrawn_statement_is_real_but_withdrawn_by_name():
    report = report_of(*GOOD[:2], REVOKED)
    assert report.verdict is Verdict.WITHDRAWN
    assert [organisation.withdrawn for organisation in report.organisations] == [True, False]
    page = page_of(report)
    assert "Real, but withdrawn" in page
    assert "Withdrawn by Klusdag B.V., says its list of 22 November 2026." in page
    assert "22 november 2026" in page_of(report_of(*GOOD[:2], REVOKED, locale="nl"), "nl")


def test_a_suspended_statement_is_real_but_suspended():
    suspended = replace(REVOKED, reason="suspended")
    report = report_of(*GOOD, suspended)
    assert report.verdict is Verdict.SUSPENDED
    assert "Real, but suspended for now" in page_of(report)
    assert report_of(*GOOD, suspended, REVOKED).verdict is Verdict.WITHDRAWN


def test_a_corrected_statement_is_real_but_withdrawn() -> None:
    report = report_of(*GOOD, replace(REVOKED, reason="superseded"))
    assert report.verdict is Verdict.WITHDRAWN
    assert any(organisation.withdrawn for organisation in report.organisations)


def test_a_withdrawn_statement_with_a_broken_signature_is_not_called_real():
    broken = check(CheckCode.PROOF, CheckState.FAILED, "mismatch", "urn:uuid:2")
    report = report_of(REVOKED, broken)
    assert report.verdict is Verdict.INVALID
    assert "Does not hold" in page_of(report)


def test_a_withdrawn_statement_of_a_stranger_is_not_called_real():
    stranger = check(CheckCode.TRUST, CheckState.INDETERMINATE, "not-listed")
    assert report_of(REVOKED, stranger).verdict is Verdict.INVALID


def test_copies_with_the_same_answer_share_one_line():
    (line,) = (line for line in report_of(*GOOD).checks if line.code == "proof")
    assert [finding.who for finding in line.findings] == [("Klusdag B.V.", "Helder Thuis")]


def test_the_worst_answer_of_a_check_stands_for_it():
    stale = check(CheckCode.STATUS, CheckState.INDETERMINATE, "status-list-stale", "urn:uuid:2")
    report = report_of(*GOOD, stale)
    (line,) = (line for line in report.checks if line.code == "status")
    assert line.state is CheckState.INDETERMINATE
    assert report.verdict is Verdict.INDETERMINATE


def test_different_names_are_pointed_out_and_spelling_of_spaces_is_not():
    pooled = replace(PRESENTATION, statements=(statement("A", 1), statement("B", 2, "Sanne de Vries")))
    assert report_of(*GOOD, presentation=pooled).names_differ
    spaced = replace(PRESENTATION, statements=(statement("A", 1), statement("B", 2, "Fatima  EL Amrani")))
    assert not report_of(*GOOD, presentation=spaced).names_differ


def test_a_page_without_a_name_says_so():
    nameless = replace(PRESENTATION, statements=(statement("A", 1, None),))
    assert "It shows no name." in page_of(report_of(*GOOD, presentation=nameless))


def test_own_words_are_marked_and_cannot_become_markup():
    page = page_of(report_of(*GOOD))
    assert "No organisation vouches for this." in page
    assert "&lt;b&gt;samen&lt;/b&gt;" in page


@pytest.mark.parametrize(
    ("kind", "compares"), [(Kind.IMAGE, True), (Kind.SCANNED_PDF, True), (Kind.PDF, False)]
)
def test_paper_is_compared_by_the_reader(kind, compares):
    assert ("The code is real</h1>" in page_of(report_of(*GOOD, kind=kind))) is compares
    assert ("Compare it with the paper yourself" in page_of(report_of(*GOOD, kind=kind))) is compares


def test_under_a_demonstration_root_every_verdict_says_demo():
    for checks in (GOOD, (*GOOD, REVOKED), ()):
        report = report_of(*checks, demonstration=True)
        assert "DEMO" in page_of(report)
        assert page_of(report, template="report.txt").strip().startswith("DEMO")


def test_a_result_in_which_nothing_could_be_read_still_makes_a_page():
    malformed = check(CheckCode.PARSE, CheckState.FAILED, "malformed", "presentation", error="at $.proof")
    page = page_of(report_of(malformed, presentation=None))
    assert "No statement of an organisation could be read here." in page
