"""Child program: finds the QR codes in a photo or a scan.

Run as `python -I image_child.py MEMORY_BYTES CPU_SECONDS`, the image on standard input. Imports
nothing of ours. Answers `{"refused": reason}` or `{"texts": [text, …]}`.

A code that a phone cannot focus on fails in several ways, so the same picture is offered again:
as it is, slightly blurred (print dots and sharpening halos), larger (small modules), with even
contrast, turned. The first view that reads every code it sees ends the search.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PIL.Image import Image

_PIXELS_LIMIT: Final = 64_000_000
_WORKING_PIXELS: Final = 12_000_000
_ENLARGED_PIXELS: Final = 36_000_000
_CODES_LIMIT: Final = 16
_SEARCH_SECONDS: Final = 3.5
_ORIENTATION_TAG: Final = 0x0112
_FORMATS: Final = ("PNG", "JPEG", "WEBP")


class RefusedError(Exception):
    """The image is put aside; the only argument is the reason."""


def main() -> None:
    """Set the limits, read, answer."""
    memory_bytes, cpu_seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    answer: dict[str, Any]
    try:
        answer = {"texts": read_codes(sys.stdin.buffer.read())}
    except RefusedError as refusal:
        answer = {"refused": str(refusal)}
    except MemoryError:
        answer = {"refused": "too-demanding"}
    sys.stdout.write(json.dumps(answer))


def read_codes(data: bytes) -> list[str]:
    """Return the text of every QR code, in the order in which they were found.

    Time is this process's own, so that a busy machine does not make it read less.
    """
    import zxingcpp

    picture = open_grey(data)
    deadline = time.process_time() + _SEARCH_SECONDS
    texts: dict[str, None] = {}
    for view in views(picture):
        found = zxingcpp.read_barcodes(view, formats=zxingcpp.BarcodeFormat.QRCode, return_errors=True)
        texts.update((code.text, None) for code in found[:_CODES_LIMIT] if code.valid)
        if texts and all(code.valid for code in found):
            break
        if time.process_time() > deadline:
            break
    if not texts:
        raise RefusedError("image-no-code")
    return list(texts)


def open_grey(data: bytes) -> Image:
    """Decode as grey, upright, at a size that the search can afford; the header is judged first."""
    from PIL import Image, ImageOps
    from PIL.JpegImagePlugin import JpegImageFile

    Image.MAX_IMAGE_PIXELS = _PIXELS_LIMIT // 2  # Pillow refuses at twice its own mark
    try:
        picture = Image.open(BytesIO(data), formats=_FORMATS)
        if isinstance(picture, JpegImageFile):
            shrink = max((picture.width * picture.height / _WORKING_PIXELS) ** 0.5, 1)
            picture.draft("L", (int(picture.width / shrink), int(picture.height / shrink)))
        orientation = picture.getexif().get(_ORIENTATION_TAG, 1)
        grey = _grey(picture)
        grey.getexif()[_ORIENTATION_TAG] = orientation
        upright = ImageOps.exif_transpose(grey)
    except MemoryError:
        raise
    except Image.DecompressionBombError as error:
        raise RefusedError("too-demanding") from error
    except Exception as error:  # a malformed image reaches any corner of the decoder
        raise RefusedError("image-broken") from error
    return _scaled_to(upright, _WORKING_PIXELS)


def _grey(picture: Image) -> Image:
    """Grey on white paper: a transparent background would turn black and hide the code."""
    from PIL import Image

    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("L")
    layered = picture.convert("LA")
    grey = Image.new("L", picture.size, 255)
    grey.paste(layered.getchannel("L"), mask=layered.getchannel("A"))
    return grey


def _scaled_to(picture: Image, pixels: int) -> Image:
    from PIL.Image import Resampling

    scale = (pixels / (picture.width * picture.height)) ** 0.5
    if scale >= 1:
        return picture
    return picture.resize((round(picture.width * scale), round(picture.height * scale)), Resampling.BOX)


def views(picture: Image) -> Iterator[Image]:
    """The same picture in the ways that were measured to help, the cheap ones first."""
    from PIL import ImageFilter, ImageOps
    from PIL.Image import Resampling

    soft = picture.filter(ImageFilter.GaussianBlur(1))
    yield picture
    yield soft
    even = ImageOps.autocontrast(soft, cutoff=2)
    yield even
    for factor in (2, 3):
        if picture.width * picture.height * factor * factor <= _ENLARGED_PIXELS:
            size = (picture.width * factor, picture.height * factor)
            yield picture.resize(size, Resampling.BICUBIC)
            yield soft.resize(size, Resampling.BICUBIC)
    yield picture.reduce(2)
    for degrees in (7, -7, 20, -20, 45):
        yield even.rotate(degrees, Resampling.BICUBIC, expand=True, fillcolor=255)


if __name__ == "__main__":
    main()
