"""Child program: takes one PDF apart under limits that the operating system enforces.

Run as `python -I pdf_child.py MEMORY_BYTES CPU_SECONDS`, the PDF on standard input. Imports nothing
of ours, so that the isolated interpreter needs no path. Answers one JSON object:

    {"refused": reason}                                    the reasons of `IntakeReason`
    {"attachment": base64, "pages": [text, …], "integrity": "intact" | "altered" | "uncertified"}
    {"images": [base64, …]}                                no attachment: a scanner's page images
"""

from __future__ import annotations

import base64
import json
import logging
import resource
import sys
from io import BytesIO
from typing import Any, Final

ATTACHMENT_NAME: Final = "kluscv.presentation.json"
_ATTACHMENT_LIMIT_BYTES: Final = 2_000_000
_TEXT_LIMIT_CHARACTERS: Final = 400_000
_PAGES_LIMIT: Final = 20
_STREAM_LIMIT_BYTES: Final = 16_000_000
_WORK_LIMIT_BYTES: Final = 64_000_000
_SCANNED_PAGES_LIMIT: Final = 2
_IMAGE_LIMIT_BYTES: Final = 20_000_000


class RefusedError(Exception):
    """The file is put aside; the only argument is the reason."""


def main() -> None:
    """Set the limits, read, answer."""
    limit_resources(memory_bytes=int(sys.argv[1]), cpu_seconds=int(sys.argv[2]))
    logging.disable(logging.CRITICAL)
    try:
        answer = take_apart(sys.stdin.buffer.read())
    except RefusedError as refusal:
        answer = {"refused": str(refusal)}
    except (MemoryError, RecursionError):
        answer = {"refused": "too-demanding"}
    sys.stdout.write(json.dumps(answer))


def limit_resources(*, memory_bytes: int, cpu_seconds: int) -> None:
    """Bound this process for good: memory, processor time, no core dump, no file to write."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def take_apart(data: bytes) -> dict[str, Any]:
    """Find the attachment, the text of every page, and whether the file is as it was certified."""
    from pypdf import PdfReader, apply_configuration
    from pypdf.errors import LimitReachedError

    if b"%%EOF" not in data:
        raise RefusedError("pdf-truncated")
    try:
        with apply_configuration(**_pypdf_limits()):
            return _contents(PdfReader(BytesIO(data)), data)
    except LimitReachedError as error:
        raise RefusedError("too-demanding") from error
    except (RefusedError, MemoryError, RecursionError):
        raise
    except Exception as error:  # a malformed file reaches any corner of the parser
        raise RefusedError("pdf-broken") from error


def _pypdf_limits() -> dict[str, Any]:
    """Our pages hold fonts, text and one attachment: far below what pypdf allows by default."""
    outputs = ("array_based_stream", "jbig2", "lzw", "run_length", "zlib", "brotli")
    return {
        **{f"{name}_maximum_output_length": _STREAM_LIMIT_BYTES for name in outputs},
        "maximum_declared_stream_length": _IMAGE_LIMIT_BYTES,
        "stream_decoding_work_maximum_length": _WORK_LIMIT_BYTES,
        "stream_parsing_work_maximum_count": 500_000,
        "stream_filters_maximum_length": 4,
        "page_tree_maximum_entries": 1_000,
        "page_tree_maximum_page_entries": 20_000,
        "xform_maximum_invocations_per_extraction": 200,
        "jbig2dec_binary": None,
    }


def _contents(reader: Any, data: bytes) -> dict[str, Any]:
    if reader.is_encrypted:
        raise RefusedError("pdf-encrypted")
    signed_end = _signed_end(reader)
    begun = data.rpartition(b"%%EOF")[2].strip()
    if begun and (signed_end is None or signed_end > len(data)):
        raise RefusedError("pdf-truncated")  # an update was begun here, and its end is missing
    attachments = list(reader.attachment_list)
    if not attachments:
        return {"images": _scanned_pages(reader)}
    if len(attachments) > 1 or attachments[0].name != ATTACHMENT_NAME:
        raise RefusedError("pdf-several-attachments")
    content = attachments[0].content
    if len(content) > _ATTACHMENT_LIMIT_BYTES:
        raise RefusedError("too-demanding")
    return {
        "attachment": base64.b64encode(content).decode("ascii"),
        "pages": _page_texts(reader),
        "integrity": "uncertified" if signed_end is None else _integrity(data),
    }


def _signed_end(reader: Any) -> int | None:
    """Where the bytes end that the certification covers; None when nothing is certified or signed."""
    fields = _get(_get(reader.trailer, "/Root"), "/AcroForm")
    signatures = [_get(_get(_get(reader.trailer, "/Root"), "/Perms"), "/DocMDP")]
    signatures += [_get(field, "/V") for field in (_get(fields, "/Fields") or [])[:100]]
    ends = [0]
    found = False
    for signature in signatures:
        byte_range = _get(signature, "/ByteRange")
        if byte_range is not None or _get(signature, "/Contents") is not None:
            found = True
        if byte_range is not None and len(byte_range) == 4:
            ends.append(int(byte_range[2]) + int(byte_range[3]))
    return max(ends) if found else None


def _get(container: Any, key: str) -> Any:
    """One entry of a dictionary that may be a reference, or absent, or no dictionary at all."""
    container = container.get_object() if hasattr(container, "get_object") else container
    value: Any = container.get(key) if isinstance(container, dict) else None
    return value.get_object() if hasattr(value, "get_object") else value


def _page_texts(reader: Any) -> list[str]:
    if len(reader.pages) > _PAGES_LIMIT:
        raise RefusedError("too-demanding")
    texts = [page.extract_text() for page in reader.pages]
    if sum(len(text) for text in texts) > _TEXT_LIMIT_CHARACTERS:
        raise RefusedError("too-demanding")
    return texts


def _integrity(data: bytes) -> str:
    """`intact` when one certification without permitted changes covers the whole file.

    pyHanko's own conclusion stays good when junk is appended, so the byte range is measured here.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.fields import MDPPerm
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    try:
        reader = PdfFileReader(BytesIO(data), strict=True)
        signatures = reader.embedded_signatures
        if len(signatures) != 1 or not _covers_all(data, list(signatures[0].byte_range)):
            return "altered"
        # The certificate says integrity and nothing more: nobody vouches for it, so no roots.
        status = validate_pdf_signature(
            signatures[0], signer_validation_context=ValidationContext(trust_roots=[], allow_fetching=False)
        )
    except (MemoryError, RecursionError):
        raise
    except Exception:  # a certified file that no longer parses was altered
        return "altered"
    certified = signatures[0].docmdp_level is MDPPerm.NO_CHANGES
    covered = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    return "intact" if status.intact and status.valid and covered and certified else "altered"


def _covers_all(data: bytes, byte_range: list[int]) -> bool:
    """Only the signature itself, `<hex digits>`, may lie outside the signed bytes."""
    start, length, resume, rest = byte_range
    hole = data[length:resume]
    return start == 0 and resume + rest == len(data) and hole[:1] == b"<" and hole[-1:] == b">"


def _scanned_pages(reader: Any) -> list[str]:
    """The largest image of the first pages, as the scanner stored it."""
    found = []
    for page in reader.pages[:_SCANNED_PAGES_LIMIT]:
        images = sorted((image.data for image in page.images[:8]), key=len)
        found += [base64.b64encode(images[-1]).decode("ascii")] if images else []
    if not found or sum(map(len, found)) > 2 * _IMAGE_LIMIT_BYTES:
        raise RefusedError("pdf-no-attachment")
    return found


if __name__ == "__main__":
    main()
