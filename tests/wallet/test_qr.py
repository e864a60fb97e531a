"""QR codes hold their text in explicit segments and are read back from drawing and picture."""

from __future__ import annotations

import io
import re

import pytest
import weasyprint
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from wallet import qr

ADDRESS = "https://controleer.kluscv.example/v#"


def read(picture: bytes) -> str:
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    return code.text


def modules(drawing: str) -> int:
    return int(re.search(r'viewBox="0 0 (\d+)', drawing)[1])  # type: ignore[index]


@settings(max_examples=25, deadline=None)
@given(st.text("0123456789", max_size=1200))
def test_a_picture_reads_back_as_its_text(digits: str) -> None:
    assert read(qr.png(ADDRESS + digits, 3)) == ADDRESS + digits


def test_leading_zeros_of_the_digits_stay() -> None:
    assert read(qr.png(ADDRESS + "000123", 3)) == ADDRESS + "000123"


def test_text_beyond_latin_and_without_digits_reads_back() -> None:
    assert read(qr.png("https://kluscv.example/ontvangen?naam=Żółć", 3)) == (
        "https://kluscv.example/ontvangen?naam=Żółć"
    )


def test_digits_take_numeric_mode() -> None:
    # Version 21 at level M holds 5,024 bits of data and counts: 1,480 digits fit beside the address.
    side = modules(qr.svg(ADDRESS + "7" * 1480)) - 2 * qr.QUIET_ZONE_MODULES
    assert (side - 17) // 4 <= 21


def test_a_drawing_is_sized_for_paper_with_its_quiet_zone() -> None:
    drawing = qr.svg(ADDRESS + "7" * 500)
    width = float(re.search(r'width="([\d.]+)mm"', drawing)[1])  # type: ignore[index]
    assert width / modules(drawing) >= 0.45
    dark = [tuple(map(int, run)) for run in re.findall(r"M(\d+) (\d+)h(\d+)v1h", drawing)]
    assert min(x for x, _, _ in dark) == min(y for _, y, _ in dark) == qr.QUIET_ZONE_MODULES


def test_a_drawing_holds_the_same_modules_as_the_picture() -> None:
    text = ADDRESS + "31415926535897932384626433832795"
    drawing, picture = qr.svg(text), Image.open(io.BytesIO(qr.png(text, 1)))
    drawn = {
        (x + step, y)
        for x, y, length in (map(int, run) for run in re.findall(r"M(\d+) (\d+)h(\d+)v1h", drawing))
        for step in range(length)
    }
    side = modules(drawing)
    assert drawn == {(x, y) for x in range(side) for y in range(side) if not picture.getpixel((x, y))}


@pytest.mark.parametrize("style", ["style=", "<style", "<script"])
def test_a_drawing_carries_nothing_inline(style: str) -> None:
    assert style not in qr.svg(ADDRESS)


def test_a_drawing_is_one_small_path() -> None:
    drawing = qr.svg(ADDRESS + "7" * 1400)
    assert len(drawing) < 120_000
    assert len(PdfReader(io.BytesIO(weasyprint.HTML(string=drawing).write_pdf())).pages) >= 1
