"""Proposes an occupation for a platform's own word for work, by words that look alike.

Compared are the labels of the occupations and the words that the shipped profiles already lead to one.
Likeness is counted in groups of three letters, so that `Schoonmaken` and `schoonmaker` are close; words
that say nothing about the work are left out. The operator sees the word that decided, and chooses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from issuer.imports.guessing.words import known, words_of
from issuer.imports.profile import available_profiles, load_profile
from standard import taxonomy
from standard.model import OccupationUri

ALIKE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Proposal:
    """An occupation for a word, how alike they are (0 to 1), and what it was compared with."""

    occupation: OccupationUri
    likeness: float
    because: str


def propose(category: str) -> Proposal | None:
    """Find the occupation whose words are most like a category's; None when none is alike enough."""
    words = _words(category)
    best = max(
        (
            Proposal(occupation, _likeness(words, known), example)
            for occupation, example, known in _examples()
        ),
        key=lambda proposal: proposal.likeness,
        default=None,
    )
    return best if best is not None and best.likeness >= ALIKE else None


@cache
def _examples() -> tuple[tuple[OccupationUri, str, tuple[frozenset[str], ...]], ...]:
    return tuple((occupation, example, _words(example)) for occupation, example in _known())


def _known() -> Iterator[tuple[OccupationUri, str]]:
    for occupation in taxonomy.all():
        for label in occupation.labels.values():
            yield occupation.uri, label
    for name in available_profiles():
        for category, uri in load_profile(name).categories.items():
            if uri:
                yield uri, category


def _words(text: str) -> tuple[frozenset[str], ...]:
    """Write each word that says something as its groups of three letters."""
    silent = known("silent")
    return tuple(_threes(word) for word in words_of(text) if len(word) > 2 and word not in silent)


def _threes(word: str) -> frozenset[str]:
    padded = f"  {word} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))


def _likeness(words: tuple[frozenset[str], ...], others: tuple[frozenset[str], ...]) -> float:
    """Average how alike the closest words are, seen from both sides."""
    if not words or not others:
        return 0.0
    one = sum(max(_alike(word, other) for other in others) for word in words) / len(words)
    two = sum(max(_alike(other, word) for word in words) for other in others) / len(others)
    return (one + two) / 2


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
