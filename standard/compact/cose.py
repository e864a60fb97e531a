"""The compact copy as a wallet keeps it: a COSE_Sign1 with the openings in its unprotected header.

Source: RFC 9052, "COSE_Sign1".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from standard import base64url
from standard.compact import cbor
from standard.compact.copy import (
    ALGORITHM_HEADER,
    ES256,
    KEY_HEADER,
    LIMIT_LINES,
    SIGNATURE_BYTES,
    THUMBPRINT_BYTES,
    CompactCopy,
    Keep,
    ShownLine,
    month_of,
    opening_digests,
    optional_digest,
    read_facts,
    reduced,
)
from standard.compact.openings import DIGEST_BYTES, decode_line, decode_name, encode_line, encode_name
from standard.compact.salts import NODE_BYTES
from standard.errors import CompactError, UnreadableError
from standard.keys import PublicKey, Signer
from standard.model import PaperStatement
from standard.status_list.reference import StatusReference

SIGN1_TAG: Final = b"\xd2"
OPENINGS_HEADER: Final = -65537
"""A label from the range that RFC 9052 leaves for private use."""

LIMIT_CHARACTERS: Final = 1 << 16


def issue(
    statement: PaperStatement,
    *,
    holder: PublicKey,
    issued: datetime,
    status: StatusReference | None,
    signer: Signer,
    new_salt: Callable[[], bytes],
) -> str:
    """Sign a statement, with everything shown.

    Args:
        new_salt: gives 16 random bytes, from which all salts of this copy are derived.

    Raises:
        CompactError: the statement cannot be written, or the key is not a P-256 key.
    """
    if signer.public_key.algorithm != "P-256" or holder.algorithm != "P-256":
        raise CompactError("compact copies take P-256 keys")
    if len(statement.lines) != statement.totals.line_count or len(statement.lines) > LIMIT_LINES:
        raise CompactError("the totals count other lines than there are, or too many")
    lines = tuple(ShownLine(slot, line) for slot, line in enumerate(statement.lines))
    nodes = (cbor.octets(new_salt(), NODE_BYTES),) if lines or statement.name else ()
    digests = opening_digests(
        lines,
        statement.name,
        as_of=statement.as_of,
        line_count=len(lines),
        has_name=statement.name is not None,
        nodes=nodes,
    )
    unsigned = CompactCopy(
        issuer_key_thumbprint=signer.public_key.thumbprint()[:THUMBPRINT_BYTES],
        holder=holder.thumbprint()[:THUMBPRINT_BYTES],
        as_of=statement.as_of,
        issued=issued.astimezone(UTC).date(),
        status_number=None if status is None else status.number,
        status_index=None if status is None else status.index,
        totals=statement.totals,
        name=statement.name,
        lines=lines,
        name_digest=digests.get(len(lines)),
        line_digests=tuple(digests[slot] for slot in range(len(lines))),
        nodes=nodes,
        signature=b"",
    )
    return encode(replace(unsigned, signature=signer.sign(unsigned.to_be_signed)))


def encode(copy: CompactCopy) -> str:
    """Write a copy as text."""
    month = month_of(copy.as_of)
    line_at = {shown.slot: encode_line(shown.line, month) for shown in copy.lines}
    openings = [
        b"".join(copy.nodes),
        None if copy.name is None else encode_name(copy.name),
        [line_at.get(slot) for slot in range(len(copy.line_digests))],
    ]
    message = [copy.protected, {OPENINGS_HEADER: openings}, copy.payload, copy.signature]
    return base64url.encode(SIGN1_TAG + cbor.encode(message))


def parse(text: str) -> CompactCopy:
    """Read a copy, and check every opening against its digest.

    Raises:
        CompactError: malformed, not deterministic, out of bounds, or an opening of something else.
    """
    if len(text) > LIMIT_CHARACTERS:
        raise CompactError("the copy is too large")
    try:
        data = base64url.decode(text)
    except UnreadableError as error:
        raise CompactError("not base64url") from error
    if not data.startswith(SIGN1_TAG):
        raise CompactError("not a COSE_Sign1")
    protected, unprotected, payload, signature = cbor.items(cbor.decode(data[1:]), 4)
    if (
        not isinstance(payload, bytes)
        or not isinstance(unprotected, dict)
        or set(unprotected) != {OPENINGS_HEADER}
    ):
        raise CompactError("not the headers of a compact copy")
    copy = _copy(_key_thumbprint(protected), cbor.decode(payload), unprotected[OPENINGS_HEADER], signature)
    _check_openings(copy)
    # One text for each copy: whatever the fields do not say again was not there.
    if encode(copy) != text:
        raise CompactError("the copy is not in its only form")
    return copy


def reduce(text: str, *, keep: Keep) -> str:
    """Keep only the chosen lines; the name is asked for as the slot after the last line."""
    return encode(reduced(parse(text), keep))


def _key_thumbprint(protected: object) -> bytes:
    header = cbor.decode(protected) if isinstance(protected, bytes) else None
    if not isinstance(header, dict) or set(header) != {ALGORITHM_HEADER, KEY_HEADER}:
        raise CompactError("the protected header holds alg and kid, nothing else")
    if header[ALGORITHM_HEADER] != ES256:
        raise CompactError("alg is not ES256")
    return cbor.octets(header[KEY_HEADER], THUMBPRINT_BYTES)


def _copy(key_thumbprint: bytes, payload: Any, openings: Any, signature: Any) -> CompactCopy:
    holder, *facts, name_digest, line_digests = cbor.items(payload, 11)
    if not isinstance(line_digests, list) or len(line_digests) > LIMIT_LINES:
        raise CompactError("the line digests are not an array of a bounded size")
    nodes, name, lines = cbor.items(openings, 3)
    shared = read_facts(facts, len(line_digests))
    month = month_of(shared["as_of"])
    return CompactCopy(
        issuer_key_thumbprint=key_thumbprint,
        holder=cbor.octets(holder, THUMBPRINT_BYTES),
        name=None if name is None else decode_name(name),
        lines=tuple(
            ShownLine(slot, decode_line(line, month))
            for slot, line in enumerate(cbor.items(lines, len(line_digests)))
            if line is not None
        ),
        name_digest=optional_digest(name_digest),
        line_digests=tuple(cbor.octets(item, DIGEST_BYTES) for item in line_digests),
        nodes=split_nodes(nodes),
        signature=cbor.octets(signature, SIGNATURE_BYTES),
        **shared,
    )


def split_nodes(value: object) -> tuple[bytes, ...]:
    """Take joined nodes of the salt tree apart."""
    if not isinstance(value, bytes) or len(value) % NODE_BYTES:
        raise CompactError("not nodes of the salt tree")
    return tuple(value[start : start + NODE_BYTES] for start in range(0, len(value), NODE_BYTES))


def _check_openings(copy: CompactCopy) -> None:
    if copy.name is not None and copy.name_digest is None:
        raise CompactError("a name is opened that is not signed")
    digests = opening_digests(
        copy.lines,
        copy.name,
        as_of=copy.as_of,
        line_count=len(copy.line_digests),
        has_name=copy.name_digest is not None,
        nodes=copy.nodes,
    )
    signed = dict(enumerate([*copy.line_digests, copy.name_digest]))
    if any(signed[slot] != value for slot, value in digests.items()):
        raise CompactError("an opening does not belong to its digest")
