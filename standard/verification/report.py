"""A result as JSON, for `--json` and for programs: codes and facts, no words for people."""

from __future__ import annotations

from typing import Any

from standard.claims import remark_claims, statement_type, subject_claims
from standard.model import DisclosedStatement, PaperLine, PaperStatement, PersonName
from standard.verification.result import Check, VerificationResult


def result_json(result: VerificationResult) -> dict[str, Any]:
    """Write a result.

    `outcome`, `demonstration`, `checks` in the order of the standard, and `statements` in the worker's
    order, each with its claims as the standard spells them.
    """
    presentation = result.presentation
    document: dict[str, Any] = {
        "outcome": result.outcome.value,
        "demonstration": result.demonstration,
        "checks": [_check(check) for check in result.checks],
        "statements": [_statement(item) for item in presentation.statements] if presentation else [],
    }
    if presentation is not None and presentation.holder is not None:
        document["holder"] = presentation.holder
    if presentation is not None and presentation.created is not None:
        document["created"] = presentation.created.isoformat()
    if presentation is not None and presentation.own_words is not None:
        words = presentation.own_words
        document["ownWords"] = {
            "headline": words.headline,
            "ownText": words.text,
            "language": words.language,
        }
    if presentation is not None and presentation.own_remarks:
        document["ownRemark"] = [remark_claims(remark, new_id=None) for remark in presentation.own_remarks]
    return document


def _check(check: Check) -> dict[str, Any]:
    return {
        "number": check.number,
        "code": check.code.value,
        "state": check.state.value,
        "reason": str(check.reason),
        "subject": check.subject,
        "detail": dict(check.detail),
    }


def _statement(shown: DisclosedStatement) -> dict[str, Any]:
    content = shown.content
    document: dict[str, Any] = {
        "id": shown.copy_id,
        "form": shown.form.value,
        "issuer": shown.issuer,
        "issuerName": shown.issuer_name,
        "issuedOn": shown.issued_on.isoformat(),
    }
    if shown.supersedes:
        document["supersedes"] = list(shown.supersedes)
    if content.name is not None:
        document["name"] = _name(content.name)
    if isinstance(content, PaperStatement):
        document["claims"] = _paper(content)
    else:
        document["type"] = statement_type(content).value
        document["claims"] = subject_claims(content, new_id=None)
    return document


def _name(name: PersonName) -> dict[str, str]:
    return {"fullName": name.full_name, "check": name.check.value}


def _paper(statement: PaperStatement) -> dict[str, Any]:
    totals = statement.totals
    return {
        "asOf": statement.as_of.isoformat(),
        "line": [_line(line) for line in statement.lines],
        "totals": {
            "lineCount": totals.line_count,
            "gigCount": totals.gig_count,
            "workedHours": totals.worked_hours,
            "ratingCount": totals.rating_count,
            "reviewCount": totals.review_count,
        },
    }


def _line(line: PaperLine) -> dict[str, Any]:
    members = {
        "occupation": line.occupation,
        "category": line.category,
        "gigCount": line.gig_count,
        "workedHours": line.worked_hours,
        "firstMonth": line.first_month,
        "lastMonth": line.last_month,
        "ratingValue": line.rating_value,
        "bestRating": line.rating_best,
        "worstRating": line.rating_worst,
        "ratingCount": line.rating_count,
    }
    return {name: value for name, value in members.items() if value is not None}
