"""The words of an export, beside the occupations that they may stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from issuer.batch import mapping, uploads
from issuer.batch.mapping import Columns, Words
from issuer.database import Database
from issuer.imports.guessing import ColumnGuess, Role
from issuer.tables import Upload
from standard import taxonomy


@dataclass(frozen=True, slots=True)
class WordsPage:
    """What is left to say of an export whose columns are named."""

    words: Words
    ratings: Sequence[ColumnGuess]
    occupations: Sequence[tuple[str, str]]
    title: str


def words_page(database: Database, upload: Upload, *, language: str) -> WordsPage:
    """Look through a whole export; raises `ImportFileError` when a column holds something else than words."""
    draft = mapping.draft_with(uploads.head(database, upload.id), Columns.from_json(upload.draft or "[]"))
    labels = [(known.uri, known.labels[language]) for known in taxonomy.all()]
    return WordsPage(
        words=mapping.words(uploads.StoredUpload(database, upload.id), draft),
        ratings=[column for column in draft.columns if column.role is Role.RATING],
        occupations=sorted(labels, key=lambda pair: pair[1].casefold()),
        title=upload.file_name.rpartition(".")[0][:60],
    )
