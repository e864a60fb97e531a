"""What a verifier demands. Security choices have no default: whoever verifies states them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from standard.trust import TrustRoot

if TYPE_CHECKING:
    from cryptography import x509

SEVEN_DAYS: Final = timedelta(days=7)
"""How old a status list may be where nothing else is decided (SPECIFICATION, "Status")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationPolicy:
    """The choices of one verification.

    Attributes:
        now: the moment to judge at, aware.
        trust_roots: the pinned roots, the most trusted first; empty when the verifier trusts nobody yet.
        status_max_age: how old a status list may be.
        x509_anchors: certificate authorities that this verifier believes about issuers of statements;
            none unless they are named.
        expected_challenge: the nonce of a live request; None for a file or paper.
        expected_domain: the audience of a live request; None for a file or paper.
    """

    now: datetime
    trust_roots: tuple[TrustRoot, ...]
    status_max_age: timedelta
    expected_challenge: str | None
    expected_domain: str | None
    x509_anchors: tuple[x509.Certificate, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a naive clock, and half of a live request."""
        if self.now.tzinfo is None:
            raise ValueError("now must carry a time zone")
        if (self.expected_challenge is None) != (self.expected_domain is None):
            raise ValueError("a live request has both a challenge and a domain")
