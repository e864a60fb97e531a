"""Status entries of the VC-API."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from issuer.tables import IssuedStatus


def is_taken(session: Session, number: int, index: int) -> bool:
    """Whether a credential already has this place."""
    return session.get(IssuedStatus, (number, index)) is not None


def entries_of(session: Session, credential_id: str) -> Sequence[IssuedStatus]:
    """List the entries of a credential; several when it was issued several times."""
    return session.exec(select(IssuedStatus).where(IssuedStatus.credential_id == credential_id)).all()


def revoked_indexes(session: Session, number: int) -> Sequence[int]:
    """List the places of one list that are set."""
    query = select(IssuedStatus.list_index).where(
        IssuedStatus.list_number == number, col(IssuedStatus.revoked_at).is_not(None)
    )
    return session.exec(query).all()
