"""What was handed over, read but not yet believed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from standard.model import Did, OwnRemark, OwnWords
from standard.verification.copies import ReadCopy
from standard.verification.holder import check_without_proof
from standard.verification.policy import VerificationPolicy
from standard.verification.result import Check

DEFAULT_LANGUAGE = "nl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything that was handed over at once.

    Attributes:
        checks: what is known already about the whole, with subject `presentation`.
        copies: in the worker's order.
        holder: the worker's DID, where a presentation names it.
        holder_thumbprint: the key that every copy must be bound to.
        created: the moment of the worker's proof.
        not_after: until when the worker's proof is valid, where it says so.
        is_paper: whether it is a static code, which anybody can copy.
        check_live: whether the holder is here now, under a policy.
    """

    checks: tuple[Check, ...] = ()
    copies: tuple[ReadCopy, ...] = ()
    holder: Did | None = None
    holder_thumbprint: bytes | None = None
    created: datetime | None = None
    not_after: datetime | None = None
    language: str = DEFAULT_LANGUAGE
    own_words: OwnWords | None = None
    own_remarks: tuple[OwnRemark, ...] = ()
    is_paper: bool = False
    check_live: Callable[[VerificationPolicy], Check] = check_without_proof

    def adding(
        self,
        *checks: Check,
        created: datetime | None = None,
        not_after: datetime | None = None,
        check_live: Callable[[VerificationPolicy], Check] = check_without_proof,
    ) -> Reading:
        """The same reading, with what the worker's proof says."""
        return replace(
            self,
            checks=(*self.checks, *checks),
            created=created,
            not_after=not_after,
            check_live=check_live,
        )
