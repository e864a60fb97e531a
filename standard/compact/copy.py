"""One compact copy as a value, and the bytes of it that are signed.

Source: SPECIFICATION, "Compact"; RFC 9052, "Signing with One Signer".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any, Final, TypedDict

from standard.compact import cbor, salts
from standard.compact.codes import decode_day, encode_day, encode_month
from standard.compact.openings import DIGEST_BYTES, digest, encode_line, encode_name
from standard.errors import CompactError, SignatureMismatchError
from standard.keys import PublicKey
from standard.model import DisclosedStatement, Form, PaperLine, PaperStatement, PaperTotals, PersonName

EXTERNAL_AAD: Final = b"kluscv-compact-v1"
ALGORITHM_HEADER: Final = 1
KEY_HEADER: Final = 4
ES256: Final = -7
THUMBPRINT_BYTES: Final = 8
SIGNATURE_BYTES: Final = 64
LIMIT_LINES: Final = 200
LIMIT_DAYS: Final = 36_500

Keep = Callable[[int, PaperLine | PersonName], bool]


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line that is shown, and which of the statement's lines it is."""

    slot: int
    line: PaperLine


@dataclass(frozen=True, slots=True)
class CompactCopy:
    """What a compact copy holds; its signature is not checked before `verify`.

    Attributes:
        issuer_key_thumbprint: the first eight bytes of the thumbprint of the organisation's key.
        holder: the same of the worker's key.
        name: the vouched name, or None when it is hidden or there is none.
        lines: the lines that are shown, by slot.
        name_digest: None when the statement has no name.
        line_digests: of all lines, shown or hidden.
        nodes: the nodes of the salt tree that cover exactly what is shown.
    """

    issuer_key_thumbprint: bytes
    holder: bytes
    as_of: date
    issued: date
    status_number: int | None
    status_index: int | None
    totals: PaperTotals
    name: PersonName | None
    lines: tuple[ShownLine, ...]
    name_digest: bytes | None
    line_digests: tuple[bytes, ...]
    nodes: tuple[bytes, ...]
    signature: bytes

    @property
    def copy_id(self) -> str:
        """A short digest of the signed bytes: the same however much is shown."""
        return sha256(self.payload).hexdigest()[:16]

    @property
    def slot_count(self) -> int:
        """All lines, and the name behind them where there is one."""
        return len(self.line_digests) + (self.name_digest is not None)

    @property
    def protected(self) -> bytes:
        """The protected header."""
        return cbor.encode({ALGORITHM_HEADER: ES256, KEY_HEADER: self.issuer_key_thumbprint})

    @property
    def payload(self) -> bytes:
        """The signed payload."""
        return cbor.encode([self.holder, *self.facts, self.name_digest, list(self.line_digests)])

    @property
    def facts(self) -> list[int | None]:
        """What is always shown, as `read_facts` reads it."""
        return [
            encode_day(self.as_of),
            (self.issued - self.as_of).days,
            self.status_number,
            self.status_index,
            self.totals.gig_count,
            self.totals.worked_hours,
            self.totals.rating_count,
            self.totals.review_count,
        ]

    @property
    def to_be_signed(self) -> bytes:
        """The Sig_structure of RFC 9052."""
        return cbor.encode(["Signature1", self.protected, EXTERNAL_AAD, self.payload])

    @property
    def statement(self) -> PaperStatement:
        """What is shown, with the signed totals."""
        lines = tuple(shown.line for shown in self.lines)
        return PaperStatement(as_of=self.as_of, lines=lines, totals=self.totals, name=self.name)

    def verify(self, public_key: PublicKey) -> None:
        """Check the organisation's signature.

        Raises:
            SignatureMismatchError: another key, or other bytes.
        """
        if public_key.algorithm != "P-256":
            raise SignatureMismatchError("the key is not a P-256 key")
        if public_key.thumbprint()[:THUMBPRINT_BYTES] != self.issuer_key_thumbprint:
            raise SignatureMismatchError("the key is not the one that the copy names")
        public_key.verify(self.signature, self.to_be_signed)


def reduced(copy: CompactCopy, keep: Keep) -> CompactCopy:
    """The same copy with fewer lines, and perhaps without the name, which counts as the last slot."""
    lines = tuple(shown for shown in copy.lines if keep(shown.slot, shown.line))
    name = copy.name if copy.name is not None and keep(len(copy.line_digests), copy.name) else None
    fewer = replace(copy, lines=lines, name=name)
    nodes = salts.narrow(copy.nodes, shown_slots(copy), shown_slots(fewer), copy.slot_count)
    return replace(fewer, nodes=tuple(nodes))


def shown_slots(copy: CompactCopy) -> frozenset[int]:
    """Which slots are shown; the name's slot follows the lines."""
    slots = {shown.slot for shown in copy.lines}
    return frozenset(slots if copy.name is None else {*slots, len(copy.line_digests)})


def opening_digests(
    lines: tuple[ShownLine, ...],
    name: PersonName | None,
    *,
    as_of: date,
    line_count: int,
    has_name: bool,
    nodes: tuple[bytes, ...],
) -> dict[int, bytes]:
    """The digest of everything that is shown, by slot, from the content and the salt tree."""
    as_of_month = month_of(as_of)
    contents: dict[int, list[Any]] = {shown.slot: encode_line(shown.line, as_of_month) for shown in lines}
    if name is not None:
        contents[line_count] = encode_name(name)
    salt_of = salts.slot_salts(nodes, contents.keys(), line_count + has_name)
    return {slot: digest(salt_of[slot], content) for slot, content in contents.items()}


def month_of(day: date) -> int:
    """The month of a day, as the lines count it."""
    return encode_month(f"{day:%Y-%m}")


def to_disclosed_statement(copy: CompactCopy) -> DisclosedStatement:
    """What a copy shows; whose it is, only the trust list can say."""
    return DisclosedStatement(
        copy_id=copy.copy_id,
        form=Form.COMPACT,
        issuer=None,
        issuer_name=None,
        issued_on=copy.issued,
        content=copy.statement,
    )


class Facts(TypedDict):
    """What is always shown of a copy, in the order in which it is written."""

    as_of: date
    issued: date
    status_number: int | None
    status_index: int | None
    totals: PaperTotals


def read_facts(items: list[Any], line_count: int) -> Facts:
    """Read the eight members that say what is always shown; the payload and the QR code share them.

    Raises:
        CompactError: other members, or one of them out of bounds.
    """
    as_of_day, issued_after, number, index, *totals = cbor.items(items, 8)
    if (number is None) != (index is None):
        raise CompactError("a status has a list and an index, or neither")
    gig_count, worked_hours, rating_count, review_count = map(cbor.number, totals)
    return Facts(
        as_of=decode_day(as_of_day),
        issued=decode_day(as_of_day + cbor.number(issued_after, least=-LIMIT_DAYS, most=LIMIT_DAYS)),
        status_number=None if number is None else cbor.number(number, least=1, most=10**9 - 1),
        status_index=None if index is None else cbor.number(index, most=10**9 - 1),
        totals=PaperTotals(
            line_count=line_count,
            gig_count=gig_count,
            worked_hours=worked_hours,
            rating_count=rating_count,
            review_count=review_count,
        ),
    )


def optional_digest(value: object) -> bytes | None:
    """A digest, or None."""
    return None if value is None else cbor.octets(value, DIGEST_BYTES)
