"""Signing at the claim: holder key, status index and signature in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from sqlmodel import Session

from issuer.errors import WithdrawnError
from issuer.signing.drafts import Draft, Signing, Stated, Wanted, source_of, thumbprint_of, wanted_copy
from issuer.signing.places import draw_places
from issuer.signing.storing import store_drafts
from issuer.store import copies as store
from issuer.store.copies import CopyKey, Filling, HolderCopy
from issuer.store.workers import lock_statements
from standard.errors import SigningError
from standard.keys import PublicKey
from standard.model import Form


@dataclass(frozen=True, slots=True)
class Asked:
    """A copy that one holder asks for: of one statement, or for the compact form of all of the worker's."""

    statements: Sequence[Stated]
    form: Form
    holder: PublicKey

    @property
    def key(self) -> CopyKey:
        """What no two copies have in common."""
        source = source_of([statement.id for statement in self.statements])
        return source, self.form.value, thumbprint_of(self.holder)


Outcome: TypeAlias = HolderCopy | WithdrawnError | SigningError


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
    statement is being withdrawn. For the rest as `copies_of`.

    Raises:
        WithdrawnError: a statement was withdrawn or has expired, and this holder has no copy yet.
        SigningError: the key cannot be used now.
    """
    statements = lock_statements(session, sorted(statement_ids))
    (copy,) = copies_of(session, organisation_id, [Asked(statements, form, holder)], signing=signing)
    if not isinstance(copy, HolderCopy):
        raise copy
    return copy


def copies_of(
    session: Session,
    organisation_id: int,
    asked: Sequence[Asked],
    *,
    signing: Signing,
    newest: Filling | None = None,
) -> list[Outcome]:
    """Give the copies that holders have of statements that this transaction has locked; sign what is missing.

    Each gets a place on the status list that is drawn at random.

    Args:
        session: a writing transaction.
        organisation_id: who states.
        asked: the same may come twice.
        signing: with what it is signed.
        newest: the list from which places are drawn, when this transaction has looked at it already.

    Returns:
        In their order each copy; or a `WithdrawnError` when a statement was withdrawn or has expired, and
        this holder has no copy yet; or a `SigningError` when the key cannot be used now.

    Raises:
        SigningError: a place was lost to somebody else, and the key cannot be used any more.
    """
    keys = [each.key for each in asked]
    by_key = dict(zip(keys, asked, strict=True))
    outcomes: dict[CopyKey, Outcome] = dict(store.find_copies(session, by_key))
    missing: list[Wanted] = []
    for key, each in by_key.items():
        if key not in outcomes:
            try:
                missing.append(wanted_copy(session, each.statements, each.form, each.holder, now=signing.now))
            except WithdrawnError as error:
                outcomes[key] = error
    if missing:
        number, indexes = draw_places(session, organisation_id, len(missing), newest=newest)
        drafts: list[Draft] = []
        for copy, index in zip(missing, indexes, strict=True):
            try:
                drafts.append(signing.draft(copy, number, index))
            except SigningError as error:
                outcomes[copy.key] = error
        stored = store_drafts(session, organisation_id, drafts, signing=signing)
        outcomes |= {draft.wanted.key: draft.stored() for draft in stored}
    return [outcomes[key] for key in keys]
