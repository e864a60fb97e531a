"""Looking into what was claimed before anything is kept: is it real, and is it the worker's?"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from standard import compact, sd_jwt, strict_json
from standard.dids import did_key
from standard.errors import KlusCVError, UnreadableError
from standard.keys import PublicKey
from standard.model import Did, DisclosedStatement, Form
from standard.resolution import Resolver
from standard.verification import (
    Check,
    CheckCode,
    CheckState,
    Outcome,
    VerificationPolicy,
    VerificationResult,
    verify,
)
from wallet.errors import ReceivedInvalidError
from wallet.held import Checked, HeldCopy, HeldCredential

_LIMIT_BYTES = 1 << 20
# Without these a copy says nothing at all; what else is unknown (a list that cannot be reached) can wait.
_NEEDED = (CheckCode.PARSE, CheckCode.SCHEMA, CheckCode.PROOF, CheckCode.ISSUER_KEY)
_NO_REASON = ""


@dataclass(frozen=True, slots=True)
class _Looked:
    copy: HeldCopy
    statement: DisclosedStatement
    result: VerificationResult


def inspect(
    texts: Sequence[str],
    *,
    holder: PublicKey,
    policy: VerificationPolicy,
    resolver: Resolver,
) -> HeldCredential:
    """Verify every copy; the result has no id yet and is not kept.

    1. Every copy verifies: no check fails, and signature and key could be checked.
    2. Every copy is bound to the worker's key.
    3. All copies come from one organisation, and at least one can be shown in parts.

    Raises:
        ReceivedInvalidError: any of these fails; nothing must be stored.
    """
    looked = [_look(text, holder, policy, resolver) for text in texts]
    issuers = {each.statement.issuer for each in looked if each.statement.issuer is not None}
    if len(issuers) != 1 or not any(each.copy.form is Form.SD_JWT for each in looked):
        raise ReceivedInvalidError("the copies are not one organisation's, or cannot be shown in parts")
    name = next(each.statement.issuer_name for each in looked if each.copy.form is Form.SD_JWT)
    return HeldCredential(
        id="",
        source="",
        issuer=issuers.pop(),
        issuer_name=name or "",
        received_at=policy.now,
        checked=_checked([each.result for each in looked], policy),
        copies=tuple(each.copy for each in looked),
    )


def check_again(held: HeldCredential, *, policy: VerificationPolicy, resolver: Resolver) -> Checked:
    """Verify what is held anew: an organisation may have withdrawn it since."""
    results = [verify(copy.text, policy=policy, resolver=resolver) for copy in held.copies]
    return _checked(results, policy)


def _look(text: str, holder: PublicKey, policy: VerificationPolicy, resolver: Resolver) -> _Looked:
    try:
        result = verify(text, policy=policy, resolver=resolver)
    except UnreadableError as error:
        raise ReceivedInvalidError("a copy cannot be read") from error
    statements = result.presentation.statements if result.presentation is not None else ()
    if result.outcome is Outcome.INVALID or len(statements) != 1:
        raise ReceivedInvalidError("a copy does not verify")
    (statement,) = statements
    if statement.form is not Form.COMPACT and any(_is_open(result, code) for code in _NEEDED):
        raise ReceivedInvalidError("a signature could not be checked")
    if not _is_bound(text, statement.form, holder):
        raise ReceivedInvalidError("a copy is about another key")
    return _Looked(HeldCopy(statement.copy_id, statement.form, text), statement, result)


def _is_open(result: VerificationResult, code: CheckCode) -> bool:
    return any(check.code is code and check.state is CheckState.INDETERMINATE for check in result.checks)


def _is_bound(text: str, form: Form, holder: PublicKey) -> bool:
    try:
        if form is Form.SD_JWT:
            return sd_jwt.holder_key(sd_jwt.parse(text)) == holder
        if form is Form.COMPACT:
            return hmac.compare_digest(compact.parse(text).holder, holder.thumbprint()[:8])
        document = strict_json.loads(text, limit_bytes=_LIMIT_BYTES)
    except KlusCVError:
        return False
    subject = document.get("credentialSubject") if isinstance(document, dict) else None
    return isinstance(subject, dict) and subject.get("id") == Did(did_key(holder))


def _checked(results: Sequence[VerificationResult], policy: VerificationPolicy) -> Checked:
    """Sum several results up: the worst outcome, and the first check that led to it."""
    checks = [check for result in results for check in result.checks]
    for outcome, state in (
        (Outcome.INVALID, CheckState.FAILED),
        (Outcome.INDETERMINATE, CheckState.INDETERMINATE),
    ):
        found = next((check for check in checks if check.state is state), None)
        if found is not None:
            return Checked(outcome, _reason(found), policy.now)
    return Checked(Outcome.VALID, _NO_REASON, policy.now)


def _reason(check: Check) -> str:
    return f"{check.code}/{check.reason}"
