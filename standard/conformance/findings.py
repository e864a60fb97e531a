"""What was found: a clause, where, and what is wrong there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from standard.errors import KlusCVError, ResolutionError


class Clause(StrEnum):
    """The clauses of SPECIFICATION.md that a platform's output can break, by number."""

    STATEMENTS = "2"
    CLAIMS = "3"
    WORK_HISTORY = "3.1"
    RATING = "3.2"
    CREDENTIAL = "3.3"
    TRUST_LIST = "3.6"
    SIGNED_PARTS = "3.7"
    KEYS = "4"
    STATUS = "5"
    FORMS = "6"
    DATA_INTEGRITY = "6.1"
    SD_JWT = "6.2"
    TYPE_METADATA = "6.2.2"
    COMPACT = "6.3"
    VERIFICATION = "8"


class Standing(StrEnum):
    """Whether something breaks the standard, or could not be found out."""

    BROKEN = "broken"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or open.

    Attributes:
        clause: the clause of the specification.
        subject: the file, address or id that it is about.
        standing: broken, or open.
        problem: the fact found, without personal data.
    """

    clause: Clause
    subject: str
    standing: Standing
    problem: str

    def as_json(self) -> dict[str, str]:
        """Write the finding."""
        return {
            "clause": self.clause.value,
            "subject": self.subject,
            "standing": self.standing.value,
            "problem": self.problem,
        }


def found(clause: Clause, subject: str, check: Callable[[], object]) -> list[Finding]:
    """Make one check: what it raises is what is wrong; what cannot be obtained stays open."""
    try:
        check()
    except ResolutionError as error:
        return [Finding(clause, subject, Standing.OPEN, str(error))]
    except KlusCVError as error:
        return [Finding(clause, subject, Standing.BROKEN, str(error))]
    return []
