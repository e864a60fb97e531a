"""Puts what the checks found in the order in which a reader asks: is it real, who says what, is it them?

The report holds facts and codes. The words for the codes live in `templates/verifier/`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from standard.model import DisclosedPresentation, DisclosedStatement, NameCheck, OwnWords
from standard.verification import Check, CheckCode, CheckState, Outcome, Reason
from templates.cv import page as cv
from templates.cv.model import CvPage
from templates.formats import Formats
from verifier.details import Details
from verifier.intake import ON_PAPER, Kind
from verifier.judgement import Judgement

_WORST_FIRST: Final = (
    CheckState.FAILED,
    CheckState.INDETERMINATE,
    CheckState.PASSED,
    CheckState.NOT_APPLICABLE,
)
_WITHDRAWN: Final = frozenset({Reason.REVOKED, Reason.SUPERSEDED})
_MAKE_IT_REAL: Final = frozenset({CheckCode.PROOF, CheckCode.ISSUER_KEY, CheckCode.TRUST})


class Verdict(StrEnum):
    """The outcome as people hear it: a withdrawn or suspended statement is real, and yet not valid."""

    VALID = "valid"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    INVALID = "invalid"
    INDETERMINATE = "indeterminate"


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer of one check, for everyone it holds for: `who` are organisations, or nobody."""

    code: str
    state: CheckState
    reason: str
    who: tuple[str, ...]
    details: Details


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check of the standard: its worst state, and every different finding, the worst first."""

    number: int
    code: str
    state: CheckState
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Organisation:
    """What one organisation says, as it stands on the worker's page, and how its checks ended."""

    name: str
    address: str
    as_of: date
    state: CheckState
    withdrawn: bool
    page: CvPage


