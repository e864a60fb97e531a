"""Every query of the verifier. Nothing here commits."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, delete

from verifier.tables import FetchedDocument


def document(session: Session, identifier: str) -> FetchedDocument | None:
    """Find what was fetched under an identifier."""
    return session.get(FetchedDocument, identifier)


def keep_document(session: Session, *, identifier: str, body: bytes, fetched_at: datetime) -> None:
    """Put a document in the place of an earlier one.

    Raises:
        sqlalchemy.exc.IntegrityError: someone else kept the same document at this very moment.
    """
    session.exec(delete(FetchedDocument).where(col(FetchedDocument.identifier) == identifier))
    session.add(FetchedDocument(identifier=identifier, body=body, fetched_at=fetched_at))
    session.flush()


def forget_documents(session: Session, *, before: datetime) -> None:
    """Delete what was fetched longer ago."""
    session.exec(delete(FetchedDocument).where(col(FetchedDocument.fetched_at) < before))
