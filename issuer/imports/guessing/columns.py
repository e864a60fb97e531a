"""What a column may hold, judged by its name in Dutch, English, German or French, and by its cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final

from issuer.imports.guessing.values import clock_format, date_format, is_length, is_number, moment_format
from issuer.imports.guessing.words import known, name_words, words_of


class Role(StrEnum):
    """What a column is read as; `NOT_SIGNED` leaves it out."""

    NOT_SIGNED = ""
    WORKER = "worker"
    WORKER_NAME = "worker_name"
    CONTACT = "contact"
    GIG = "gig"
    CATEGORY = "category"
    CLIENT = "client"
    CLIENT_KIND = "client_kind"
    DATE = "date"
    START = "start"
    END = "end"
    BREAK = "break"
    DURATION = "duration"
    STARTED_AT = "started_at"
    FINISHED_AT = "finished_at"
    STATUS = "status"
    RATING = "rating"
    REVIEW = "review"
    REVIEW_LANGUAGE = "review_language"
    EXEMPT = "exempt"


SEVERAL: Final = frozenset({Role.WORKER_NAME, Role.GIG, Role.RATING, Role.EXEMPT, Role.NOT_SIGNED})
"""What several columns may hold."""


def role_of(name: str, cells: Sequence[str]) -> Role:
    """Guess what a column holds.

    Args:
        name: its name in the header.
        cells: what stands in it, without empty cells.
    """
    words = name_words(name)
    for role, fits in _RULES:
        if fits(words, cells):
            return role
    return Role.NOT_SIGNED


def is_bare_key(name: str, cells: Sequence[str]) -> bool:
    """Tell whether a column holds keys and does not say of what: an `id` that no row shares."""
    return name_words(name) <= known("keys") and _unique(cells)


def sounds_cancelled(word: str) -> bool:
    """Tell whether a status sounds as if the gig did not take place."""
    parts = words_of(word)
    return any(part.startswith(tuple(known("cancelled"))) for part in (*parts, "".join(parts)))


def few(cells: Sequence[str], most: int = 60) -> bool:
    """Tell whether the same few things stand in a column over and over."""
    distinct = set(cells)
    return bool(distinct) and len(distinct) <= min(most, max(len(cells) // 2, 2))


def _unique(cells: Sequence[str]) -> bool:
    """Tell whether a column may hold keys: hardly anything stands in it twice."""
    return bool(cells) and len(set(cells)) * 20 >= len(cells) * 19


def _short(cells: Sequence[str]) -> bool:
    return all(len(cell) <= 8 for cell in cells)


def _text(cells: Sequence[str]) -> bool:
    return bool(cells) and sum(len(cell.split()) >= 3 for cell in cells) * 2 >= len(cells)


def _rated(cells: Sequence[str]) -> bool:
    return few(cells, 40) and is_number(cells)


def _is_not_signed(words: frozenset[str], _: Sequence[str]) -> bool:
    """Names of others, of clients and of things."""
    return bool(words & known("others")) or bool(words & known("names") and words & known("clients"))


Rule = Callable[[frozenset[str], Sequence[str]], bool]
_RULES: Final[tuple[tuple[Role, Rule], ...]] = (
    (Role.CONTACT, lambda words, _: bool(words & known("contacts")) and not words & known("clients")),
    (Role.NOT_SIGNED, _is_not_signed),
    (
        Role.REVIEW_LANGUAGE,
        lambda words, cells: bool(words & known("languages")) and all(len(c) <= 8 for c in cells),
    ),
    (Role.STARTED_AT, lambda words, cells: bool(words & known("starts")) and moment_format(cells) != ""),
    (Role.FINISHED_AT, lambda words, cells: bool(words & known("ends")) and moment_format(cells) != ""),
    (Role.START, lambda words, cells: bool(words & known("starts")) and clock_format(cells) != ""),
    (Role.END, lambda words, cells: bool(words & known("ends")) and clock_format(cells) != ""),
    (Role.DATE, lambda words, cells: bool(words & known("dates")) and date_format(cells) != ""),
    (Role.BREAK, lambda words, cells: bool(words & known("breaks")) and is_number(cells)),
    (Role.REVIEW, lambda words, cells: bool(words & known("reviews")) and _text(cells)),
    (Role.RATING, lambda words, cells: bool(words & known("ratings")) and _rated(cells)),
    (Role.STATUS, lambda words, cells: bool(words & known("statuses")) and few(cells, 20)),
    (Role.DURATION, lambda words, cells: bool(words & known("durations")) and is_length(cells)),
    (Role.CLIENT_KIND, lambda words, _: bool(words & known("kinds") and words & known("clients"))),
    (Role.EXEMPT, lambda words, _: bool(words & known("registers"))),
    (Role.CLIENT, lambda words, cells: bool(words & known("clients")) and not _unique(cells)),
    (Role.WORKER, lambda words, _: bool(words & known("people") and words & known("keys"))),
    (Role.WORKER_NAME, lambda words, _: bool(words & known("names")) and not words & known("work")),
    (Role.GIG, lambda words, cells: bool(words & known("gigs")) and _unique(cells)),
    (
        Role.WORKER_NAME,
        lambda words, cells: bool(words & known("people")) and any(" " in cell for cell in cells),
    ),
    (Role.CATEGORY, lambda words, cells: bool(words & known("work")) and few(cells) and not is_number(cells)),
)
