"""Several compact copies of one worker, in as few bytes as a QR code can carry.

What can be computed is left out: the digest of a line that is shown follows from its opening. What
all copies share stands once: the worker's thumbprint, and each different name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from standard.compact import cbor
from standard.compact.copy import (
    LIMIT_LINES,
    SIGNATURE_BYTES,
    THUMBPRINT_BYTES,
    CompactCopy,
    ShownLine,
    month_of,
    opening_digests,
    optional_digest,
    read_facts,
)
from standard.compact.cose import parse, split_nodes
from standard.compact.openings import DIGEST_BYTES, decode_line, decode_name, encode_line, encode_name
from standard.errors import CompactError
from standard.model import PersonName

VERSION: Final = b"\x01"
LIMIT_COPIES: Final = 50
_FIXED_ITEMS: Final = 11


def qr_payload(copies: Sequence[str]) -> bytes:
    """Join copies that were reduced to what shall be shown, in the worker's order.

    Raises:
        CompactError: no copies, too many, or copies of different workers.
    """
    return encode_payload([parse(copy) for copy in copies])


def encode_payload(copies: Sequence[CompactCopy]) -> bytes:
    """Write the payload of copies that were read already."""
    holders = {copy.holder for copy in copies}
    if len(holders) != 1 or len(copies) > LIMIT_COPIES:
        raise CompactError("a QR code takes copies that are bound to one key, and not too many")
    names = list(dict.fromkeys(copy.name for copy in copies if copy.name is not None))
    return VERSION + cbor.encode(
        [
            holders.pop(),
            [encode_name(name) for name in names],
            *(_encode_copy(copy, names) for copy in copies),
        ]
    )


def read_qr_payload(payload: bytes) -> tuple[CompactCopy, ...]:
    """Read the copies; digests of what is shown are computed, so `verify` covers the openings too.

    Raises:
        CompactError: another version, malformed, not deterministic, or out of bounds.
    """
    if not payload.startswith(VERSION):
        raise CompactError("not a QR payload of version 1")
    content = cbor.decode(payload[1:])
    if not isinstance(content, list) or not 3 <= len(content) <= LIMIT_COPIES + 2:
        raise CompactError("the payload holds a thumbprint, names, and copies")
    holder, names, *entries = content
    if not isinstance(names, list):
        raise CompactError("the names are not an array")
    people = [decode_name(name) for name in names]
    copies = tuple(_copy(cbor.octets(holder, THUMBPRINT_BYTES), people, entry) for entry in entries)
    if encode_payload(copies) != payload:
        raise CompactError("the payload is not in its only form")
    return copies


def _encode_copy(copy: CompactCopy, names: list[PersonName]) -> list[Any]:
    month = month_of(copy.as_of)
    line_at = {shown.slot: encode_line(shown.line, month) for shown in copy.lines}
    return [
        copy.issuer_key_thumbprint + copy.signature,
        *copy.facts,
        copy.name_digest if copy.name is None else names.index(copy.name),
        b"".join(copy.nodes),
        *(line_at.get(slot, hidden) for slot, hidden in enumerate(copy.line_digests)),
    ]


def _copy(holder: bytes, people: list[PersonName], entry: Any) -> CompactCopy:
    if not isinstance(entry, list) or not _FIXED_ITEMS <= len(entry) <= _FIXED_ITEMS + LIMIT_LINES:
        raise CompactError("a copy is an array of a bounded size")
    key_and_signature, *facts = entry[:9]
    name_item, nodes, *line_items = entry[9:]
    signed = cbor.octets(key_and_signature, THUMBPRINT_BYTES + SIGNATURE_BYTES)
    shared = read_facts(facts, len(line_items))
    name = _name(people, name_item)
    month = month_of(shared["as_of"])
    lines = tuple(
        ShownLine(slot, decode_line(item, month))
        for slot, item in enumerate(line_items)
        if not isinstance(item, bytes)
    )
    shown = opening_digests(
        lines,
        name,
        as_of=shared["as_of"],
        line_count=len(line_items),
        has_name=name_item is not None,
        nodes=split_nodes(nodes),
    )
    return CompactCopy(
        issuer_key_thumbprint=signed[:THUMBPRINT_BYTES],
        holder=holder,
        name=name,
        lines=lines,
        name_digest=shown[len(line_items)] if name is not None else optional_digest(name_item),
        line_digests=tuple(
            shown[slot] if slot in shown else cbor.octets(item, DIGEST_BYTES)
            for slot, item in enumerate(line_items)
        ),
        nodes=split_nodes(nodes),
        signature=signed[THUMBPRINT_BYTES:],
        **shared,
    )


def _name(people: list[PersonName], item: object) -> PersonName | None:
    return people[cbor.number(item, most=len(people) - 1)] if isinstance(item, int) else None
