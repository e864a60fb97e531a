"""The languages of the pages, and the translations of their sentences.

The Dutch sentence itself is the message id, so Dutch needs no file. Every other language has one
`.po` file per area (`base`, `cv`, `issuer`, `wallet`, `verifier`) in `locale/<language>/`, read as it
stands: there is no compile step to forget.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LANGUAGES: Final[Mapping[str, str]] = {"nl": "Nederlands", "en": "English"}
"""Each language under its own name."""

LOCALES: Final = tuple(LANGUAGES)
SOURCE_LOCALE: Final = "nl"
LOCALE_DIRECTORY: Final = Path(__file__).parent / "locale"

_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "ur", "yi"})


@cache
def translations(locale: str) -> NullTranslations:
    """Read all areas of one language; an unknown language is a programming error."""
    if locale not in LANGUAGES:
        raise ValueError(f"no such locale: {locale}")
    merged = NullTranslations()
    if locale != SOURCE_LOCALE:
        for area in sorted((LOCALE_DIRECTORY / locale).glob("*.po")):
            area_translations = _read(area, locale)
            area_translations.add_fallback(merged)
            merged = area_translations
    return merged


def text_direction(language: str) -> str:
    """Say `rtl` or `ltr` for a BCP 47 language tag."""
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


def script_direction(text: str) -> str:
    """Say `rtl` or `ltr` for a text by the first letter that has a direction, as HTML's `dir=auto` does."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def choose_locale(query: str | None, cookie: str | None, accept_language: str | None) -> str:
    """Decide in which language to answer: what was just asked, what was kept, what the browser prefers."""
    for wish in (query, cookie, *_accepted(accept_language or "")):
        if wish is not None and wish in LANGUAGES:
            return wish
    return SOURCE_LOCALE


def _accepted(header: str) -> list[str]:
    """List the languages of an Accept-Language header, most wanted first.

    Source: RFC 9110, "Accept-Language".
    """
    weighed: list[tuple[float, str]] = []
    for part in header[:1000].split(","):
        tag, _, parameter = part.partition(";")
        name, _, value = parameter.strip().partition("=")
        try:
            weight = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            continue
        if weight > 0:
            weighed.append((weight, tag.strip().partition("-")[0].lower()))
    return [language for _, language in sorted(weighed, key=lambda item: -item[0])]


def _read(path: Path, locale: str) -> Translations:
    """Turn one `.po` file into translations, through the binary form that gettext reads."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=locale, abort_invalid=True)
    binary = io.BytesIO()
    write_mo(binary, catalogue)
    binary.seek(0)
    return Translations(binary)
