"""Check 7: has a copy been withdrawn or suspended, and how fresh is that answer?"""

from __future__ import annotations

from typing import Final

from standard.errors import StatusListError
from standard.model import Did
from standard.status_list import Purpose, Status, StatusEntry, StatusList, StatusReference
from standard.trust import TrustedOrganisation
from standard.trust.following import CLOCK_SKEW
from standard.verification.copies import Copy, ListedStatus
from standard.verification.evidence import Evidence, FoundList, MissingListError
from standard.verification.policy import VerificationPolicy
from standard.verification.reasons import Reason
from standard.verification.result import (
    Check,
    CheckCode,
    CheckState,
    failed,
    indeterminate,
    not_applicable,
    passed,
)

_STATUSES: Final = frozenset(Status)


def check_status(copy: Copy, evidence: Evidence, policy: VerificationPolicy) -> Check:
    """Ask every list that the copy names; the worst answer counts.

    A withdrawal stays, so that an old list is good enough for `revoked`. A suspension may have been
    lifted: that, and everything good, is believed of a fresh list only, or of the last one of an
    organisation that has retired.
    """
    organisation = evidence.organisation(copy.issuer)
    if not copy.statuses:
        return not_applicable(CheckCode.STATUS, Reason.NO_STATUS, copy.id)
    answers = []
    for status in copy.statuses:
        entry = _entry(status, organisation)
        if entry is None or copy.issuer is None:
            return indeterminate(CheckCode.STATUS, Reason.ISSUER_UNKNOWN, copy.id)
        answers.append(_answer(entry, copy, copy.issuer, evidence, policy))
    return _worst(answers)


def _answer(
    entry: StatusEntry, copy: Copy, issuer: Did, evidence: Evidence, policy: VerificationPolicy
) -> Check:
    code = CheckCode.STATUS
    try:
        found = evidence.status_list(entry, issuer)
        value = found.status_list.value(entry.index)
    except MissingListError as error:
        return indeterminate(code, error.reason, copy.id)
    except StatusListError:
        return indeterminate(code, Reason.STATUS_LIST_UNREADABLE, copy.id)
    detail = {
        "list_date": found.status_list.issued.isoformat(),
        "organisation": copy.shown.issuer_name or "",
    }
    status = _status(entry, value)
    if status is Status.INVALID:
        return failed(code, Reason.REVOKED, copy.id, **detail)
    is_final = _is_final(found, evidence.organisation(issuer))
    if not is_final and not _is_fresh(found.status_list, policy):
        return indeterminate(code, Reason.STATUS_LIST_STALE, copy.id, **detail)
    if status is Status.SUSPENDED:
        return failed(code, Reason.SUSPENDED, copy.id, **detail)
    if status is None:
        return indeterminate(code, Reason.STATUS_UNKNOWN, copy.id, **detail)
    if entry.purpose is Purpose.MESSAGE:
        detail["message"] = entry.messages[value]
    return passed(code, Reason.NOT_REVOKED_AT_THE_END if is_final else Reason.NOT_REVOKED, copy.id, **detail)


def _status(entry: StatusEntry, value: int) -> Status | None:
    """What a value means; None when the standard does not say."""
    if entry.purpose is Purpose.MESSAGE or value == Status.VALID:
        return Status.VALID
    if entry.purpose is Purpose.REVOCATION:
        return Status.INVALID
    if entry.purpose is Purpose.SUSPENSION:
        return Status.SUSPENDED
    return Status(value) if value in _STATUSES else None


def _worst(answers: list[Check]) -> Check:
    """What failed before what is open before what is good; a withdrawal before a suspension.

    A message of one list is told with the good answer of another.
    """
    if len(answers) == 1:
        return answers[0]
    order = [CheckState.FAILED, CheckState.INDETERMINATE, CheckState.PASSED]
    worst = min(answers, key=lambda check: (order.index(check.state), check.reason == Reason.SUSPENDED))
    message = next((check.detail["message"] for check in answers if "message" in check.detail), None)
    if message is None or worst.state is not CheckState.PASSED:
        return worst
    return passed(worst.code, worst.reason, worst.subject, **{**worst.detail, "message": message})


def _entry(
    status: StatusEntry | ListedStatus, organisation: TrustedOrganisation | None
) -> StatusEntry | None:
    """A compact copy has no room for the address of its list, which is on the trust list."""
    if isinstance(status, StatusEntry):
        return status
    if organisation is None:
        return None
    reference = StatusReference(organisation.status_base, status.number, status.index)
    return StatusEntry(reference.token_uri, status.index, None)


def _is_fresh(status_list: StatusList, policy: VerificationPolicy) -> bool:
    age = policy.now - status_list.issued
    is_expired = status_list.valid_until is not None and policy.now >= status_list.valid_until
    return -CLOCK_SKEW <= age <= policy.status_max_age and not is_expired


def _is_final(found: FoundList, organisation: TrustedOrganisation | None) -> bool:
    """The list that an organisation left behind when it retired is never stale."""
    if organisation is None or organisation.retired_on is None:
        return False
    return found.is_archived or found.status_list.issued.date() >= organisation.retired_on
