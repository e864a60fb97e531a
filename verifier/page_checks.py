"""The two checks about the page around a presentation: was the PDF changed, does it say what was signed?"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from standard.verification import (
    DOCUMENT,
    Check,
    CheckCode,
    Reason,
    VerificationResult,
    failed,
    indeterminate,
    not_applicable,
    passed,
)
from templates.cv.page import page as cv_page
from templates.cv.page import page_day, page_locale
from templates.cv.text_layer import Difference, compare
from verifier.intake import ON_PAPER, Intake, Integrity

_QUOTED_CHARACTERS: Final = 120


class PageReason(StrEnum):
    """Every reason that the checks of the page give."""

    # document-integrity
    CERTIFIED = "certified"
    ALTERED = "altered"
    UNCERTIFIED = "uncertified"
    NO_PDF = "no-pdf"

    # page-text
    SAME = "same"
    DIFFERS = "differs"
    COMPARE_YOURSELF = "compare-yourself"
    NO_PAGE = "no-page"


_INTEGRITY: Final = {
    Integrity.INTACT: (passed, PageReason.CERTIFIED),
    Integrity.ALTERED: (failed, PageReason.ALTERED),
    Integrity.UNCERTIFIED: (not_applicable, PageReason.UNCERTIFIED),
}


def page_checks(intake: Intake, result: VerificationResult) -> tuple[Check, Check]:
    """Give checks 12 and 13 for whatever was handed in."""
    return _document_integrity(intake), _page_text(intake, result)


def _document_integrity(intake: Intake) -> Check:
    if intake.integrity is None:
        return not_applicable(CheckCode.DOCUMENT_INTEGRITY, PageReason.NO_PDF, DOCUMENT)
    state, reason = _INTEGRITY[intake.integrity]
    return state(CheckCode.DOCUMENT_INTEGRITY, reason, DOCUMENT)


def _page_text(intake: Intake, result: VerificationResult) -> Check:
    """Rebuild the page from what was signed and hold it against the text layer.

    A photo has no text layer: there the reader compares, with the signed facts in the report.
    """
    code, shown = CheckCode.PAGE_TEXT, result.presentation
    if intake.pages is None:
        reason = PageReason.COMPARE_YOURSELF if intake.kind in ON_PAPER else PageReason.NO_PAGE
        return not_applicable(code, reason, DOCUMENT)
    day = page_day(shown) if shown else None
    if shown is None or day is None:
        return indeterminate(code, Reason.NOT_REACHED, DOCUMENT)
    signed = cv_page(shown, locale=page_locale(shown), made_on=day, checker_host="")
    differences = compare(intake.pages, signed)
    if not differences:
        return passed(code, PageReason.SAME, DOCUMENT)
    return failed(code, PageReason.DIFFERS, DOCUMENT, **_facts(differences[0], len(differences)))


def _facts(first: Difference, count: int) -> dict[str, str]:
    """The first difference stands for the rest; long stretches are cut."""
    return {
        "expected": first.expected[:_QUOTED_CHARACTERS],
        "found": first.found[:_QUOTED_CHARACTERS],
        "page": str(first.page),
        "differences": str(count),
    }
