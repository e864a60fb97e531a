"""Verification: the ordered checks of the standard, and one of three outcomes.

`result` and `policy` are the values that go out and in.
"""

from standard.verification.policy import SEVEN_DAYS, VerificationPolicy
from standard.verification.result import (
    DOCUMENT,
    PRESENTATION,
    Check,
    CheckCode,
    CheckState,
    Outcome,
    VerificationResult,
)

__all__ = [
    "DOCUMENT",
    "PRESENTATION",
    "SEVEN_DAYS",
    "Check",
    "CheckCode",
    "CheckState",
    "Outcome",
    "VerificationPolicy",
    "VerificationResult",
]
