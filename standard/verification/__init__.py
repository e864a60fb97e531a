"""Verification: the ordered checks of the standard, and one of three outcomes.

`procedure` is the whole in order. `recognition` and the `…_form` modules read (checks 1 to 3),
`evidence` finds what may be believed, `signatures` is 4 and 5, `standing` 6 to 8, `holder` 9 and
`completeness` 10; `corrections` and `remarks` look over all copies at once. `policy` is what goes in,
`result` and `reasons` are what comes out.
"""

from standard.verification.policy import SEVEN_DAYS, VerificationPolicy
from standard.verification.procedure import disclose, verify
from standard.verification.reasons import Reason
from standard.verification.report import result_json
from standard.verification.result import (
    DOCUMENT,
    PRESENTATION,
    Check,
    CheckCode,
    CheckState,
    Outcome,
    VerificationResult,
    failed,
    indeterminate,
    not_applicable,
    passed,
)

__all__ = [
    "DOCUMENT",
    "PRESENTATION",
    "SEVEN_DAYS",
    "Check",
    "CheckCode",
    "CheckState",
    "Outcome",
    "Reason",
    "VerificationPolicy",
    "VerificationResult",
    "disclose",
    "failed",
    "indeterminate",
    "not_applicable",
    "passed",
    "result_json",
    "verify",
]
