"""Reviews that give a name away: hiding the worker's name does not change what a client wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from standard.model import PersonName
from wallet.held import HeldCredential
from wallet.selection import Part, Selection

_SHORTEST: Final = 3
_PARTICLES: Final = frozenset({"aan", "den", "der", "het", "ten", "ter", "van", "von", "del", "the", "bin"})
_WORD: Final = re.compile(r"[^\W\d_]+")


def names_worker(text: str, name: PersonName | None) -> bool:
    """Whether a text holds a part of the worker's name, also as a possessive ("Fatimas keuken")."""
    if name is None:
        return False
    parts = {part for part in _words(name.full_name) if len(part) >= _SHORTEST and part not in _PARTICLES}
    return any(word in parts or word.removesuffix("s") in parts for word in _words(text))


def telling_reviews(held: Sequence[HeldCredential], selection: Selection) -> int:
    """Count the chosen reviews that name a worker who chose to stay unnamed."""
    if selection.show_name:
        return 0
    return sum(
        selection.chosen(each.id).shows(Part.REVIEW, place) and names_worker(review.text, each.name)
        for each in held
        for place, review in enumerate(each.ratings.reviews if each.ratings else ())
    )


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]
