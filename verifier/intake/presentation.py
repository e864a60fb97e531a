"""Recognises what was handed in by its first bytes and takes the presentation out of it."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from standard.compact import missing_codes
from standard.errors import CompactError
from verifier.intake.child import DEFAULT_LIMITS, ChildLimits, ChildPool, ask_child
from verifier.intake.errors import IntakeError, IntakeReason
from verifier.intake.limits import TEXT_LIMIT_BYTES, UPLOAD_LIMIT_BYTES

_PDF_CHILD: Final = Path(__file__).with_name("pdf_child.py")
_IMAGE_CHILD: Final = Path(__file__).with_name("image_child.py")
_PDF_HEADER_WITHIN: Final = 1024
_CODE: Final = re.compile(r"[^\s#]+#[1-9]\d{19,}", re.ASCII)


class Kind(StrEnum):
    """What the reader handed in."""

    PDF = "pdf"
    SCANNED_PDF = "scanned-pdf"
    IMAGE = "image"
    JSON = "json"
    TEXT = "text"


ON_PAPER: Final = frozenset({Kind.SCANNED_PDF, Kind.IMAGE})
"""Kinds of which only the code is read: what else stands on the paper, the reader compares."""


class Integrity(StrEnum):
    """Whether a PDF is still as the wallet certified it."""

    INTACT = "intact"
    ALTERED = "altered"
    UNCERTIFIED = "uncertified"


@dataclass(frozen=True, slots=True)
class Intake:
    """What `standard.verification.verify` needs, and what only the paper or the PDF can tell.

    `document` is JSON bytes or text. `pages` is the text layer of each page, None where there is no
    text to compare; `integrity` is None for everything but a PDF with its attachment.
    """

    kind: Kind
    document: bytes | str
    pages: tuple[str, ...] | None = None
    integrity: Integrity | None = None


def presentation_from(
    data: bytes,
    *,
    pool: ChildPool,
    limits: ChildLimits = DEFAULT_LIMITS,
    limit_bytes: int = UPLOAD_LIMIT_BYTES,
) -> Intake:
    """Take the presentation out of an upload.

    Raises:
        IntakeError: it cannot be read within the limits; `.reason` says why.
        BusyError: no child process was free in time.
    """
    if len(data) > limit_bytes:
        raise IntakeError(IntakeReason.TOO_LARGE)
    if not data.strip():
        raise IntakeError(IntakeReason.EMPTY)
    if b"%PDF-" in data[:_PDF_HEADER_WITHIN]:
        return _from_pdf(data, pool, limits)
    if _is_image(data):
        return Intake(Kind.IMAGE, _codes((data,), pool, limits))
    return _from_text(data)


def _from_pdf(data: bytes, pool: ChildPool, limits: ChildLimits) -> Intake:
    with pool.place():
        answer = ask_child(_PDF_CHILD, data, limits=limits)
    if "images" in answer:
        scans = tuple(base64.b64decode(image) for image in answer["images"])
        return Intake(Kind.SCANNED_PDF, _codes(scans, pool, limits))
    return Intake(
        Kind.PDF,
        base64.b64decode(answer["attachment"]),
        pages=tuple(answer["pages"]),
        integrity=Integrity(answer["integrity"]),
    )


def _is_image(data: bytes) -> bool:
    riff_webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or riff_webp


def _codes(images: tuple[bytes, ...], pool: ChildPool, limits: ChildLimits) -> str:
    """The text of every KlusCV code, one a line; other codes on the paper are left alone."""
    texts: list[str] = []
    for image in images:
        with pool.place():
            texts += ask_child(_IMAGE_CHILD, image, limits=limits)["texts"]
    ours = [text for text in texts if _CODE.fullmatch(text)]
    if not ours:
        raise IntakeError(IntakeReason.IMAGE_OTHER_CODE)
    _expect_all(ours)
    return "\n".join(ours)


def _expect_all(codes: list[str]) -> None:
    """Half of a KlusCV is no forgery: ask for the other codes before anything is judged."""
    try:
        missing = missing_codes(codes)
    except CompactError:
        return  # the verification says what is wrong with them
    if missing:
        raise IntakeError(IntakeReason.CODES_MISSING)


def _from_text(data: bytes) -> Intake:
    if len(data) > TEXT_LIMIT_BYTES:
        raise IntakeError(IntakeReason.TOO_LARGE)
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise IntakeError(IntakeReason.UNKNOWN_KIND) from error
    if text.startswith("{"):
        return Intake(Kind.JSON, text.encode("utf-8"))
    # A printable single token or one link a line: prose or a binary that happens to decode is neither.
    if not text.isprintable() and not all(line.isprintable() for line in text.splitlines()):
        raise IntakeError(IntakeReason.UNKNOWN_KIND)
    if all(map(_CODE.fullmatch, text.split())):
        _expect_all(text.split())
    return Intake(Kind.TEXT, text)
