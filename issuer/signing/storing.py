"""Storing signed copies at places of their own, several in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlmodel import Session

from issuer.signing.drafts import Draft, Signing
from issuer.signing.places import draw_places
from issuer.store import copies as store


def store_drafts(
    session: Session, organisation_id: int, drafts: Sequence[Draft], *, signing: Signing
) -> list[Draft]:
    """Store copies that do not exist yet; give them as they were stored, in the order of their places.

    Whoever wants a place that another transaction has just taken waits for its end. So that no two wait for
    each other, all take places in one order, and count them last; and who lost a place gives back those
    that he has before he draws another.

    Args:
        session: a writing transaction that has locked the statements.
        organisation_id: who signed.
        drafts: what was signed.
        signing: with what a copy is signed again that lost its place.
    """
    if not drafts:
        return []
    while True:
        ordered = sorted(drafts, key=lambda draft: (draft.number, draft.index))
        with session.begin_nested() as attempt:
            placed = store.add_copies(session, [draft.row(organisation_id) for draft in ordered])
            if len(placed) == len(ordered):
                break
            attempt.rollback()
        lost = [draft.wanted for draft in ordered if draft.copy_id not in placed]
        drafts = [draft for draft in ordered if draft.copy_id in placed]
        drafts += signing.drafts(lost, *draw_places(session, organisation_id, len(lost)))
    shown = [(draft.copy_id, shows) for draft in ordered for shows in draft.wanted.statement_ids]
    store.show_statements(session, shown)
    store.count_places(session, organisation_id, Counter(draft.number for draft in ordered))
    return ordered
