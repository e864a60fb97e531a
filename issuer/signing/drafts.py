"""A copy on its way: what is wanted, with what it is signed, and the draft that waits to be stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID, uuid4

from sqlmodel import Session

from issuer.content import read_statement
from issuer.errors import WithdrawnError
from issuer.organisations import Signers
from issuer.signing.secure import Envelope, SecuredCredential, secure
from issuer.store import copies as store
from issuer.store.copies import HolderCopy
from standard import base64url
from standard.keys import PublicKey
from standard.model import Form, Statement
from standard.status_list import StatusReference


class Stated(Protocol):
    """What signing needs to know of a statement, however it was read."""

    @property
    def id(self) -> UUID:
        """Its id."""

    @property
    def type(self) -> str:
        """What it speaks about."""

    @property
    def content(self) -> str:
        """What it says, as it is stored."""

    @property
    def valid_until(self) -> datetime | None:
        """From when on it does not count any more."""

    @property
    def corrects(self) -> UUID | None:
        """The statement in whose place it stands."""

    @property
    def is_in_force(self) -> bool:
        """Whether nothing was decided against it; it may have expired."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A copy that does not exist yet."""

    statement_ids: tuple[UUID, ...]
    statements: tuple[Statement, ...]
    form: Form
    holder: PublicKey
    holder_thumbprint: str
    supersedes: tuple[str, ...]
    valid_until: datetime | None

    @property
    def source(self) -> str:
        """What the copy is of, as it is stored."""
        return source_of(self.statement_ids)

    @property
    def key(self) -> tuple[str, str, str]:
        """What no two copies have in common."""
        return self.source, self.form, self.holder_thumbprint


@dataclass(frozen=True, slots=True)
class Draft:
    """A signed copy that is not stored yet."""

    wanted: Wanted
    number: int
    index: int
    copy_id: UUID
    secured: SecuredCredential
    signed_at: datetime

    def row(self, organisation_id: int) -> dict[str, Any]:
        """Write it as it is stored."""
        return {
            "id": self.copy_id,
            "organisation_id": organisation_id,
            "source": self.wanted.source,
            "form": self.wanted.form,
            "holder_thumbprint": self.wanted.holder_thumbprint,
            "status_number": self.number,
            "status_index": self.index,
            "secured": self.secured.text,
            "copy_hash": self.secured.copy_hash,
            "signed_at": self.signed_at,
        }

    def stored(self) -> HolderCopy:
        """The copy that it is once it is stored."""
        text = self.secured.text
        return HolderCopy(self.copy_id, self.wanted.form, self.number, self.index, text, self.signed_at)


@dataclass(frozen=True, slots=True)
class Signing:
    """With what copies are signed."""

    signers: Signers
    status_base: str
    now: datetime

    def drafts(self, wanted: Sequence[Wanted], number: int, indexes: Sequence[int]) -> list[Draft]:
        """Sign copies, each for one of so many places of a list."""
        return [self.draft(each, number, index) for each, index in zip(wanted, indexes, strict=True)]

    def draft(self, wanted: Wanted, number: int, index: int) -> Draft:
        """Sign one copy for a place."""
        envelope = Envelope(
            copy_id=uuid4(),
            holder=wanted.holder,
            status=StatusReference(self.status_base, number, index, is_suspendable=True),
            signed_at=self.now,
            new_id=lambda: uuid4().urn,
            supersedes=wanted.supersedes,
            valid_until=wanted.valid_until,
        )
        secured = secure(wanted.statements, wanted.form, envelope=envelope, signers=self.signers)
        return Draft(wanted, number, index, envelope.copy_id, secured, self.now)


def wanted_copy(
    session: Session, statements: Sequence[Stated], form: Form, holder: PublicKey, *, now: datetime
) -> Wanted:
    """Say what a copy of statements is to be: one, or for the compact form the worker's newest of each type.

    Raises:
        WithdrawnError: a statement was withdrawn or has expired.
    """
    valid_until = _common_end(statements, form, now)
    thumbprint = thumbprint_of(holder)
    earlier = {statement.corrects for statement in statements if statement.corrects is not None}
    supersedes = store.corrected_copies(session, earlier, holder_thumbprint=thumbprint)
    # Work history first.
    newest_first = sorted(statements, key=lambda statement: statement.type, reverse=True)
    return Wanted(
        statement_ids=tuple(statement.id for statement in statements),
        statements=tuple(read_statement(statement.type, statement.content) for statement in newest_first),
        form=form,
        holder=holder,
        holder_thumbprint=thumbprint,
        supersedes=tuple(supersedes),
        valid_until=valid_until,
    )


def source_of(statement_ids: Sequence[UUID]) -> str:
    """Name statements as a copy of them does."""
    return "+".join(str(identity) for identity in sorted(statement_ids))


def thumbprint_of(holder: PublicKey) -> str:
    """Name a holder's key as a copy for it does."""
    return base64url.encode(holder.thumbprint())


def _common_end(statements: Sequence[Stated], form: Form, now: datetime) -> datetime | None:
    """From when on one of the statements does not count any more."""
    if not all(statement.is_in_force for statement in statements):
        raise WithdrawnError("a statement was withdrawn or suspended")
    ends = [statement.valid_until for statement in statements if statement.valid_until is not None]
    if ends and min(ends) <= now:
        raise WithdrawnError("a statement has expired")
    if ends and form is Form.COMPACT:
        raise WithdrawnError("paper cannot say until when it counts")
    return min(ends, default=None)
