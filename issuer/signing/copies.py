"""Signing at the claim: holder key, status index and signature in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from issuer.errors import WithdrawnError
from issuer.signing.drafts import Signing, Stated, source_of, thumbprint_of, wanted_copy
from issuer.signing.places import draw_place
from issuer.signing.storing import store_drafts
from issuer.store import copies as store
from issuer.store.copies import Filling, HolderCopy
from issuer.store.workers import lock_statements
from standard.keys import PublicKey
from standard.model import Form


def copy_of(
    session: Session,
    organisation_id: int,
    statement_ids: Sequence[UUID],
    form: Form,
    holder: PublicKey,
    *,
    signing: Signing,
) -> HolderCopy:
    """Give the copy that one holder has of these statements; sign it when there is none yet.

    The statements are locked, so that two requests at once make one copy, and no copy is signed while a
    statement is being withdrawn. For the rest as `copy_of_locked`.
    """
    statements = lock_statements(session, sorted(statement_ids))
    return copy_of_locked(session, organisation_id, statements, form, holder, signing=signing)


def copies_of(
    session: Session,
    organisation_id: int,
    statement_ids: Sequence[UUID],
    form: Form,
    holders: Sequence[PublicKey],
    *,
    signing: Signing,
) -> list[HolderCopy]:
    """Give each of several holders the copy that she has of these statements, as `copy_of` does for one."""
    statements = lock_statements(session, sorted(statement_ids))
    return copies_of_locked(session, organisation_id, statements, form, holders, signing=signing)


def copies_of_locked(
    session: Session,
    organisation_id: int,
    statements: Sequence[Stated],
    form: Form,
    holders: Sequence[PublicKey],
    *,
    signing: Signing,
    newest: Filling | None = None,
) -> list[HolderCopy]:
    """Give each of several holders her copy, as `copy_of_locked` does for one."""
    if len(holders) == 1:
        return [
            copy_of_locked(
                session, organisation_id, statements, form, holders[0], signing=signing, newest=newest
            )
        ]
    source = source_of([statement.id for statement in statements])
    found: dict[str, HolderCopy] = {}
    drafts = []
    for holder in holders:
        thumbprint = thumbprint_of(holder)
        known = store.find_copy(session, source=source, form=form, holder_thumbprint=thumbprint)
        if known is not None:
            found[thumbprint] = known
            continue
        wanted = wanted_copy(session, statements, form, holder, now=signing.now)
        drafts.append(signing.draft(wanted, *draw_place(session, organisation_id, newest)))
    if drafts:
        stored = store_drafts(session, organisation_id, drafts, signing=signing)
        found |= {draft.wanted.holder_thumbprint: draft.stored() for draft in stored}
    return [found[thumbprint_of(holder)] for holder in holders]


def copy_of_locked(
    session: Session,
    organisation_id: int,
    statements: Sequence[Stated],
    form: Form,
    holder: PublicKey,
    *,
    signing: Signing,
    newest: Filling | None = None,
) -> HolderCopy:
    """Give the copy that one holder has of statements that this transaction has locked.

    1. A place on the status list is drawn at random, and a copy is signed for it and stored.
    2. When it cannot be stored, the holder has a copy already, which is given again;
    3. or another copy has the place, and all is done again, which is rare.

    Args:
        session: a writing transaction.
        organisation_id: who states.
        statements: one, or for the compact form all of the worker's statements.
        form: the secured form.
        holder: the worker's key, whose possession was proven.
        signing: with what it is signed.
        newest: the list from which places are drawn, when this transaction has looked at it already.

    Raises:
        WithdrawnError: a statement was withdrawn or has expired, and this holder has no copy yet.
    """

    def earlier() -> HolderCopy | None:
        source = source_of([statement.id for statement in statements])
        return store.find_copy(session, source=source, form=form, holder_thumbprint=thumbprint_of(holder))

    try:
        wanted = wanted_copy(session, statements, form, holder, now=signing.now)
    except WithdrawnError:
        if (found := earlier()) is None:
            raise
        return found
    while True:
        draft = signing.draft(wanted, *draw_place(session, organisation_id, newest))
        if store.add_copy(session, draft.row(organisation_id), wanted.statement_ids):
            return draft.stored()
        if (found := earlier()) is not None:
            return found
        newest = None
