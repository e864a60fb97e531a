"""Reading an export: a small one at once, a large one as a job.

The job is one part that reads the upload from its first byte. When it was broken off, the next one who
takes it begins anew.
"""

from __future__ import annotations

import io
from functools import partial
from typing import Final
from uuid import UUID

from sqlmodel import Session

from issuer import batch, full_storage, imports
from issuer.batch import attempts, profiles, reading, uploads
from issuer.batch.attempts import Order
from issuer.errors import ImportStateError
from issuer.imports import FileFault, ImportFileError, Profile, Readable
from issuer.jobs.enqueueing import enqueue
from issuer.jobs.kinds import UNEXPECTED, Kind, Progress, StoppedError, TakenOverError
from issuer.organisations import identity
from issuer.service import Service
from issuer.store import jobs as store
from issuer.store.organisations import lock_organisation
from issuer.store.profiles import drop_upload, drop_uploads_of, upload_of_import
from issuer.tables import Import, Job, Organisation, Upload

SMALL_BYTES: Final = 2 << 20
SMALL_ROWS: Final = 20_000
"""Up to this much an export is read while somebody waits for the page, within a second or so."""


def receive(
    service: Service, organisation: Organisation, stream: Readable, order: Order, *, size_bytes: int
) -> Import:
    """Read a small export now and a large one in the background; the state of the import tells which.

    Raises:
        ImportFileError: the file cannot be read; of a large one only what its first bytes show.
    """
    if size_bytes <= SMALL_BYTES:
        content = _whole(stream)
        stream = io.BytesIO(content)
        if _has_few_rows(content):
            return batch.preview(service.database, organisation, stream, order, now=service.clock())
    kept = uploads.keep(
        service.database, organisation, stream,
        file_name=order.file_name, look=partial(_check_head, order.profile), now=service.clock(),
    )  # fmt: skip
    return start(service, organisation, kept, order)


def read_kept(service: Service, organisation: Organisation, kept: Upload, order: Order) -> Import:
    """Read what was kept already, as `receive` does."""
    if kept.size_bytes > SMALL_BYTES:
        return start(service, organisation, kept, order)
    content = _whole(uploads.StoredUpload(service.database, kept.id))
    if not _has_few_rows(content):
        return start(service, organisation, kept, order)
    made = batch.preview(service.database, organisation, io.BytesIO(content), order, now=service.clock())
    with service.database.writing() as session:
        drop_upload(session, kept.id)
    return made


def _whole(small: Readable) -> bytes:
    """Read a small export to its end; a stream may give less at once than it was asked for."""
    return b"".join(iter(partial(small.read, SMALL_BYTES), b""))


def _has_few_rows(content: bytes) -> bool:
    """Whether there can only be few rows, or objects of JSON, however short each is."""
    return max(content.count(b"\n"), content.count(b"\r"), content.count(b"}")) <= SMALL_ROWS


def start(service: Service, organisation: Organisation, kept: Upload, order: Order) -> Import:
    """Have an upload read in the background; asking twice reads it once."""
    with service.database.writing() as session:
        lock_organisation(session, identity(organisation))
        upload = uploads.find(session, organisation, kept.id)
        if upload.import_id is not None:
            return session.get_one(Import, upload.import_id)
        begun = attempts.begin_reading(session, organisation, order, now=service.clock())
        upload.import_id = begun.id
        enqueue(
            session, organisation, Kind.READING,
            total=kept.size_bytes, part_count=1, subject=begun.id, now=service.clock(),
        )  # fmt: skip
    return begun


class ReadingWork:
    """Reads an upload, and stages what is good in it."""

    def prepare(
        self,
        service: Service,
        organisation: Organisation,
        job: Job,
        number: int,  # noqa: ARG002 - there is one part
    ) -> UUID:
        """Read, and let the progress follow.

        Raises:
            StoppedError: this process is to end; what was staged goes when somebody begins anew.
            TakenOverError: somebody else began to read it meanwhile.
        """
        if job.subject is None:
            raise ValueError("the job has no import")
        import_id = job.subject
        try:
            _read(service, organisation, job.id, import_id)
        except ImportFileError as error:
            with service.database.writing() as session:
                attempts.refuse(session, import_id, error.fault, error.missing)
        except ImportStateError as error:
            if _is_being_read(service, import_id):
                raise TakenOverError from error
        return job.id

    def apply(
        self,
        session: Session,
        service: Service,  # noqa: ARG002 - nothing is left to do
        organisation: Organisation,  # noqa: ARG002 - the ids are already of one organisation
        prepared: UUID,
    ) -> Progress:
        """Forget the upload, and count what the progress has not counted yet."""
        job = store.lock_job(session, prepared)
        found = session.get(Import, job.subject)
        if found is not None:
            drop_uploads_of(session, found.id)
        return Progress(handled=job.total_count - job.done_count, made=found.good_count if found else 0)

    def finish(self, session: Session, job: Job) -> None:
        """Say so with the import when it could not be read at all."""
        if job.error_code is not None and job.subject is not None:
            is_known = job.error_code == full_storage.CODE
            attempts.refuse(session, job.subject, full_storage.CODE if is_known else UNEXPECTED)
            drop_uploads_of(session, job.subject)


def _read(service: Service, organisation: Organisation, job_id: UUID, import_id: UUID) -> None:
    with service.database.reading() as session:
        begun, kept = session.get(Import, import_id), upload_of_import(session, import_id)
        if begun is None or begun.state != "reading":
            return
        if kept is None:
            raise ImportFileError(FileFault.GONE, "the upload is not there any more")
        order = Order(
            begun.file_name, profiles.find(session, organisation, begun.profile),
            as_of=service.local(begun.created_at).date(), actor=f"job:{job_id}",
        )  # fmt: skip
        stream = uploads.StoredUpload(service.database, kept.id)
    reading.read(
        service.database, import_id, stream, order, told=lambda: _follow(service, job_id, stream.given_bytes)
    )


def _check_head(profile: Profile, head: bytes) -> None:
    """Refuse by its first bytes what they show to be no export of a profile."""
    try:
        next(imports.read(io.BytesIO(head), profile, file_name=""), None)
    except ImportFileError as error:
        # A long first entry looks as if the file broke off.
        if error.fault is not FileFault.MALFORMED:
            raise


def _follow(service: Service, job_id: UUID, done_bytes: int) -> None:
    if service.stopping():
        raise StoppedError
    with service.database.writing() as session:
        store.note_progress(session, job_id, done_bytes, now=service.clock())


def _is_being_read(service: Service, import_id: UUID) -> bool:
    with service.database.reading() as session:
        found = session.get(Import, import_id)
        return found is not None and found.state == "reading"
