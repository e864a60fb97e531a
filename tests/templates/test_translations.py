"""Every sentence of every page exists in every language that ships."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract, extract_from_dir
from babel.messages.pofile import read_po

import templates
from templates.locales import LANGUAGES, LOCALE_DIRECTORY, SOURCE_LOCALE, choose_locale, translations

TEMPLATES = Path(templates.__file__).parent
TRANSLATED = [locale for locale in LANGUAGES if locale != SOURCE_LOCALE]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "ugettext": None,
    "ungettext": (1, 2),
}
MsgId = str | tuple[str, ...]


def sentences() -> Iterator[tuple[str, MsgId, str | None]]:
    methods = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
    jinja = {"encoding": "utf-8", "trim_blocks": "true", "lstrip_blocks": "true"}
    options = {"**.html": jinja, "**.txt": jinja}
    for name, line, message, _, context in extract_from_dir(
        TEMPLATES, methods, options, keywords=KEYWORDS, comment_tags=()
    ):
        yield f"{name}:{line}", message, context


def translated(locale: str) -> dict[tuple[MsgId, str | None], list[tuple[str, MsgId]]]:
    found: dict[tuple[MsgId, str | None], list[tuple[str, MsgId]]] = {}
    for path in sorted((LOCALE_DIRECTORY / locale).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=locale, abort_invalid=True):
                if message.id and not message.fuzzy:
                    found.setdefault((message.id, message.context), []).append((path.name, message.string))
    return found


def places(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]", text))


def forms(message: MsgId) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


def test_the_extraction_finds_sentences_of_pages_and_of_code() -> None:
    origins = {origin.rpartition(":")[0].rpartition(".")[2] for origin, _, _ in sentences()}
    assert origins == {"html", "py", "txt"}


@pytest.mark.parametrize("locale", TRANSLATED)
def test_no_sentence_lacks_a_translation(locale: str) -> None:
    known = translated(locale)
    missing = [
        f"#: {origin}\nmsgid {message!r}"
        for origin, message, context in sentences()
        if not any(all(forms(text)) for _, text in known.get((message, context), []))
    ]
    assert not missing, f"missing in locale/{locale}:\n" + "\n".join(missing)


@pytest.mark.parametrize("locale", TRANSLATED)
def test_no_translation_outlives_its_sentence(locale: str) -> None:
    used = {(message, context) for _, message, context in sentences()}
    assert set(translated(locale)) - used == set()


@pytest.mark.parametrize("locale", TRANSLATED)
def test_a_translation_fills_in_the_same_places_as_its_sentence(locale: str) -> None:
    for (message, _), entries in translated(locale).items():
        wanted = set().union(*(places(form) for form in forms(message)))
        for _, text in entries:
            assert set().union(*(places(form) for form in forms(text))) == wanted, message


@pytest.mark.parametrize("locale", TRANSLATED)
def test_areas_agree_where_they_share_a_sentence(locale: str) -> None:
    for (message, _), entries in translated(locale).items():
        assert len({text for _, text in entries}) == 1, message


def test_dutch_speaks_its_own_sentences() -> None:
    assert translations("nl").ugettext("Taal") == "Taal"
    assert translations("en").ugettext("Taal") == "Language"


def test_a_plural_keeps_its_two_forms() -> None:
    english = translations("en")
    assert english.ungettext("%(hours)s uur", "%(hours)s uur", 1) == "%(hours)s hour"
    assert english.ungettext("%(hours)s uur", "%(hours)s uur", 2) == "%(hours)s hours"


@pytest.mark.parametrize(
    ("query", "cookie", "header", "expected"),
    [
        ("en", "nl", "nl", "en"),
        (None, "en", "nl", "en"),
        ("xx", None, "en-GB,nl;q=0.8", "en"),
        (None, None, "de, en;q=0.2, nl;q=0.9", "nl"),
        (None, None, "en;q=0, nl;q=0.1", "nl"),
        (None, None, "en;q=high", "nl"),
        (None, None, None, "nl"),
    ],
)
def test_the_language_asked_for_wins_over_the_one_kept_and_the_browsers(
    query: str | None, cookie: str | None, header: str | None, expected: str
) -> None:
    assert choose_locale(query, cookie, header) == expected


def test_extraction_reads_plurals_of_a_page() -> None:
    page = b"{{ ngettext('%(num)s klus', '%(num)s klussen', n) }}"
    assert [found[1] for found in extract("jinja2", io.BytesIO(page), KEYWORDS)] == [
        ("%(num)s klus", "%(num)s klussen")
    ]
