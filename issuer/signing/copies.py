"""Signing at the claim: holder key, status index and signature in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Session

from issuer.content import read_statement
from issuer.errors import WithdrawnError
from issuer.organisations import Signers, identity
from issuer.signing.places import draw_place
from issuer.signing.secure import Envelope, secure
from issuer.store import copies as store
from issuer.store.workers import lock_statements
from issuer.tables import Copy, Organisation, Statement
from standard import base64url
from standard.keys import PublicKey
from standard.model import Form
from standard.model import Statement as StatementValue
from standard.status_list import StatusReference


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

    The statements are locked, so that two requests at once make one copy, and no copy is signed while a
    statement is being withdrawn. For the rest as `copy_of_locked`.
    """
    statements = lock_statements(session, sorted(statement_ids))
    return copy_of_locked(
        session, organisation, statements, form, holder, signers=signers, status_base=status_base, now=now
    )


def copy_of_locked(
    session: Session,
    organisation: Organisation,
    statements: Sequence[Statement],
    form: Form,
    holder: PublicKey,
    *,
    signers: Signers,
    status_base: str,
    now: datetime,
) -> Copy:
    """Give the copy that one holder has of statements that this transaction has locked.

    1. A copy that exists is given again.
    2. A place on the status list is drawn at random, and the copy is signed for it.
    3. The copy is stored; when another copy has its place, that is done again, which is rare.

    Args:
        session: a writing transaction.
        organisation: who states.
        statements: one, or for the compact form all of the worker's statements, in the order of their ids.
        form: the secured form.
        holder: the worker's key, whose possession was proven.
        signers: the organisation's keys.
        status_base: the address that a list's number follows.
        now: the moment of signing.

    Raises:
        WithdrawnError: a statement was withdrawn or has expired, and this holder has no copy yet.
    """
    thumbprint = base64url.encode(holder.thumbprint())
    source = "+".join(str(statement.id) for statement in statements)
    found = store.find_copy(session, source=source, form=form, holder_thumbprint=thumbprint)
    if found is not None:
        return found
    valid_until = common_end(statements, form, now)
    supersedes = tuple(store.corrected_copies(session, statements, holder_thumbprint=thumbprint))
    values = in_reading_order(statements)
    while True:
        number, index = draw_place(session, identity(organisation))
        envelope = Envelope(
            copy_id=uuid4(),
            holder=holder,
            status=StatusReference(status_base, number, index, is_suspendable=True),
            signed_at=now,
            new_id=lambda: uuid4().urn,
            supersedes=supersedes,
            valid_until=valid_until,
        )
        secured = secure(values, form, envelope=envelope, signers=signers)
        copy = Copy(
            id=envelope.copy_id, organisation_id=identity(organisation), source=source, form=form,
            holder_thumbprint=thumbprint, status_number=number, status_index=index,
            secured=secured.text, copy_hash=secured.copy_hash, signed_at=now,
        )  # fmt: skip
        if store.add_copy(session, copy, [statement.id for statement in statements]):
            return copy


def common_end(statements: Sequence[Statement], form: Form, now: datetime) -> datetime | None:
    """From when on one of the statements does not count any more; raises `WithdrawnError`."""
    if not all(statement.is_in_force for statement in statements):
        raise WithdrawnError("a statement was withdrawn or suspended")
    ends = [statement.valid_until for statement in statements if statement.valid_until is not None]
    if ends and min(ends) <= now:
        raise WithdrawnError("a statement has expired")
    if ends and form is Form.COMPACT:
        raise WithdrawnError("paper cannot say until when it counts")
    return min(ends, default=None)


def in_reading_order(statements: Sequence[Statement]) -> list[StatementValue]:
    """Read statements, work history first."""
    newest_first = sorted(statements, key=lambda statement: statement.type, reverse=True)
    return [read_statement(statement.type, statement.content) for statement in newest_first]
