"""Texts as the words they consist of, and which of them say what."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

_ENDINGS = ("nummer", "nr", "id", "naam", "name")


@cache
def known(group: str) -> frozenset[str]:
    """The words of one group of `words.toml`."""
    table = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    return frozenset(str(table[group]).split())


def words_of(text: str) -> list[str]:
    """Split a text into words, without case and accents."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.findall(r"[^\W_]+", "".join(sign for sign in plain if not unicodedata.combining(sign)))


def name_words(name: str) -> frozenset[str]:
    """Split the name of a column, `workerId` too; an ending such as `nr` in `Klusnr` becomes its own word."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    found: set[str] = set()
    for word in (*words_of(name), *words_of(apart)):
        ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) > len(end) + 2), "")
        found |= {word, word.removesuffix(ending), ending}
    return frozenset(found - {""})
