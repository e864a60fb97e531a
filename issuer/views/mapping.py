"""The words of an export, beside the occupations that they may stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from issuer.batch import mapping, uploads
from issuer.batch.mapping import Columns, WordCounts, Words
from issuer.database import Database
from issuer.imports.guessing import ColumnGuess, Role
from issuer.jobs.kinds import UNEXPECTED, Kind
from issuer.store.jobs import active_job
from issuer.tables import Job, Upload
from standard import taxonomy


@dataclass(frozen=True, slots=True)
class WordsPage:
    """What is left to say of an export whose columns are named.

    While its words are counted there are none, and `counting` tells how far that is. When they could not
    be counted, `fault` says why, and `columns` which columns it is about.
    """

    words: Words | None
    counting: Job | None
    fault: str
    columns: Sequence[str]
    ratings: Sequence[ColumnGuess]
    occupations: Sequence[tuple[str, str]]
    title: str


def words_page(session: Session, database: Database, upload: Upload, *, language: str) -> WordsPage:
    """Show what was counted, or how far the counting is."""
    counting = None
    if upload.words is None:
        counting = active_job(session, upload.organisation_id, Kind.WORDS, upload.id)
    counts = WordCounts.from_json(upload.words) if upload.words else WordCounts(fault=UNEXPECTED)
    draft = mapping.draft_with(uploads.head(database, upload.id), Columns.from_json(upload.draft or "[]"))
    labels = [(known.uri, known.labels[language]) for known in taxonomy.all()]
    return WordsPage(
        words=None if counts.fault else mapping.words(counts),
        counting=counting,
        fault=counts.fault,
        columns=counts.columns,
        ratings=[column for column in draft.columns if column.role is Role.RATING],
        occupations=sorted(labels, key=lambda pair: pair[1].casefold()),
        title=upload.file_name.rpartition(".")[0][:60],
    )
