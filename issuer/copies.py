"""Signing at the claim: holder key, status index and signature in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Session

from issuer.content import read_statement
from issuer.errors import WithdrawnError
from issuer.organisations import Signers, identity
from issuer.secure import Envelope, secure
from issuer.store import copies as store
from issuer.store.organisations import lock_organisation
from issuer.store.workers import lock_statements
from issuer.tables import Copy, CopyStatement, Organisation, Statement, StatusList
from issuer.tables.copies import ENTRY_BITS
from standard import base64url
from standard.keys import PublicKey
from standard.model import Form
from standard.model import Statement as StatementValue
from standard.status_list import StatusReference

SPARE_SHARE = 2
"""A list is full when half of it is used: a random place is then still found within a few draws."""


def copy_of(
    session: Session,
    organisation: Organisation,
    statement_ids: Sequence[UUID],
    form: Form,
    holder: PublicKey,
    *,
    signers: Signers,
    status_base: str,
    now: datetime,
) -> Copy:
    """Give the copy that one holder has of these statements; sign it when there is none yet.

    1. The statements are locked, so that two requests at once make one copy, and no copy is signed
       while a statement is being withdrawn.
    2. A copy that exists is given again.
    3. A place on the status list is drawn at random, the copy is signed and stored.

    Args:
        session: a writing transaction.
        organisation: who states.
        statement_ids: one, or for the compact form all of the worker's statements.
        form: the secured form.
        holder: the worker's key, whose possession was proven.
        signers: the organisation's keys.
        status_base: the address that a list's number follows.
        now: the moment of signing.

    Raises:
        WithdrawnError: a statement was withdrawn or has expired, and this holder has no copy yet.
    """
    statements = lock_statements(session, sorted(statement_ids))
    thumbprint = base64url.encode(holder.thumbprint())
    source = "+".join(str(statement.id) for statement in statements)
    found = store.find_copy(session, source=source, form=form, holder_thumbprint=thumbprint)
    if found is not None:
        return found
    valid_until = _common_end(statements, form, now)
    number, index = _draw_place(session, identity(organisation))
    envelope = Envelope(
        copy_id=uuid4(),
        holder=holder,
        status=StatusReference(status_base, number, index, is_suspendable=True),
        signed_at=now,
        new_id=lambda: uuid4().urn,
        supersedes=tuple(store.corrected_copies(session, statements, holder_thumbprint=thumbprint)),
        valid_until=valid_until,
    )
    secured = secure(_in_reading_order(statements), form, envelope=envelope, signers=signers)
    copy = Copy(
        id=envelope.copy_id, organisation_id=identity(organisation), source=source, form=form,
        holder_thumbprint=thumbprint, status_number=number, status_index=index,
        secured=secured.text, copy_hash=secured.copy_hash, signed_at=now,
    )  # fmt: skip
    session.add(copy)
    session.flush()
    session.add_all(CopyStatement(copy_id=copy.id, statement_id=item.id) for item in statements)
    session.flush()
    return copy


def _common_end(statements: Sequence[Statement], form: Form, now: datetime) -> datetime | None:
    """From when on one of the statements does not count any more; raises `WithdrawnError`."""
    if not all(statement.is_in_force for statement in statements):
        raise WithdrawnError("a statement was withdrawn or suspended")
    ends = [statement.valid_until for statement in statements if statement.valid_until is not None]
    if ends and min(ends) <= now:
        raise WithdrawnError("a statement has expired")
    if ends and form is Form.COMPACT:
        raise WithdrawnError("paper cannot say until when it counts")
    return min(ends, default=None)


def _in_reading_order(statements: Sequence[Statement]) -> list[StatementValue]:
    newest_first = sorted(statements, key=lambda statement: statement.type, reverse=True)
    return [read_statement(statement.type, statement.content) for statement in newest_first]


def _draw_place(session: Session, organisation_id: int) -> tuple[int, int]:
    """Draw a place that was never used, from a new list when the newest is full."""
    newest = store.newest_status_list(session, organisation_id)
    if _is_full(newest):
        # Two claims may find the list full at once; the second one then finds the first one's new list.
        lock_organisation(session, organisation_id)
        newest = store.newest_status_list(session, organisation_id)
    if _is_full(newest):
        newest = store.new_status_list(organisation_id, newest.number + 1)
        session.add(newest)
        session.flush()
    while True:
        index = secrets.randbelow(_size(newest))
        if not store.index_taken(session, organisation_id, newest.number, index):
            newest.allocated_count += 1
            return newest.number, index


def _is_full(status_list: StatusList) -> bool:
    """Half used; or from before copies could be suspended, and closed since."""
    is_closed = status_list.entry_bits != ENTRY_BITS
    return is_closed or status_list.allocated_count * SPARE_SHARE >= _size(status_list)


def _size(status_list: StatusList) -> int:
    return len(status_list.bits) * 8 // status_list.entry_bits
