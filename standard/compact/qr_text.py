"""The texts of the QR codes: an address that opens the checker, and the payload as digits.

`https://<checker>/v#` stands in byte mode, the digits in numeric mode, where three digits take ten
bits. One code up to version 21 at error correction level M; what does not fit is spread over several
codes, each with a header of its own: a version byte, two bytes that name the payload, its place, and
how many there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from standard.errors import CompactError

CAPACITY_BITS: Final = 714 * 8
"""Data codewords of version 21 at level M (ISO/IEC 18004, "Number of symbol characters")."""

PART_VERSION: Final = 0x81
LIMIT_PARTS: Final = 40
LIMIT_DIGITS: Final = 4000

_HEADER_BYTES: Final = 5
_TEXT: Final = re.compile(r"(?:[^#]{0,300}#)?(?P<digits>[1-9][0-9]*)", re.ASCII)


def qr_text(payload: bytes, *, checker_url: str) -> list[str]:
    """Write the text of each QR code; one when the payload fits.

    Args:
        checker_url: the checker's address without its path, such as `https://kluscv.example`.

    Raises:
        CompactError: the payload would take more codes than anyone would print.
    """
    prefix = f"{checker_url.rstrip('/')}/v#"
    if fits_one_code(prefix, payload):
        return [prefix + digits(payload)]
    count = -(-len(payload) // _room(prefix))
    if count > LIMIT_PARTS:
        raise CompactError("too much for QR codes")
    # Chunks of even size make codes of one size, which print well together.
    size = -(-len(payload) // count)
    chunks = [payload[start : start + size] for start in range(0, len(payload), size)]
    name = sha256(payload).digest()[:2]
    return [
        prefix + digits(bytes([PART_VERSION, *name, place, len(chunks)]) + chunk)
        for place, chunk in enumerate(chunks)
    ]


def _room(prefix: str) -> int:
    """How many bytes of a payload fit in one of several codes, whatever the bytes are."""
    for size in range(CAPACITY_BITS // 8, _HEADER_BYTES, -1):
        if fits_one_code(prefix, b"\xff" * size):
            return size - _HEADER_BYTES
    raise CompactError("the checker's address leaves no room in a QR code")


def digits(data: bytes) -> str:
    """Bytes as one big-endian decimal number; the first byte is not zero."""
    return str(int.from_bytes(data, "big"))


def fits_one_code(prefix: str, data: bytes) -> bool:
    """Whether a byte segment and a numeric segment fit version 21 at level M."""
    if 8 * len(data) > CAPACITY_BITS:
        return False
    count = len(digits(data))
    byte_bits = 4 + 16 + 8 * len(prefix.encode("utf-8"))
    numeric_bits = 4 + 12 + 10 * (count // 3) + (0, 4, 7)[count % 3]
    return byte_bits + numeric_bits <= CAPACITY_BITS


def payload_from_qr_texts(texts: Iterable[str]) -> bytes:
    """Join the texts of one payload's codes, in any order; the address is ignored.

    Raises:
        CompactError: not such texts, or codes missing, repeated or of different payloads.
    """
    found = [_bytes(text) for text in texts]
    if len(found) == 1 and found[0][0] != PART_VERSION:
        return found[0]
    if not found or any(len(data) <= _HEADER_BYTES or data[0] != PART_VERSION for data in found):
        raise CompactError("these are not the codes of one KlusCV")
    if len({data[1:3] + data[4:5] for data in found}) != 1:
        raise CompactError("these codes do not belong together")
    parts = {data[3]: data[_HEADER_BYTES:] for data in found}
    if len(parts) != len(found) or sorted(parts) != list(range(found[0][4])):
        raise CompactError(f"{len(parts)} of {found[0][4]} codes are here")
    payload = b"".join(parts[place] for place in sorted(parts))
    if sha256(payload).digest()[:2] != found[0][1:3]:
        raise CompactError("these codes do not belong together")
    return payload


def missing_codes(texts: Iterable[str]) -> int:
    """How many more codes the ones at hand speak of; 0 when they are all here, or say nothing of others.

    Raises:
        CompactError: one of them is not the text of such a code.
    """
    found = {_bytes(text) for text in texts}
    told = [data[4] for data in found if len(data) > _HEADER_BYTES and data[0] == PART_VERSION]
    return max(max(told, default=0) - len(found), 0)


def _bytes(text: str) -> bytes:
    match = _TEXT.fullmatch(text.strip())
    if match is None or len(match["digits"]) > LIMIT_DIGITS:
        raise CompactError("not the text of a KlusCV's QR code")
    number = int(match["digits"])
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
