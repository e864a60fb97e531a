"""Codes as cameras and scanners see them."""

from __future__ import annotations

import random
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image, ImageFilter, ImageOps

from verifier.intake import ChildPool, IntakeError, IntakeReason, Kind, presentation_from

Draw = Callable[[str, int], Image.Image]

LINK = "https://controleer.kluscv.nl/v#" + "".join(random.Random(7).choices("0123456789", k=1250))  # noqa: S311
OTHER_PART = "https://controleer.kluscv.nl/v#" + "".join(random.Random(8).choices("0123456789", k=900))  # noqa: S311


def encoded(picture: Image.Image, format: str = "PNG", **options: object) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, format, **options)
    return buffer.getvalue()


def read(data: bytes, pool: ChildPool) -> set[str]:
    intake = presentation_from(data, pool=pool)
    assert intake.kind is Kind.IMAGE
    assert isinstance(intake.document, str)
    return set(intake.document.splitlines())


def refusal(data: bytes, pool: ChildPool) -> IntakeReason:
    with pytest.raises(IntakeError) as caught:
        presentation_from(data, pool=pool)
    return caught.value.reason


@pytest.fixture(scope="module")
def sheet(qr_picture: Draw) -> Image.Image:
    """An A4 page at 200 dpi: 0.45 mm a module is 3.54 pixels, so modules fall between pixels."""
    code = qr_picture(LINK, 8)
    side = round(code.width / 8 * 0.45 / 25.4 * 200)
    page = Image.new("L", (1654, 2339), 255)
    page.paste(code.resize((side, side), Image.Resampling.BICUBIC), (1100, 140))
    return page


def photo(page: Image.Image, *, degrees: float, blur: float, quality: int, lean: int = 0) -> bytes:
    """A phone's photo of a page on a table: turned, out of focus, seen a little from the side."""
    table = ImageOps.expand(page, border=200, fill=120).rotate(
        degrees, Image.Resampling.BICUBIC, fillcolor=120
    )
    width, height = table.size
    corners = (lean, 0, 0, height, width, height - lean, width - lean, lean)
    table = table.transform(table.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)
    shaded = Image.blend(table, Image.linear_gradient("L").resize(table.size), 0.2)
    return encoded(shaded.filter(ImageFilter.GaussianBlur(blur)).convert("RGB"), "JPEG", quality=quality)


def test_a_page_at_200_dpi_is_read(sheet, pool):
    assert read(encoded(sheet), pool) == {LINK}


@pytest.mark.parametrize("degrees", [-8, -3, 2, 5, 12, 90, 180])
def test_a_photo_that_is_turned_is_read(sheet, pool, degrees):
    assert read(photo(sheet, degrees=degrees, blur=0.8, quality=80), pool) == {LINK}


@pytest.mark.parametrize(("blur", "quality", "lean"), [(1.0, 70, 0), (1.2, 80, 40), (0.8, 60, 60)])
def test_a_photo_that_is_soft_compressed_and_askew_is_read(sheet, pool, blur, quality, lean):
    assert read(photo(sheet, degrees=4, blur=blur, quality=quality, lean=lean), pool) == {LINK}


def test_the_orientation_that_the_camera_wrote_down_is_followed(sheet, pool):
    exif = Image.Exif()
    exif[0x0112] = 6
    assert read(encoded(sheet.rotate(90, expand=True), "JPEG", exif=exif, quality=85), pool) == {LINK}


def test_webp_and_transparent_png_are_read(qr_picture, pool):
    code = qr_picture(LINK, 4)
    assert read(encoded(code, "WEBP", quality=80), pool) == {LINK}
    clear = Image.merge("LA", (Image.new("L", code.size, 0), ImageOps.invert(code)))
    assert read(encoded(clear), pool) == {LINK}


def test_several_codes_on_one_page_are_read_together(qr_picture, pool):
    page = Image.new("L", (1654, 2339), 255)
    page.paste(qr_picture(LINK, 4), (100, 100))
    page.paste(qr_picture(OTHER_PART, 4), (900, 900))
    assert read(encoded(page), pool) == {LINK, OTHER_PART}


def test_a_foreign_code_beside_ours_is_left_alone(qr_picture, pool):
    page = Image.new("L", (1654, 2339), 255)
    page.paste(qr_picture(LINK, 4), (100, 100))
    page.paste(qr_picture("12345", 6), (1200, 1200))
    assert read(encoded(page), pool) == {LINK}


def test_a_picture_without_a_code_or_with_a_foreign_one_says_which(qr_picture, pool):
    assert refusal(encoded(Image.new("L", (800, 800), 255)), pool) is IntakeReason.IMAGE_NO_CODE
    assert refusal(encoded(qr_picture("12345", 6)), pool) is IntakeReason.IMAGE_OTHER_CODE


def test_a_damaged_picture_is_unreadable(sheet, pool):
    assert refusal(encoded(sheet)[:3000], pool) is IntakeReason.IMAGE_BROKEN
    assert refusal(b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, pool) is IntakeReason.IMAGE_BROKEN
    assert refusal(b"\xff\xd8\xff\xe0", pool) is IntakeReason.IMAGE_BROKEN


def test_a_picture_of_absurd_size_is_refused_by_its_header(pool):
    for side in (9_000, 14_000):
        assert refusal(encoded(Image.new("1", (side, side))), pool) is IntakeReason.TOO_DEMANDING


def test_the_largest_photo_that_is_allowed_fits_the_limits(sheet, pool):
    large = sheet.resize((6_600, 9_333)).convert("RGB")
    assert read(encoded(large, "JPEG", quality=70), pool) == {LINK}
