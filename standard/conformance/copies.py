"""Judging one credential of a platform, in any form, by the checks that every verifier makes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from standard import sd_jwt
from standard.claims import VCT
from standard.conformance.findings import Clause, Finding, Standing
from standard.errors import SdJwtError, UnreadableError
from standard.resolution import Resolver
from standard.sd_jwt.type_metadata import bundled, read_type_metadata
from standard.trust import TrustRoot
from standard.verification import SEVEN_DAYS, Check, CheckCode, CheckState, VerificationPolicy, verify

_CLAUSES: Final[Mapping[CheckCode, Clause]] = {
    CheckCode.PARSE: Clause.FORMS,
    CheckCode.SCHEMA: Clause.CLAIMS,
    CheckCode.VOCABULARY: Clause.SIGNED_PARTS,
    CheckCode.PROOF: Clause.FORMS,
    CheckCode.ISSUER_KEY: Clause.KEYS,
    CheckCode.VALIDITY_PERIOD: Clause.VERIFICATION,
    CheckCode.STATUS: Clause.STATUS,
    CheckCode.TRUST: Clause.TRUST_LIST,
    CheckCode.HOLDER_BINDING: Clause.STATEMENTS,
    CheckCode.COMPLETENESS: Clause.CLAIMS,
}
# A platform need not be on a list yet, and a copy that it withdrew is no fault of its output.
_NO_FAULT: Final = frozenset({"no-trust-root", "revoked", "suspended", "not-reached"})
_STATUS_ENTRY: Final = "credentialStatus"


def check_copy(
    data: bytes, subject: str, *, now: datetime, resolver: Resolver, trust_roots: tuple[TrustRoot, ...] = ()
) -> list[Finding]:
    """Check one credential or presentation, in any form.

    Args:
        data: JSON, an SD-JWT, or compact text.
        subject: how the findings call it.
        now: the moment to judge at.
        resolver: finds the platform's DID document and status lists.
        trust_roots: whose list to go by; a compact copy names its issuer through such a list only.
    """
    policy = VerificationPolicy(
        now=now,
        trust_roots=trust_roots,
        status_max_age=SEVEN_DAYS,
        expected_challenge=None,
        expected_domain=None,
    )
    try:
        result = verify(data, policy=policy, resolver=resolver)
    except UnreadableError as error:
        return [Finding(Clause.FORMS, subject, Standing.BROKEN, str(error))]
    findings = [_finding(check, subject, data) for check in result.checks if _counts(check)]
    if not findings:
        findings += _type_findings(data, subject)
    if not findings and _is_bare(data):
        problem = "credentialStatus is missing: this copy cannot be withdrawn"
        findings.append(Finding(Clause.STATUS, subject, Standing.BROKEN, problem))
    return findings


def _type_findings(data: bytes, subject: str) -> list[Finding]:
    """A `vct#integrity` that differs makes every reader of the type metadata refuse the copy."""
    if _form(data) is not Clause.SD_JWT:
        return []
    try:
        facts = sd_jwt.read_facts(sd_jwt.parse(data.decode("ascii").strip()))
        if facts.type_integrity is not None:
            vct = VCT[facts.type]
            read_type_metadata(bundled(vct), vct=vct, integrity=facts.type_integrity)
    except SdJwtError as error:
        return [Finding(Clause.TYPE_METADATA, subject, Standing.BROKEN, str(error))]
    return []


def _counts(check: Check) -> bool:
    return check.state in (CheckState.FAILED, CheckState.INDETERMINATE) and check.reason not in _NO_FAULT


def _finding(check: Check, subject: str, data: bytes) -> Finding:
    standing = Standing.BROKEN if check.state is CheckState.FAILED else Standing.OPEN
    clause = _CLAUSES.get(check.code, Clause.VERIFICATION)
    if clause is Clause.FORMS:
        clause = _form(data)
    fact = check.detail.get("error", "")
    return Finding(clause, subject, standing, f"{check.code}: {check.reason}{': ' if fact else ''}{fact}")


def _form(data: bytes) -> Clause:
    if data.lstrip().startswith(b"{"):
        return Clause.DATA_INTEGRITY
    return Clause.SD_JWT if b"~" in data else Clause.COMPACT


def _is_bare(data: bytes) -> bool:
    """Whether a sound credential in JSON names no status list."""
    if not data.lstrip().startswith(b"{"):
        return False
    document = json.loads(data)
    return "VerifiableCredential" in document["type"] and _STATUS_ENTRY not in document
