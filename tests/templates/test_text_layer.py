"""The printed page says what was signed, and any change to it is found."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import weasyprint
from pypdf import PdfReader

from standard.model import DisclosedPresentation, OwnWords
from templates.cv.model import CvPage
from templates.cv.page import page
from templates.cv.render import PAPER_STYLE, html
from templates.cv.text_layer import compare
from templates.cv.visible import Role, visible_text
from tests import cv_samples as samples

CODE = '<svg width="46mm" height="46mm" viewBox="0 0 2 2"><path d="M0 0h1v1z"/></svg>'


def cv_page(
    presentation: DisclosedPresentation, locale: str = "nl", *, demonstration: bool = False
) -> CvPage:
    return page(
        presentation,
        locale=locale,
        made_on=samples.MADE_ON,
        checker_host=samples.HOST,
        demonstration=demonstration,
    )


def printed(source: str) -> list[str]:
    pdf = weasyprint.HTML(string=source).write_pdf(stylesheets=[weasyprint.CSS(PAPER_STYLE)])
    return [sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize("locale", ["nl", "en"])
@pytest.mark.parametrize("name", [*samples.NAMES.values(), None], ids=[*samples.NAMES, "nameless"])
def test_a_printed_page_says_what_was_signed(name: str | None, locale: str) -> None:
    drawn = cv_page(samples.typical(name, own=samples.OWN_ARABIC, language=locale), locale)
    assert compare(printed(html(drawn, [CODE])), drawn) == ()


@pytest.mark.parametrize("locale", ["nl", "en"])
def test_a_page_with_disputes_and_replies_reads_back_and_guards_them(locale: str) -> None:
    drawn = cv_page(samples.disputed("Fatima el Amrani", language=locale), locale)
    source = html(drawn, [CODE])
    assert compare(printed(source), drawn) == ()
    mark = next(row.dispute for row in drawn.rows if row.dispute)
    for word in ("Ik was toen ziek.", drawn.row_replies[0].heading, mark):
        assert compare(printed(source.replace(word, "", 1)), drawn) != ()


@pytest.mark.parametrize(
    "words",
    [
        "שרה כהן 12",
        "Ali علي 123 Smith",
        "محمد 06 1234 5678 test@x.nl, (a/b) 3,5%",
        "اردو میں لکھا ہوا، ٪۱۲۳",
        "Ελένη Παπαδοπούλου",
        "Иван Йович",
        "Đặng Thị Hường Å̊ngström",
        "O’Brien–Jansen … “q” ½ №5 ² 5×3 ->=>",
        "A\u200bB\u00adC fi fl ffi",
        "x" * 90,
    ],
)
@pytest.mark.parametrize("language", ["nl", "ar"])
def test_words_in_any_script_and_under_any_language_read_back(words: str, language: str) -> None:
    shown = replace(samples.typical(words), own_words=OwnWords(words, f"{words}\n{words} " * 3, language))
    drawn = cv_page(shown)
    assert compare(printed(html(drawn, [])), drawn) == ()


@pytest.mark.parametrize("codes", [0, 1, 2, 5])
@pytest.mark.parametrize("size", ["single", "paper", "typical", "forty"])
def test_every_size_and_any_number_of_codes_agree(size: str, codes: int) -> None:
    drawn = cv_page(getattr(samples, size)(samples.NAMES["long"]))
    assert compare(printed(html(drawn, [CODE] * codes)), drawn) == ()


def test_what_is_not_signed_may_differ() -> None:
    drawn = cv_page(samples.typical(samples.NAMES["plain"]))
    other = replace(drawn, checker_host="127.0.0.1:8103", demonstration=True)
    assert compare(printed(html(other, [CODE])), drawn) == ()


def test_a_day_that_was_not_signed_is_found() -> None:
    drawn = cv_page(samples.single("Bo Li"))
    other = replace(drawn, made_on="21 november 2026")
    assert compare(printed(html(other, [CODE])), drawn)


def mutations(source: str) -> Iterator[tuple[str, str]]:
    """Change one character of every stretch of visible text, once where it begins and once in a number."""
    body = source.index("<body>")
    for text in re.finditer(r">([^<]*[^<\s][^<]*)<", source[body:]):
        visible = text[1]
        places = [re.search(r"\w", visible), re.search(r"[0-9]", visible)]
        for place in {match.start(): match for match in places if match}.values():
            at = body + text.start(1) + place.start()
            new = "7" if source[at] in "0123456" else "3" if source[at].isdigit() else "x"
            if source[at] != new:
                yield visible.strip(), source[:at] + new + source[at + 1 :]


@pytest.mark.slow
def test_no_character_of_any_fact_can_be_changed_unseen() -> None:
    drawn = cv_page(samples.complete())
    source = html(drawn, [])
    unsigned = {line.text for line in visible_text(drawn) if line.role is Role.OPTIONAL}
    unseen = [
        visible
        for visible, changed in mutations(source)
        if visible not in samples.HOST
        and not any(visible in text for text in unsigned)
        and not compare(printed(changed), drawn)
    ]
    assert unseen == []


def pages(drawn: CvPage) -> list[str]:
    foot = next(line.text for line in visible_text(drawn) if line.role is Role.RUNNING)
    lines = [line.text for line in visible_text(drawn) if line.role in (Role.ONCE, Role.HEAD)]
    return ["\n".join((*lines, foot, "1 / 1"))]


def test_an_added_line_is_told_as_found() -> None:
    drawn = cv_page(samples.typical(samples.NAMES["plain"]))
    (text,) = pages(drawn)
    (found,) = compare([text.replace("Wat ik deed", "Vertrouw mij Wat ik deed")], drawn)
    assert (found.expected, found.found, found.page) == ("", "Vertrouw mij", 1)


def test_a_missing_row_is_told_as_expected() -> None:
    drawn = cv_page(samples.typical(samples.NAMES["plain"]))
    row = next(line.text for line in visible_text(drawn) if line.text.startswith("Orderverzamelaar"))
    (found,) = compare([pages(drawn)[0].replace(row + "\n", "")], drawn)
    assert (found.expected, found.found) == (row, "")


def test_a_changed_row_is_told_from_both_sides() -> None:
    drawn = cv_page(samples.typical(samples.NAMES["plain"]))
    (found,) = compare([pages(drawn)[0].replace("1.036", "9.036")], drawn)
    assert "1.036" in found.expected
    assert "9.036" in found.found


def test_spaces_soft_hyphens_ligatures_and_direction_marks_do_not_count() -> None:
    drawn = cv_page(samples.typical("Truffi Fluitsma"))
    (text,) = pages(drawn)
    twisted = text.replace("Truffi Fluitsma", "\u200fTru\ufb03\u00ad  Fluit sma").replace(
        "cijfers", "c\u0133fers"
    )
    assert compare([twisted], drawn) == ()


def test_a_page_without_its_foot_is_told() -> None:
    drawn = cv_page(samples.single("Bo Li"))
    (text,) = pages(drawn)
    assert [item.expected for item in compare([text.removesuffix("1 / 1")], drawn)] == ["1 / 1"]


def test_no_text_at_all_is_a_difference() -> None:
    drawn = cv_page(samples.single("Bo Li"))
    assert compare([""], drawn)
    assert compare([], drawn)


def test_a_flood_of_text_is_refused_at_once() -> None:
    drawn = cv_page(samples.single("Bo Li"))
    assert compare(["nep " * 100_000], drawn)
