"""How an organisation looks: pictures are drawn anew, colours are readable, pages and wallets are told."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile, PngImagePlugin

from issuer.branding import brands, logo
from issuer.errors import ColourError, LogoError
from issuer.service import Service
from issuer.tables import Offer, Organisation
from templates.colours import READABLE, contrast, scheme
from tests.issuer.acting import SLUG, add_organisation

ACCENT, TEXT = "#003366", "#ffffff"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def picture(kind: str, size: tuple[int, int] = (40, 20), **written: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "#c03020").save(out, kind, **written)
    return out.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A PNG that says how large it is and has next to nothing to show for it."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(64))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


def text_bomb() -> bytes:
    """A PNG with a compressed remark of 100 MB."""
    remark = PngImagePlugin.PngInfo()
    remark.add_text("Comment", "x" * 100_000_000, zip=True)
    return picture("PNG", pnginfo=remark)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("size", [(40, 20), (4096, 1), (1000, 2000)])
def test_a_picture_becomes_a_small_png(kind: str, size: tuple[int, int]) -> None:
    drawn = Image.open(BytesIO(logo.reencode(picture(kind, size))))
    assert drawn.format == "PNG"
    assert max(drawn.size) == min(max(size), logo.SERVED_SIDE)


def test_nothing_but_pixels_survives_and_they_stand_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at home by Fatima"
    drawn = logo.reencode(picture("JPEG", exif=exif, icc_profile=b"profile of Fatima", comment=b"Fatima"))
    assert b"Fatima" not in drawn
    assert not Image.open(BytesIO(drawn)).getexif()
    assert Image.open(BytesIO(drawn)).size == (20, 40)
    remark = PngImagePlugin.PngInfo()
    remark.add_text("Comment", "Fatima")
    assert b"Fatima" not in logo.reencode(picture("PNG", pnginfo=remark))


@pytest.mark.parametrize("lenient", [False, True])  # importing WeasyPrint makes Pillow lenient everywhere
@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "empty"),
        (SVG, "svg"),
        (SVG.decode().encode("utf-16"), "svg"),
        (b"<!-- -->" + SVG, "svg"),
        (b"GIF89a" + bytes(40), "format"),
        (picture("GIF"), "format"),
        (picture("TIFF"), "format"),
        (picture("PDF"), "format"),
        (b"%PDF-1.7", "format"),
        (picture("PNG") + bytes(logo.LARGEST_BYTES), "large-file"),
        (png_claiming(4097, 10), "dimensions"),
        (png_claiming(60_000, 60_000), "dimensions"),
        (png_claiming(2**31 - 1, 2**31 - 1), "dimensions"),
        (png_claiming(100, 100), "broken"),
        (picture("JPEG", (400, 400))[:700], "broken"),
        (text_bomb(), "broken"),
    ],
)
def test_what_is_no_logo_is_refused_by_name(
    data: bytes, fault: str, lenient: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    with pytest.raises(LogoError) as refused:
        logo.reencode(data)
    assert refused.value.fault == fault
    assert ImageFile.LOAD_TRUNCATED_IMAGES is lenient


@given(COLOURS, COLOURS)
def test_colours_are_taken_exactly_when_everyone_can_read_them(accent: str, text: str) -> None:
    surfaces = [scheme("light")[name] for name in brands.TEXT_SURFACES]
    readable = all(contrast(accent, other) >= READABLE for other in (text, *surfaces))
    try:
        brands.check_colours(accent, text)
    except ColourError as error:
        assert not readable
        assert error.ratio is not None
        assert f"{error.ratio:.2f}" in str(error)
    else:
        assert readable


@pytest.mark.parametrize(
    ("accent", "text", "fault"),
    [
        ("#777777", "#ffffff", "together"),
        ("#ffcc00", "#000000", "surface"),
        ("#003366", "", "missing"),
        ("", "#ffffff", "missing"),
        ("blue", "#ffffff", "notation"),
        ("#036", "#ffffff", "notation"),
        ("#003366;}body{display:none", "#ffffff", "notation"),
        ("#003366\n", "#ffffff", "notation"),
    ],
)
def test_colours_are_refused_by_name(accent: str, text: str, fault: str) -> None:
    with pytest.raises(ColourError) as refused:
        brands.check_colours(accent, text)
    assert refused.value.fault == fault


def dress(service: Service, organisation: Organisation) -> None:
    with service.database.writing() as session:
        brands.set_colours(session, organisation, accent=ACCENT.upper(), text=f" {TEXT} ")
        brands.set_logo(session, organisation, picture("JPEG"))


def test_a_logo_is_served_for_good_under_its_version(
    client: TestClient, service: Service, organisation: Organisation
) -> None:
    assert client.get(f"/org/{SLUG}/logo.png").status_code == 404
    dress(service, organisation)
    with service.database.reading() as session:
        shown = brands.brand_of(session, organisation)
    assert shown.logo is not None
    answer = client.get(shown.logo)
    assert answer.content.startswith(b"\x89PNG")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    for other in ("", "?v=0000000000000000"):
        assert "immutable" not in client.get(f"/org/{SLUG}/logo.png{other}").headers["cache-control"]
    with service.database.writing() as session:
        brands.set_logo(session, organisation, picture("PNG", (8, 8)))
        assert brands.brand_of(session, organisation).logo != shown.logo
        brands.drop_logo(session, organisation)
    assert client.get(shown.logo).status_code == 404


def test_a_style_sheet_holds_two_colours_and_nothing_else(
    client: TestClient, service: Service, organisation: Organisation
) -> None:
    assert client.get(f"/org/{SLUG}/brand.css").status_code == 404
    dress(service, organisation)
    answer = client.get(f"/org/{SLUG}/brand.css?v=003366ffffff")
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert "immutable" not in client.get(f"/org/{SLUG}/brand.css").headers["cache-control"]
    assert ACCENT in answer.text
    assert TEXT in answer.text


def test_wallets_are_told_in_every_language(
    client: TestClient, service: Service, organisation: Organisation
) -> None:
    other = add_organisation(service, "ander")
    dress(service, organisation)
    well_known = "/.well-known/openid-credential-issuer/org"
    told = client.get(f"{well_known}/{SLUG}").json()
    words = {"nl": "Logo van Vakhulp U.A.", "en": "Logo of Vakhulp U.A."}
    for display in told["display"]:
        assert display["logo"]["uri"].startswith(f"{service.settings.base_url}/org/{SLUG}/logo.png?v=")
        assert display["logo"]["alt_text"] == words[display["locale"]]
        assert client.get(display["logo"]["uri"]).status_code == 200
    for configuration in told["credential_configurations_supported"].values():
        for display in configuration["credential_metadata"]["display"]:
            assert (display["background_color"], display["text_color"]) == (ACCENT, TEXT)
            assert display["logo"]["alt_text"] == words[display["locale"]]
    plain = client.get(f"{well_known}/{other.slug}").text
    assert "logo" not in plain
    assert "background_color" not in plain


def test_the_claim_page_shows_who_it_is(
    client: TestClient, service: Service, organisation: Organisation, offer: Offer
) -> None:
    plain = client.get(f"/claim/{offer.id}").text
    assert "masthead" not in plain
    assert "brand.css" not in plain
    dress(service, organisation)
    page = client.get(f"/claim/{offer.id}").text
    assert f"/org/{SLUG}/logo.png?v=" in page
    assert 'alt="Logo van Vakhulp U.A."' in page
    assert f'<link rel="stylesheet" href="/org/{SLUG}/brand.css?v=003366ffffff">' in page
    assert "style=" not in page
    assert "Logo of Vakhulp U.A." in client.get(f"/claim/{offer.id}?lang=en").text
