"""One copy as the checks see it, whichever form it came in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from standard.keys import PublicKey
from standard.model import Did, DidUrl, DisclosedStatement, StatementType
from standard.status_list import StatusEntry
from standard.verification.result import Check

if TYPE_CHECKING:
    from standard.sd_jwt.certificates import Chain

ASSERTION: Final = "assertionMethod"
"""The purpose of every signature of an organisation."""

LIMIT_COPIES: Final = 64
"""So many copies may come at once; a worker has a few for each platform."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature, and the key that it says it was made with.

    Attributes:
        method: the verification method, or None when only the thumbprint is known.
        thumbprint: the first eight bytes of the key's thumbprint, for the compact form.
        purpose: the verification relationship that the key must have.
        verify: raises `ProofError` unless the signature is this key's.
        chain: certificates for the key, where they came along.
    """

    method: DidUrl | None
    thumbprint: bytes | None
    purpose: str
    verify: Callable[[PublicKey], None]
    chain: Chain = ()


@dataclass(frozen=True, slots=True)
class ListedStatus:
    """Where the compact form keeps its status: the address before it is on the trust list."""

    number: int
    index: int


@dataclass(frozen=True, slots=True)
class Copy:
    """What the checks need to know of one copy.

    Attributes:
        shown: what it shows; its issuer is None until a compact copy's key is found.
        types: the credential types that its issuer must be allowed to issue.
        issued: the first moment of the day of issue.
        not_before: from when it is valid.
        not_after: until when, where it says so.
        statuses: where its status stands; empty when it can never be withdrawn.
        holder: the thumbprint of the key that it is bound to; on paper its first eight bytes.
    """

    shown: DisclosedStatement
    types: frozenset[StatementType]
    signatures: tuple[Signature, ...]
    issued: datetime
    not_before: datetime
    not_after: datetime | None
    statuses: tuple[StatusEntry | ListedStatus, ...]
    holder: bytes

    @property
    def id(self) -> str:
        """The subject of the checks about this copy."""
        return self.shown.copy_id

    @property
    def issuer(self) -> Did | None:
        """The issuer that the copy states."""
        return self.shown.issuer


@dataclass(frozen=True, slots=True)
class ReadCopy:
    """The first checks of one copy, and the copy as far as they let it through."""

    subject: str
    checks: tuple[Check, ...]
    copy: Copy | None
