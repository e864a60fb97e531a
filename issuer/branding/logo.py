"""A logo: an untrusted picture goes in, a small PNG of nothing but pixels comes out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import Lock
from typing import Final

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from issuer.errors import LogoError

LARGEST_BYTES: Final = 1 << 20
LARGEST_SIDE: Final = 4096
"""In pixels; at most 64 MB when it is decoded."""
SERVED_SIDE: Final = 512

_FORMATS: Final = ("PNG", "JPEG", "WEBP")
_SVG_LOOKED_AT_BYTES: Final = 4096
_LENIENCE = Lock()


def reencode(data: bytes) -> bytes:
    """Draw a PNG, JPEG or WebP anew as PNG, upright, of at most 512 by 512, without anything beside it.

    The header is judged before a pixel is decoded.

    Raises:
        LogoError: `empty`, `large-file`, `svg`, `format`, `dimensions` or `broken`.
    """
    if not data:
        raise LogoError("empty")
    if len(data) > LARGEST_BYTES:
        raise LogoError("large-file")
    with _strict_decoding():
        return _png(_decode(data))


@contextmanager
def _strict_decoding() -> Iterator[None]:
    """Have Pillow refuse what is cut off or swollen; WeasyPrint loosens that for the whole process."""
    with _LENIENCE:
        lenient = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def _decode(data: bytes) -> Image.Image:
    try:
        picture = Image.open(BytesIO(data), formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise LogoError("svg" if _is_svg(data) else "format") from error
    except Image.DecompressionBombError as error:
        raise LogoError("dimensions") from error
    except Exception as error:  # a malformed header reaches any corner of the decoder
        raise LogoError("broken") from error
    if max(picture.size) > LARGEST_SIDE:
        raise LogoError("dimensions")
    try:
        return ImageOps.exif_transpose(picture).convert("RGBA")
    except MemoryError:
        raise
    except Exception as error:  # and so do malformed pixels
        raise LogoError("broken") from error


def _png(picture: Image.Image) -> bytes:
    picture.thumbnail((SERVED_SIDE, SERVED_SIDE))
    picture.info.clear()
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _is_svg(data: bytes) -> bool:
    start = data[:_SVG_LOOKED_AT_BYTES].replace(b"\0", b"").lower()
    return b"<svg" in start
