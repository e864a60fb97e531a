"""How many bytes a QR code needs for the typical worker, by the way in which lines can be hidden.

Run `kluscv bench compact-lines`; the table stands in the ADR on compact lines. Three ways:

- every line signed alone: 64 bytes of signature for each line and each name, nothing for hidden ones;
- digests, a salt of 16 bytes for each opening, 16 bytes for each hidden digest;
- digests, salts from a tree: 16 bytes for each run of openings. This is what the standard does.

The first two are computed from the real payload of the third by exchanging what differs.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import qrcode
from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData

from standard import compact, taxonomy
from standard.compact import cbor
from standard.compact.codes import encode_month
from standard.compact.openings import encode_line, encode_name
from standard.keys import KeySigner, PrivateKey
from standard.model import DidUrl, NameCheck, PaperLine, PaperStatement, PaperTotals, PersonName
from standard.status_list import StatusReference

CHECKER = "https://kluscv.example"
NAME = PersonName("Fatima el Amrani", NameCheck.BANK)
LINES_PER_PLATFORM = (2, 2, 1, 1)


@dataclass(frozen=True)
class Choice:
    """What the worker shows."""

    label: str
    platforms: int
    shows_line: Callable[[int, int], bool]
    shows_name: Callable[[int], bool]


CHOICES = (
    Choice("4 platforms, 6 lines, the name by all four", 4, lambda *_: True, lambda _: True),
    Choice("4 platforms, 6 lines, the name by one", 4, lambda *_: True, lambda p: p == 0),
    Choice("4 platforms, 6 lines, no name", 4, lambda *_: True, lambda _: False),
    Choice("4 platforms, one line each, the name by all four", 4, lambda _, n: n == 0, lambda _: True),
    Choice("6 platforms, 8 lines, the name by all six", 6, lambda *_: True, lambda _: True),
)


def main(_seconds: float) -> None:
    """Print the table; bytes are counted, which takes no time."""
    print("| what is shown | lines signed alone | digests, separate salts | digests, salt tree |")
    print("|---|---|---|---|")
    for choice in CHOICES:
        copies = list(_copies(choice))
        tree = compact.qr_payload(copies)
        parsed = compact.read_qr_payload(tree)
        cells = [_alone(parsed), _separate(parsed, tree), tree]
        print(f"| {choice.label} |", " | ".join(map(_cell, cells)), "|")


def _cell(payload: bytes) -> str:
    texts = compact.qr_text(payload, checker_url=CHECKER)
    versions = {_qr_version(text) for text in texts}
    codes = "1 code" if len(texts) == 1 else f"{len(texts)} codes"
    return f"{len(payload)} bytes: {codes}, version {max(versions)}"


def _qr_version(text: str) -> int:
    address, numbers = text.split("#")
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(QRData(f"{address}#".encode(), mode=MODE_8BIT_BYTE))
    code.add_data(QRData(numbers.encode(), mode=MODE_NUMBER))
    code.make(fit=True)
    return int(code.version)


def _copies(choice: Choice) -> Iterator[str]:
    holder = PrivateKey.generate("P-256").public_key
    for platform in range(choice.platforms):
        count = (LINES_PER_PLATFORM * 2)[platform] if platform < 4 else 1
        signer = KeySigner(PrivateKey.generate("P-256"), DidUrl("did:web:platform.example#p256"))
        copy = compact.issue(
            _statement(platform, count),
            holder=holder,
            issued=datetime(2026, 11, 22, tzinfo=UTC),
            status=StatusReference("https://platform.example/status/", 1, 94_567 + platform),
            signer=signer,
            new_salt=lambda: secrets.token_bytes(16),
        )

        def keep(slot: int, item: PaperLine | PersonName, platform: int = platform) -> bool:
            if isinstance(item, PersonName):
                return choice.shows_name(platform)
            return choice.shows_line(platform, slot)

        yield compact.reduce(copy, keep=keep)


def _statement(platform: int, count: int) -> PaperStatement:
    lines = tuple(_line(2 * platform + place) for place in range(count))
    return PaperStatement(
        as_of=date(2026, 11, 20),
        lines=lines,
        totals=PaperTotals(
            line_count=count,
            gig_count=sum(line.gig_count for line in lines),
            worked_hours=sum(line.worked_hours for line in lines),
            rating_count=sum(line.rating_count for line in lines),
            review_count=126,
        ),
        name=NAME,
    )


def _line(place: int) -> PaperLine:
    occupations = taxonomy.all()
    return PaperLine(
        occupation=occupations[7 * place % len(occupations)].uri,
        category=None,
        gig_count=148 - 11 * place,
        worked_hours=1036 - 97 * place,
        first_month="2021-03",
        last_month="2026-11",
        rating_value="4.72",
        rating_best="5",
        rating_worst="1",
        rating_count=141 - 11 * place,
    )


def _alone(copies: tuple[compact.CompactCopy, ...]) -> bytes:
    """Each line and each name with a signature of its own over the facts, its place and itself."""
    entries = []
    for copy in copies:
        month = encode_month(f"{copy.as_of:%Y-%m}")
        signed = [
            [encode_line(shown.line, month), shown.slot, secrets.token_bytes(64)] for shown in copy.lines
        ]
        name = [] if copy.name is None else [[0, len(copy.line_digests), secrets.token_bytes(64)]]
        entries.append([copy.issuer_key_thumbprint, *copy.facts, len(copy.line_digests), *signed, *name])
    return b"\x01" + cbor.encode([copies[0].holder, [encode_name(NAME)], *entries])


def _separate(copies: tuple[compact.CompactCopy, ...], tree: bytes) -> bytes:
    """The real payload, with a salt for each opening in place of the nodes of the tree."""
    more = sum(len(copy.lines) + (copy.name is not None) - len(copy.nodes) for copy in copies)
    return tree + bytes(16 * more)
