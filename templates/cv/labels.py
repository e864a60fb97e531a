"""What a kind of work is called on a page."""

from __future__ import annotations

from standard import taxonomy
from standard.model import OccupationUri
from templates.cv.words import Words

NOT_STATED = "–"


def work_label(category: str | None, occupation: OccupationUri | None, words: Words) -> str:
    """Name a kind of work: our plain label where its occupation has one, else the organisation's word."""
    label = taxonomy.label(occupation, words.locale) if occupation else None
    return label or category or NOT_STATED
