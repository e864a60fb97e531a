"""Profiles of organisations, and exports that wait for one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, delete, select

from issuer.store.traces import leave_no_trace
from issuer.tables import StoredProfile, Upload, UploadChunk


def newest(session: Session, organisation_id: int, name: str) -> StoredProfile | None:
    """Find the newest version of a profile."""
    query = select(StoredProfile).where(
        StoredProfile.organisation_id == organisation_id, StoredProfile.name == name
    )
    return session.exec(query.order_by(col(StoredProfile.version).desc()).limit(1)).one_or_none()


def names(session: Session, organisation_id: int) -> Sequence[str]:
    """List the names of an organisation's own profiles."""
    query = select(StoredProfile.name).where(StoredProfile.organisation_id == organisation_id)
    return session.exec(query.distinct().order_by(StoredProfile.name)).all()


def upload_by_id(session: Session, organisation_id: int, upload_id: UUID) -> Upload | None:
    """Find an upload of one organisation."""
    found = session.get(Upload, upload_id)
    return found if found is not None and found.organisation_id == organisation_id else None


def lock_upload(session: Session, upload_id: UUID) -> Upload | None:
    """Read an upload that this transaction is going to change."""
    query = select(Upload).where(Upload.id == upload_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def upload_of_import(session: Session, import_id: UUID) -> Upload | None:
    """Find the upload that is to be read as an import."""
    return session.exec(select(Upload).where(Upload.import_id == import_id)).one_or_none()


def drop_uploads_of(session: Session, import_id: UUID) -> None:
    """Forget what an import was to be read from."""
    for upload_id in session.exec(select(Upload.id).where(Upload.import_id == import_id)).all():
        drop_upload(session, upload_id)


def chunk(session: Session, upload_id: UUID, number: int) -> bytes | None:
    """Read a compressed piece of an upload; None after the last one."""
    found = session.get(UploadChunk, (upload_id, number))
    return found.content if found is not None else None


def drop_upload(session: Session, upload_id: UUID) -> None:
    """Forget an upload, which may hold what is in no record: names of reviewers, unmapped columns."""
    leave_no_trace(session)
    session.exec(delete(UploadChunk).where(col(UploadChunk.upload_id) == upload_id))
    session.exec(delete(Upload).where(col(Upload.id) == upload_id))