@dataclass(frozen=True, slots=True)
class KnownName:
    """One name of the worker, and who knows it, each with how it was checked."""

    full_name: str
    known_by: tuple[tuple[str, NameCheck], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the result page says.

    `reasons` are the findings behind the verdict, the worst first; `advice` are codes of what the
    reader can do next.
    """

    verdict: Verdict
    kind: Kind
    demonstration: bool
    reasons: tuple[Finding, ...]
    organisations: tuple[Organisation, ...]
    names: tuple[KnownName, ...]
    names_differ: bool
    own_words: OwnWords | None
    checks: tuple[CheckLine, ...]
    compare_yourself: bool
    advice: tuple[str, ...]


def explain(judgement: Judgement, locale: str) -> Report:
    """Turn the result of a verification into what a reader is told."""
    result, presentation = judgement.result, judgement.result.presentation
    lines = tuple(_check_lines(result.checks, _issuers(presentation), Formats(locale)))
    verdict = _verdict(result.outcome, lines)
    names = tuple(_names(presentation)) if presentation else ()
    on_paper = judgement.kind in ON_PAPER
    return Report(
        verdict=verdict,
        kind=judgement.kind,
        demonstration=result.demonstration,
        reasons=tuple(_reasons(lines)),
        organisations=tuple(_organisations(presentation, result.checks, locale)) if presentation else (),
        names=names,
        names_differ=len(names) > 1,
        own_words=presentation.own_words if presentation else None,
        checks=lines,
        compare_yourself=on_paper,
        advice=tuple(_advice(verdict, lines, on_paper=on_paper)),
    )


def _check_lines(
    checks: Iterable[Check], issuers: Mapping[str, str], formats: Formats
) -> Iterator[CheckLine]:
    """Gather the answers per check; copies that got the same answer share one finding.

    Facts that differ from copy to copy are told once, except the date of a status list and the name of
    the trust list.
    """
    by_code: dict[CheckCode, dict[tuple[str, ...], list[Check]]] = {}
    for check in checks:
        lists = (check.detail.get("list_date", ""), check.detail.get("list", ""))
        answer = (check.state, check.reason, *lists)
        by_code.setdefault(check.code, {}).setdefault(answer, []).append(check)
    for code, answers in sorted(by_code.items(), key=lambda item: item[0].number):
        found = [_finding(same, issuers, formats) for same in answers.values()]
        found.sort(key=lambda finding: _WORST_FIRST.index(finding.state))
        yield CheckLine(code.number, code.value, found[0].state, tuple(found))


def _finding(same: list[Check], issuers: Mapping[str, str], formats: Formats) -> Finding:
    first = same[0]
    names = (issuers.get(check.subject) or check.detail.get("organisation", "") for check in same)
    who = tuple(dict.fromkeys(name for name in names if name))
    return Finding(first.code.value, first.state, first.reason, who, Details(first.detail, formats))


def _issuers(presentation: DisclosedPresentation | None) -> Mapping[str, str]:
    """The organisation behind each copy."""
    statements = presentation.statements if presentation else ()
    return {statement.copy_id: statement.issuer_name or statement.issuer or "" for statement in statements}


def _verdict(outcome: Outcome, lines: tuple[CheckLine, ...]) -> Verdict:
    """Invalid for no other reason than a withdrawal, of what is known to be real, has words of its own."""
    if outcome is Outcome.VALID:
        return Verdict.VALID
    if outcome is Outcome.INDETERMINATE:
        return Verdict.INDETERMINATE
    failures = {finding.reason for finding in _of_state(lines, CheckState.FAILED)}
    unsure = {finding.code for finding in _of_state(lines, CheckState.INDETERMINATE)}
    is_real = unsure.isdisjoint(_MAKE_IT_REAL)
    if not is_real or not failures <= {*_WITHDRAWN, Reason.SUSPENDED}:
        return Verdict.INVALID
    return Verdict.SUSPENDED if failures == {Reason.SUSPENDED} else Verdict.WITHDRAWN


def _reasons(lines: tuple[CheckLine, ...]) -> Iterator[Finding]:
    yield from _of_state(lines, CheckState.FAILED)
    yield from _of_state(lines, CheckState.INDETERMINATE)


def _of_state(lines: Iterable[CheckLine], state: CheckState) -> Iterator[Finding]:
    return (finding for line in lines for finding in line.findings if finding.state is state)


def _organisations(
    presentation: DisclosedPresentation, checks: Iterable[Check], locale: str
) -> Iterator[Organisation]:
    """One card per organisation, in the worker's order, with the very words of the worker's page."""
    groups: dict[str, list[DisclosedStatement]] = {}
    for statement in presentation.statements:
        groups.setdefault(statement.issuer or statement.copy_id, []).append(statement)
    answers = tuple(checks)
    for statements in groups.values():
        copies = {statement.copy_id for statement in statements}
        concerning = [check for check in answers if check.subject in copies]
        shown = replace(presentation, own_words=None, statements=tuple(statements))
        card = cv.page(shown, locale=locale, made_on=statements[0].issued_on, checker_host="")
        yield Organisation(
            name=card.vouchers[0].name,
            address=card.vouchers[0].address,
            as_of=min(statement.content.as_of for statement in statements),
            state=_worst(concerning),
            withdrawn=any(check.reason in _WITHDRAWN for check in concerning),
            page=card,
        )


def _worst(checks: Iterable[Check]) -> CheckState:
    states = {check.state for check in checks}
    return next((state for state in _WORST_FIRST if state in states), CheckState.INDETERMINATE)


def _names(presentation: DisclosedPresentation) -> Iterator[KnownName]:
    known: dict[str, tuple[str, dict[tuple[str, NameCheck], None]]] = {}
    for statement in presentation.statements:
        if (name := statement.content.name) is not None:
            organisation = statement.issuer_name or statement.issuer or ""
            _, known_by = known.setdefault(_folded(name.full_name), (name.full_name, {}))
            known_by[organisation, name.check] = None
    return (KnownName(full_name, tuple(known_by)) for full_name, known_by in known.values())


def _folded(name: str) -> str:
    """Compare names without regard to case, accent encoding or spacing."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _advice(verdict: Verdict, lines: tuple[CheckLine, ...], *, on_paper: bool) -> Iterator[str]:
    """What to do next, the most useful first."""
    if verdict is Verdict.INVALID:
        yield "ask-for-the-original"
        return
    if verdict in (Verdict.WITHDRAWN, Verdict.SUSPENDED):
        yield "ask-the-organisation"
        return
    unsure = {line.code for line in lines if line.state is CheckState.INDETERMINATE}
    if CheckCode.TRUST in unsure:
        yield "ask-who-they-are"
    if unsure - {CheckCode.TRUST}:
        yield "try-again-later"
    if on_paper:
        yield "compare-the-paper"
    yield "compare-the-name"
    yield "ask-about-the-work"
