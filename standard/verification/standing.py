"""Checks 6 to 8: is a copy in force, has it been withdrawn, and may its issuer be believed?"""

from __future__ import annotations

from datetime import datetime

from standard.errors import StatusListError
from standard.status_list import StatusList, StatusReference
from standard.trust import Archive, TrustedKey, TrustedOrganisation
from standard.trust.following import CLOCK_SKEW
from standard.verification.copies import Copy
from standard.verification.evidence import Evidence, FoundList, MissingListError
from standard.verification.policy import VerificationPolicy
from standard.verification.reasons import Reason
from standard.verification.result import (
    PRESENTATION,
    Check,
    CheckCode,
    failed,
    indeterminate,
    not_applicable,
    passed,
)
from standard.verification.signatures import SignedCopy


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
        found = evidence.status_list(reference, copy.shown.form, copy.issuer)
        is_revoked = found.status_list.is_set(reference.index)
    except MissingListError as error:
        return indeterminate(code, error.reason, copy.id)
    except StatusListError:
        return indeterminate(code, Reason.STATUS_LIST_UNREADABLE, copy.id)
    detail = {
        "list_date": found.status_list.issued.isoformat(),
        "organisation": copy.shown.issuer_name or "",
    }
    if is_revoked:
        return failed(code, Reason.REVOKED, copy.id, **detail)
    if _is_final(found, organisation):
        return passed(code, Reason.NOT_REVOKED_AT_THE_END, copy.id, **detail)
    if not _is_fresh(found.status_list, policy):
        return indeterminate(code, Reason.STATUS_LIST_STALE, copy.id, **detail)
    return passed(code, Reason.NOT_REVOKED, copy.id, **detail)


def check_trust(signed: SignedCopy, evidence: Evidence) -> Check:
    """Check 8: is the issuer on a trust list, may it issue this, was its key inside its window?

    Whoever stole a key writes any date, and no later list gives the key back: what it signed counts
    only when the archive has it.
    """
    code, copy = CheckCode.TRUST, signed.copy
    theft = _check_theft(signed, evidence)
    if theft not in (None, Reason.ARCHIVED):
        state = failed if theft is Reason.KEY_COMPROMISED else indeterminate
        return state(code, theft, copy.id)
    listing = signed.keys[0].listing if signed.keys else evidence.authority.listing(copy.issuer)
    if listing is None:
        return indeterminate(code, evidence.authority.absence, copy.id)
    if listing.problem is not None:
        return indeterminate(code, listing.problem, copy.id)
    organisation = listing.organisation
    detail = {"organisation": organisation.name, "list": listing.trust_list.name}
    if not signed.keys:
        return indeterminate(code, Reason.NOT_REACHED, copy.id, **detail)
    fault = _fault(copy, organisation, [key.listed for key in signed.keys])
    if fault is not None:
        return failed(code, fault, copy.id, **detail)
    if organisation.retired_on is not None:
        detail["retired_on"] = organisation.retired_on.isoformat()
    reason = theft or (Reason.RETIRED if organisation.retired_on else Reason.LISTED)
    return passed(code, reason, copy.id, kind=organisation.kind, **detail)


def check_succession(evidence: Evidence) -> list[Check]:
    """Say so when a pinned root has handed over to another: whoever pinned it should pin the new one."""
    return [
        passed(CheckCode.TRUST, Reason.ROOT_SUCCEEDED, PRESENTATION, root=each.root.root, list=each.root.name)
        for each in evidence.authority.followed
        if each.has_moved
    ]


def _check_theft(signed: SignedCopy, evidence: Evidence) -> Reason | None:
    """What follows from a stolen key: None when none of the keys was stolen."""
    answers: set[Reason] = set()
    for key, copy_hash in zip(signed.keys, signed.hashes, strict=True):
        organisation = evidence.authority.theft(key.public_key)
        if organisation is not None:
            answers.add(_archive_answer(evidence.archives(organisation), copy_hash))
    for reason in (Reason.KEY_COMPROMISED, Reason.ARCHIVE_UNREACHABLE, Reason.ARCHIVED):
        if reason in answers:
            return reason
    return None


def _archive_answer(archives: tuple[Archive | None, ...], copy_hash: bytes) -> Reason:
    if any(archive is not None and archive.holds(copy_hash) for archive in archives):
        return Reason.ARCHIVED
    # The copy may be in the archive that could not be had.
    return Reason.ARCHIVE_UNREACHABLE if None in archives else Reason.KEY_COMPROMISED


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


def _is_final(found: FoundList, organisation: TrustedOrganisation | None) -> bool:
    """The list that an organisation left behind when it retired is never stale."""
    if organisation is None or organisation.retired_on is None:
        return False
    return found.is_archived or found.status_list.issued.date() >= organisation.retired_on


def _fault(copy: Copy, organisation: TrustedOrganisation, keys: list[TrustedKey | None]) -> Reason | None:
    if not copy.types <= set(organisation.may_issue):
        return Reason.MAY_NOT_ISSUE
    if not all(key is not None and key.was_in_use_on(copy.issued) for key in keys):
        return Reason.KEY_OUTSIDE_WINDOW
    if organisation.retired_on is not None and copy.issued.date() > organisation.retired_on:
        return Reason.ISSUED_AFTER_RETIREMENT
    return None
