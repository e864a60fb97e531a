"""Checks 6 to 8: is a copy in force, has it been withdrawn, and may its issuer be believed?"""

from __future__ import annotations

from datetime import datetime

from standard.errors import StatusListError
from standard.status_list import StatusList, StatusReference
from standard.trust import TrustedKey, TrustedOrganisation
from standard.verification.copies import Copy
from standard.verification.evidence import CLOCK_SKEW, Evidence, FoundKey, MissingListError
from standard.verification.policy import VerificationPolicy
from standard.verification.reasons import Reason
from standard.verification.result import (
    Check,
    CheckCode,
    failed,
    indeterminate,
    not_applicable,
    passed,
)


def check_validity_period(
    subject: str, not_before: datetime | None, not_after: datetime | None, now: datetime
) -> Check:
    """Check 6: is it valid now?"""
    code = CheckCode.VALIDITY_PERIOD
    if not_before is not None and now < not_before - CLOCK_SKEW:
        return failed(code, Reason.NOT_YET_VALID, subject, valid_from=not_before.isoformat())
    if not_after is not None and now >= not_after:
        return failed(code, Reason.EXPIRED, subject, valid_until=not_after.isoformat())
    return passed(code, Reason.IN_FORCE, subject)


def check_status(copy: Copy, evidence: Evidence, policy: VerificationPolicy) -> Check:
    """Check 7: has the copy been withdrawn, and how fresh is that answer?

    A bit that is set stays set, so that an old list is good enough for `revoked`; only a fresh one, or
    the last one of an organisation that has retired, is good enough for the contrary.
    """
    code, organisation = CheckCode.STATUS, evidence.organisation(copy.issuer)
    if copy.status is None:
        return not_applicable(code, Reason.NO_STATUS, copy.id)
    reference = _reference(copy, organisation)
    if reference is None or copy.issuer is None:
        return indeterminate(code, Reason.ISSUER_UNKNOWN, copy.id)
    try:
        status_list = evidence.status_list(reference, copy.shown.form, copy.issuer)
        is_revoked = status_list.is_set(reference.index)
    except MissingListError as error:
        return indeterminate(code, error.reason, copy.id)
    except StatusListError:
        return indeterminate(code, Reason.STATUS_LIST_UNREADABLE, copy.id)
    detail = {"list_date": status_list.issued.isoformat(), "organisation": copy.shown.issuer_name or ""}
    if is_revoked:
        return failed(code, Reason.REVOKED, copy.id, **detail)
    if not _is_fresh(status_list, policy) and not _is_final(status_list, organisation):
        return indeterminate(code, Reason.STATUS_LIST_STALE, copy.id, **detail)
    return passed(code, Reason.NOT_REVOKED, copy.id, **detail)


def check_trust(copy: Copy, keys: tuple[FoundKey, ...], evidence: Evidence) -> Check:
    """Check 8: is the issuer on the trust list, may it issue this, was its key inside its window?"""
    code, subject = CheckCode.TRUST, copy.id
    organisation, trust_list = evidence.organisation(copy.issuer), evidence.trust_list
    if any(key.listed and key.listed.compromised_at for key in keys):
        # Whoever stole the key writes any date, and no later list gives the key back.
        return failed(code, Reason.KEY_COMPROMISED, subject)
    if evidence.trust_problem is not None:
        return indeterminate(code, evidence.trust_problem, subject)
    if organisation is None or trust_list is None:
        return indeterminate(code, Reason.NOT_LISTED, subject)
    detail = {"organisation": organisation.name, "list": trust_list.name}
    if not keys:
        return indeterminate(code, Reason.NOT_REACHED, subject, **detail)
    fault = _fault(copy, organisation, [key.listed for key in keys])
    if fault is not None:
        return failed(code, fault, subject, **detail)
    return passed(code, Reason.LISTED, subject, kind=organisation.kind, **detail)


def _reference(copy: Copy, organisation: TrustedOrganisation | None) -> StatusReference | None:
    """A compact copy has no room for the address of its list, which is on the trust list."""
    if isinstance(copy.status, StatusReference) or copy.status is None:
        return copy.status
    if organisation is None:
        return None
    return StatusReference(organisation.status_base, copy.status.number, copy.status.index)


def _is_fresh(status_list: StatusList, policy: VerificationPolicy) -> bool:
    age = policy.now - status_list.issued
    is_expired = status_list.valid_until is not None and policy.now >= status_list.valid_until
    return -CLOCK_SKEW <= age <= policy.status_max_age and not is_expired


def _is_final(status_list: StatusList, organisation: TrustedOrganisation | None) -> bool:
    """The list that an organisation left behind when it retired is never stale."""
    if organisation is None or organisation.retired_on is None:
        return False
    return status_list.issued.date() >= organisation.retired_on


def _fault(copy: Copy, organisation: TrustedOrganisation, keys: list[TrustedKey | None]) -> Reason | None:
    if not copy.types <= set(organisation.may_issue):
        return Reason.MAY_NOT_ISSUE
    if not all(key is not None and key.was_in_use_on(copy.issued) for key in keys):
        return Reason.KEY_OUTSIDE_WINDOW
    if organisation.retired_on is not None and copy.issued.date() > organisation.retired_on:
        return Reason.ISSUED_AFTER_RETIREMENT
    return None
