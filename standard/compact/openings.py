"""What can be opened alone: a line of work, and the name.

The signed payload holds a digest of each. A digest covers the content and a 16-byte salt of its own,
so that a hidden one cannot be guessed.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from standard import taxonomy
from standard.compact import cbor
from standard.compact.codes import (
    NAME_CHECKS,
    decode_hundredths,
    decode_month,
    decode_scale,
    encode_hundredths,
    encode_month,
    encode_scale,
)
from standard.errors import CompactError
from standard.model import PaperLine, PersonName

DIGEST_BYTES: Final = 16
LIMIT_CHARACTERS: Final = 200
LIMIT_MONTHS: Final = 12 * 200


def digest(salt: bytes, content: list[Any]) -> bytes:
    """The first 16 bytes of the SHA-256 over the CBOR array of salt and content.

    Sixteen suffice: finding another opening for a given digest takes 2^128 work, and nobody but
    the organisation chooses what is digested.
    """
    return sha256(cbor.encode([salt, content])).digest()[:DIGEST_BYTES]


def encode_line(line: PaperLine, as_of_month: int) -> list[Any]:
    """Write a line; its months count back from the statement's own.

    Raises:
        CompactError: an occupation that the table does not hold, or a value that has no encoding.
    """
    last_month = encode_month(line.last_month)
    content: list[Any] = [
        _encode_work(line),
        line.gig_count,
        line.worked_hours,
        as_of_month - last_month,
        last_month - encode_month(line.first_month),
    ]
    if line.rating_value is None or line.rating_worst is None or line.rating_best is None:
        return content
    scale = encode_scale(line.rating_worst, line.rating_best)
    return [*content, encode_hundredths(line.rating_value), scale, line.rating_count]


def decode_line(content: Any, as_of_month: int) -> PaperLine:
    """Read a line.

    Raises:
        CompactError: not a line, or an occupation that the table does not hold.
    """
    if not isinstance(content, list) or len(content) not in (5, 8):
        raise CompactError("a line has five members, or eight with a rating")
    work, gig_count, worked_hours, months_ago, months_long, *rating = content
    last_month = as_of_month - cbor.number(months_ago, least=-LIMIT_MONTHS, most=LIMIT_MONTHS)
    first_month = last_month - cbor.number(months_long, most=LIMIT_MONTHS)
    occupation, category = _decode_work(work)
    worst, best = decode_scale(rating[1]) if rating else (None, None)
    return PaperLine(
        occupation=occupation,
        category=category,
        gig_count=cbor.number(gig_count),
        worked_hours=cbor.number(worked_hours),
        first_month=decode_month(first_month),
        last_month=decode_month(last_month),
        rating_value=decode_hundredths(rating[0]) if rating else None,
        rating_best=best,
        rating_worst=worst,
        rating_count=cbor.number(rating[2]) if rating else 0,
    )


def encode_name(name: PersonName) -> list[Any]:
    """Write a name and how it was checked."""
    return [name.full_name, NAME_CHECKS.index(name.check)]


def decode_name(content: Any) -> PersonName:
    """Read a name and how it was checked."""
    full_name, check = cbor.items(content, 2)
    return PersonName(
        cbor.text(full_name, most=LIMIT_CHARACTERS),
        NAME_CHECKS[cbor.number(check, most=len(NAME_CHECKS) - 1)],
    )


def _encode_work(line: PaperLine) -> int | str:
    if line.occupation is None:
        return cbor.text(line.category, most=LIMIT_CHARACTERS)
    known = taxonomy.occupation(line.occupation)
    if known is None:
        raise CompactError("an occupation that the table does not hold")
    return known.code


def _decode_work(work: Any) -> tuple[Any, str | None]:
    if isinstance(work, str):
        return None, cbor.text(work, most=LIMIT_CHARACTERS)
    known = taxonomy.by_code(cbor.number(work))
    if known is None:
        raise CompactError("an occupation that the table does not hold")
    return known.uri, None
