"""Check 7, seen over all copies at once: does one of them correct another, or is one newer?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standard.model import Did, DisclosedStatement
from standard.verification.reasons import Reason
from standard.verification.result import Check, CheckCode, failed, passed


def check_corrections(
    shown: Sequence[DisclosedStatement], believed: Sequence[DisclosedStatement]
) -> Iterator[Check]:
    """Say which copies were corrected, and of which there is a later one.

    1. A copy that a believed one of the same issuer names in `supersedes` was withdrawn, whatever its
       status list says or whether it can be had: the organisation itself signed that.
    2. An earlier statement of the same kind stays valid as of its date; only it is said to have a later one.

    Args:
        shown: every copy that can be read.
        believed: those of them whose signature is the stated issuer's and that belong to the holder.
    """
    corrected = {(newer.issuer, earlier): newer for newer in believed for earlier in newer.supersedes}
    latest: dict[tuple[Did | None, type], DisclosedStatement] = {}
    for statement in believed:
        known = latest.setdefault((statement.issuer, type(statement.content)), statement)
        if statement.content.as_of > known.content.as_of:
            latest[statement.issuer, type(statement.content)] = statement
    for statement in shown:
        correction = corrected.get((statement.issuer, statement.copy_id))
        if correction is not None:
            yield _superseded(statement, correction)
            continue
        later = latest.get((statement.issuer, type(statement.content)))
        if later is not None and later.issuer and later.content.as_of > statement.content.as_of:
            yield _newer_exists(statement, later)


def _superseded(earlier: DisclosedStatement, newer: DisclosedStatement) -> Check:
    return failed(CheckCode.STATUS, Reason.SUPERSEDED, earlier.copy_id, by=newer.copy_id)


def _newer_exists(earlier: DisclosedStatement, later: DisclosedStatement) -> Check:
    return passed(
        CheckCode.STATUS,
        Reason.NEWER_EXISTS,
        earlier.copy_id,
        newer=later.copy_id,
        as_of=earlier.content.as_of.isoformat(),
        newer_as_of=later.content.as_of.isoformat(),
    )
