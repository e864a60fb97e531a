"""Checks 6 and 8: is a copy in force, and may its issuer be believed?"""

from __future__ import annotations

from datetime import datetime

from standard.trust import Archive, TrustedKey, TrustedOrganisation
from standard.trust.following import CLOCK_SKEW
from standard.verification.copies import Copy
from standard.verification.evidence import Evidence
from standard.verification.reasons import Reason
from standard.verification.result import (
    PRESENTATION,
    Check,
    CheckCode,
    failed,
    indeterminate,
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
    if listing is None and signed.keys and all(key.is_certified for key in signed.keys):
        return passed(code, Reason.CERTIFIED, copy.id, organisation=copy.shown.issuer_name or "")
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


def _fault(copy: Copy, organisation: TrustedOrganisation, keys: list[TrustedKey | None]) -> Reason | None:
    if not copy.types <= set(organisation.may_issue):
        return Reason.MAY_NOT_ISSUE
    if not all(key is not None and key.was_in_use_on(copy.issued) for key in keys):
        return Reason.KEY_OUTSIDE_WINDOW
    if organisation.retired_on is not None and copy.issued.date() > organisation.retired_on:
        return Reason.ISSUED_AFTER_RETIREMENT
    return None
