"""What a verification has found so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from standard.errors import KlusCVError, ProofError
from standard.model import Did
from standard.vc_api.answers import Problem
from standard.vc_api.verdict import CheckName, Verdict

Result = TypeVar("Result")

_UNCHECKED_TYPE: Final = "https://w3id.org/kluscv/problems/related-resource"


@dataclass(slots=True)
class Findings:
    """The checks that were made, in order, and what is wrong."""

    checks: list[CheckName] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    signers: frozenset[Did] = frozenset()

    def make(self, name: CheckName, check: Callable[[], Result]) -> Result | None:
        """Make one check, and give its result; what it raises is what is wrong."""
        self.checks.append(name)
        try:
            return check()
        except KlusCVError as error:
            self.errors.append(Problem.of(error))
            return None

    def signed_by(self, signers: frozenset[Did]) -> None:
        """Keep whose keys signed."""
        self.signers = signers

    def check_party(self, party: str | None, name: str) -> None:
        """Check that the issuer or the holder is among those who signed."""
        if party not in self.signers:
            raise ProofError(f"none of the proofs is by the {name}")

    def warn_of(self, resources: tuple[str, ...]) -> None:
        """Say which related resources may be other ones than those that the issuer saw."""
        self.warnings.extend(
            Problem(_UNCHECKED_TYPE, "related-resource-unchecked", f"{address} was not fetched")
            for address in resources
        )

    def verdict(self) -> Verdict:
        """Close the findings."""
        return Verdict(tuple(self.checks), tuple(self.warnings), tuple(self.errors))
