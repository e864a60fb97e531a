"""Check 7, seen over all copies at once: does one of them correct another, or is one newer?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standard.model import DisclosedStatement
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
    for statement in shown:
        correction = corrected.get((statement.issuer, statement.copy_id))
        if correction is not None:
            yield _superseded(statement, correction)
            continue
        later = max(
            (other for other in believed if _updates(other, statement)),
            key=lambda other: other.content.as_of,
            default=None,
        )
        if later is not None:
            yield _newer_exists(statement, later)


def _updates(other: DisclosedStatement, statement: DisclosedStatement) -> bool:
    is_of_a_kind = type(other.content) is type(statement.content)
    is_by_the_same = other.issuer is not None and other.issuer == statement.issuer
    return is_of_a_kind and is_by_the_same and other.content.as_of > statement.content.as_of


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
