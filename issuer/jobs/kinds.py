"""What a kind of job is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol, TypeVar

from sqlmodel import Session

from issuer.service import Service
from issuer.tables import Job, Organisation

Prepared = TypeVar("Prepared")
UNEXPECTED: Final = "unexpected"
"""What went wrong, when it is none of our own errors."""


class Kind(StrEnum):
    """What a job does."""

    OFFERS = "offers"
    COPIES = "copies"
    IMPORT = "import"
    READING = "reading"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Progress:
    """What one part did: how much it handled, and how much of that did not exist before."""

    handled: int
    made: int


class TakenOverError(Exception):
    """Tells that somebody else does a part that this process was slow to do."""


class StoppedError(Exception):
    """Tells that a part was left, because this process is to end; whoever takes it next goes on with it."""


class OutdatedError(Exception):
    """Tells that what a part was about has changed meanwhile; whoever takes it next does it anew."""


class Work(Protocol[Prepared]):
    """One kind of job. A part is prepared without any lock, then applied in one transaction."""

    def prepare(self, service: Service, organisation: Organisation, job: Job, number: int) -> Prepared:
        """Read and compute what a part needs; may happen more than once."""
        ...

    def apply(
        self, session: Session, service: Service, organisation: Organisation, prepared: Prepared
    ) -> Progress:
        """Store what a part makes, in the transaction that also marks it done."""
        ...

    def finish(self, session: Session, job: Job) -> None:
        """Do what comes after the last part, in its transaction; `error_code` tells whether one failed."""
        ...
