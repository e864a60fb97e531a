"""Puts clients' words together so that no two reviews of a worker read alike."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from random import Random
from types import MappingProxyType

_WORDS = Path(__file__).with_name("words.toml")
_SHAPES = (
    ("topic",),
    ("topic",),
    ("topic", "algemeen"),
    ("algemeen", "topic"),
    ("topic", "topic"),
    ("algemeen",),
)


class Clients:
    """Everybody who writes about one worker; sentences come back only when all have been used."""

    def __init__(self, random: Random, worker_name: str) -> None:
        """Shuffle the sentences for this worker."""
        self._random = random
        self._first_name = worker_name.split()[0]
        self._decks: dict[tuple[str, str], list[str]] = {}
        self._written: set[str] = set()

    def write(self, topic: str, language: str, stars: int) -> str | None:
        """Write one review; None when nothing new is left to say in this language."""
        for _ in range(8):
            text = self._draft(topic, language, stars)
            if text not in self._written:
                self._written.add(text)
                return text
        return None

    def _draft(self, topic: str, language: str, stars: int) -> str:
        if stars <= 3 and language == "nl":
            return self._sentence("koel", language)
        shape = self._random.choice(_SHAPES)
        parts = [self._sentence(topic if part == "topic" else part, language) for part in shape]
        return " ".join(dict.fromkeys(parts))

    def _sentence(self, topic: str, language: str) -> str:
        known = topic if topic in words()[language] else "algemeen"
        deck = self._decks.setdefault((known, language), [])
        if not deck:
            deck.extend(words()[language][known])
            self._random.shuffle(deck)
        return deck.pop().replace("{naam}", self._first_name)


@cache
def words() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Read the sentences by language and topic."""
    document = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            language: MappingProxyType({topic: tuple(said) for topic, said in topics.items()})
            for language, topics in document.items()
        }
    )
