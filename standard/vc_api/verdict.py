"""What a verification of the VC-API demands, and what it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from standard.vc_api.answers import PROBLEM_JSON, Answer, Problem
from standard.verification import VerificationPolicy

_FAILED: Final = 422


class Profile(StrEnum):
    """How much is asked of a credential.

    `strict` binds the issuer to the key and judges validity and status. `proof-only` looks at the data
    model and the proofs, for test vectors whose issuer is unrelated to their key; its answers say
    nothing about who issued.
    """

    STRICT = "strict"
    PROOF_ONLY = "proof-only"


class CheckName(StrEnum):
    """The checks, by the names that a request may ask for and an answer lists."""

    DATA_MODEL = "dataModel"
    PROOF = "proof"
    ISSUER = "issuer"
    VALIDITY = "validityPeriod"
    STATUS = "credentialStatus"
    HOLDER = "holder"
    CREDENTIALS = "verifiableCredential"
    PROCEDURE = "kluscv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """The profile of the address, the options of the request, and the policy of the service.

    Attributes:
        profile: which checks there are at all.
        policy: the clock, the pinned root, and how old a status list may be.
        challenge: must be the challenge of the proof when given.
        domain: must be a domain of the proof when given.
        only: the checks that the request asks for; None for all. Data model, proof and issuer always run.
    """

    profile: Profile
    policy: VerificationPolicy
    challenge: str | None
    domain: str | None
    only: frozenset[str] | None

    def includes(self, check: CheckName) -> bool:
        """Whether an optional check is to be made."""
        if self.profile is Profile.PROOF_ONLY:
            return False
        return self.only is None or check in self.only

    def for_credential(self) -> Demands:
        """Demand of a credential in a presentation what is demanded of any: challenge and domain are not."""
        return replace(self, challenge=None, domain=None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The checks that were made, in order, and what they found."""

    checks: tuple[CheckName, ...]
    warnings: tuple[Problem, ...]
    errors: tuple[Problem, ...]

    def answer(self) -> Answer:
        """Answer 200 when nothing is wrong, else problem details that hold all that is."""
        report = {
            "verified": not self.errors,
            "checks": list(self.checks),
            "warnings": [problem.as_json() for problem in self.warnings],
            "errors": [problem.as_json() for problem in self.errors],
        }
        if not self.errors:
            return Answer(200, report)
        first: Mapping[str, Any] = self.errors[0].as_json()
        return Answer(_FAILED, {**first, "status": _FAILED, **report}, PROBLEM_JSON)
