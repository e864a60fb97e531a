"""From bytes to a verdict: intake, the checks of the standard, and the checks that only a page allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from standard.resolution import Resolver
from standard.verification import VerificationPolicy, VerificationResult, result_json, verify
from verifier.intake import ChildPool, Kind, presentation_from
from verifier.page_checks import page_checks


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was handed in, and what the checks found."""

    kind: Kind
    result: VerificationResult

    def json(self) -> dict[str, Any]:
        """The result as the standard writes it, and what was handed in (`kind`)."""
        return {**result_json(self.result), "kind": self.kind.value}


def judge(data: bytes, *, policy: VerificationPolicy, resolver: Resolver, pool: ChildPool) -> Judgement:
    """Verify whatever was handed in.

    Raises:
        UnreadableError: it cannot be read, or is nothing that the standard knows.
        BusyError: no place came free to take the file apart.
    """
    intake = presentation_from(data, pool=pool)
    result = verify(intake.document, policy=policy, resolver=resolver)
    return Judgement(intake.kind, result.with_checks(page_checks(intake, result)))
