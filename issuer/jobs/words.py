"""Counting the words of an export whose columns were named: of a small one at once, of a large one as a job.

The operator may name the columns anew meanwhile. What was counted is kept only for the columns as they were
named last.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from issuer.batch import mapping, uploads
from issuer.batch.mapping import Columns, WordCounts
from issuer.database import Database
from issuer.imports import ImportFileError
from issuer.jobs import reading
from issuer.jobs.enqueueing import enqueue
from issuer.jobs.kinds import UNEXPECTED, Kind, OutdatedError, Progress, StoppedError
from issuer.organisations import identity
from issuer.service import Service
from issuer.store import jobs as store
from issuer.store.organisations import lock_organisation
from issuer.store.profiles import lock_upload
from issuer.tables import Job, Organisation, Upload


def name_columns(service: Service, organisation: Organisation, upload_id: UUID, said: Columns) -> None:
    """Keep what an operator says of the columns, and count the words in them.

    Raises:
        NotFoundError: the organisation has no such upload.
    """
    with service.database.writing() as session:
        lock_organisation(session, identity(organisation))
        upload = uploads.find(session, organisation, upload_id)
        upload.draft, upload.words = said.to_json(), None
        # Before a job is looked for: one that is about to end with other columns has ended then.
        session.flush()
        if upload.size_bytes > reading.SMALL_BYTES:
            enqueue(
                session, organisation, Kind.WORDS,
                total=upload.size_bytes, part_count=1, subject=upload_id, now=service.clock(),
            )  # fmt: skip
            return
    counts = _counted(service.database, upload_id, said.to_json(), lambda _: None)
    # Whoever named them anew at the same moment counts them as well.
    with suppress(OutdatedError), service.database.writing() as session:
        _keep(session, upload_id, said.to_json(), counts)


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, in which columns of which upload; None when that is gone."""

    job_id: UUID
    upload_id: UUID
    draft: str
    counts: WordCounts | None


class WordsWork:
    """Counts the words of an upload."""

    def prepare(
        self,
        service: Service,
        organisation: Organisation,  # noqa: ARG002 - the id is already of one organisation
        job: Job,
        number: int,  # noqa: ARG002 - there is one part
    ) -> Counted:
        """Look through the file, and let the progress follow.

        Raises:
            StoppedError: this process is to end; somebody else begins anew.
            OutdatedError: the columns were named anew.
        """
        if job.subject is None:
            raise ValueError("the job has no upload")
        job_id, upload_id = job.id, job.subject
        with service.database.reading() as session:
            upload = session.get(Upload, upload_id)
            draft = upload.draft if upload else None
        if draft is None:
            return Counted(job_id, upload_id, "", None)

        def follow(done_bytes: int) -> None:
            if service.stopping():
                raise StoppedError
            with service.database.writing() as session:
                _refuse_outdated(session.get(Upload, upload_id), draft)
                store.note_progress(session, job_id, done_bytes, now=service.clock())

        return Counted(job_id, upload_id, draft, _counted(service.database, upload_id, draft, follow))

    def apply(
        self,
        session: Session,
        service: Service,  # noqa: ARG002 - nothing is left to do
        organisation: Organisation,  # noqa: ARG002 - the ids are already of one organisation
        prepared: Counted,
    ) -> Progress:
        """Keep what was counted; raises `OutdatedError` when the columns were named anew."""
        if prepared.counts is not None:
            _keep(session, prepared.upload_id, prepared.draft, prepared.counts)
        job = store.lock_job(session, prepared.job_id)
        return Progress(handled=job.total_count - job.done_count, made=0)

    def finish(self, session: Session, job: Job) -> None:
        """Say so with the upload when its words could not be counted at all."""
        if job.error_code is not None and job.subject is not None:
            upload = lock_upload(session, job.subject)
            if upload is not None and upload.words is None:
                upload.words = WordCounts(fault=UNEXPECTED).to_json()


def _counted(database: Database, upload_id: UUID, said: str, told: Callable[[int], None]) -> WordCounts:
    stream = uploads.StoredUpload(database, upload_id)
    try:
        draft = mapping.draft_with(uploads.head(database, upload_id), Columns.from_json(said))
        return mapping.count_words(stream, draft, lambda: told(stream.given_bytes))
    except ImportFileError as error:
        return WordCounts(fault=error.fault, columns=error.found or error.missing)


def _keep(session: Session, upload_id: UUID, draft: str, counts: WordCounts) -> None:
    upload = lock_upload(session, upload_id)
    if upload is not None:
        _refuse_outdated(upload, draft)
        upload.words = counts.to_json()


def _refuse_outdated(upload: Upload | None, draft: str) -> None:
    if upload is None or upload.draft != draft:
        raise OutdatedError
