"""What a verification found: every check, in the order of the standard, and one of three outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NoReturn

from standard.model import DisclosedPresentation

PRESENTATION: Final = "presentation"
"""Subject of a check about everything that was handed over at once."""

DOCUMENT: Final = "document"
"""Subject of a check about the PDF or the picture around it."""


class Outcome(StrEnum):
    """The verdict. What could not be checked is never `valid`."""

    VALID = "valid"
    INVALID = "invalid"
    INDETERMINATE = "indeterminate"


class CheckState(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "failed"
    INDETERMINATE = "indeterminate"
    NOT_APPLICABLE = "not-applicable"


class CheckCode(StrEnum):
    """The checks of SPECIFICATION, "Verification", in their order."""

    PARSE = "parse"
    SCHEMA = "schema"
    VOCABULARY = "vocabulary"
    PROOF = "proof"
    ISSUER_KEY = "issuer-key"
    VALIDITY_PERIOD = "validity-period"
    STATUS = "status"
    TRUST = "trust"
    HOLDER_BINDING = "holder-binding"
    COMPLETENESS = "completeness"
    PAPER_COPY = "paper-copy"
    DOCUMENT_INTEGRITY = "document-integrity"
    PAGE_TEXT = "page-text"

    @property
    def number(self) -> int:
        """The number of the check in the specification."""
        return _NUMBERS[self]


_NUMBERS: Final = {code: number for number, code in enumerate(CheckCode, 1)}


@dataclass(frozen=True, slots=True)
class Check:
    """One answer.

    Attributes:
        code: which check.
        state: how it ended.
        reason: why, in a stable machine code; pages choose their words by `code` and `reason`.
        subject: the `copy_id` of the copy it is about, or `presentation`, or `document`.
        detail: facts for those words, such as dates and the name of the organisation.
    """

    code: CheckCode
    state: CheckState
    reason: str
    subject: str
    detail: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def number(self) -> int:
        """The number of the check in the specification."""
        return self.code.number


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """Every check that ran, in the order of the standard, and what was shown as far as it was readable.

    `demonstration` is true under a root that only demonstrates: every verdict must say so.
    """

    checks: tuple[Check, ...]
    presentation: DisclosedPresentation | None
    demonstration: bool

    @property
    def outcome(self) -> Outcome:
        """Invalid when any check failed, else indeterminate when any is, else valid."""
        states = {check.state for check in self.checks}
        if CheckState.FAILED in states:
            return Outcome.INVALID
        if CheckState.INDETERMINATE in states or CheckState.PASSED not in states:
            return Outcome.INDETERMINATE
        return Outcome.VALID

    def with_checks(self, checks: Iterable[Check]) -> VerificationResult:
        """Add what only the caller could see, such as whether the PDF was changed; the order is kept."""
        return replace(self, checks=in_order((*self.checks, *checks)))

    def __bool__(self) -> NoReturn:
        raise TypeError("compare .outcome: a result has three values, not two")


def in_order(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Put checks in the order of the standard; inside one number they stay as they came."""
    return tuple(sorted(checks, key=lambda check: _NUMBERS[check.code]))


def passed(code: CheckCode, reason: str, subject: str, **detail: str) -> Check:
    """A check that found what it should."""
    return Check(code, CheckState.PASSED, reason, subject, MappingProxyType(detail))


def failed(code: CheckCode, reason: str, subject: str, **detail: str) -> Check:
    """A check that found something wrong."""
    return Check(code, CheckState.FAILED, reason, subject, MappingProxyType(detail))


def indeterminate(code: CheckCode, reason: str, subject: str, **detail: str) -> Check:
    """A check that could not be made."""
    return Check(code, CheckState.INDETERMINATE, reason, subject, MappingProxyType(detail))


def not_applicable(code: CheckCode, reason: str, subject: str, **detail: str) -> Check:
    """A check that has no meaning for this form."""
    return Check(code, CheckState.NOT_APPLICABLE, reason, subject, MappingProxyType(detail))
