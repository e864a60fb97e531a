"""Reading the compact form, as text and as the texts of QR codes: the checks that need no key."""

from __future__ import annotations

from datetime import UTC, datetime, time

from standard import compact
from standard.compact import CompactCopy
from standard.errors import CompactError
from standard.model import StatementType
from standard.verification.copies import ASSERTION, LIMIT_COPIES, Copy, ListedStatus, ReadCopy, Signature
from standard.verification.reasons import Reason
from standard.verification.result import CheckCode, passed


def read_compact_texts(texts: list[str]) -> tuple[ReadCopy, ...]:
    """Read compact copies.

    Raises:
        CompactError: one of them cannot be read.
    """
    if len(texts) > LIMIT_COPIES:
        raise CompactError("too many copies at once")
    return tuple(_read(compact.parse(text)) for text in texts)


def read_qr_texts(texts: list[str]) -> tuple[ReadCopy, ...]:
    """Read the texts of all QR codes of one KlusCV, in any order; their address is ignored.

    Raises:
        CompactError: codes are missing, do not belong together, or cannot be read.
    """
    copies = compact.read_qr_payload(compact.payload_from_qr_texts(texts))
    if not copies:
        raise CompactError("the code holds no copy")
    return tuple(_read(copy) for copy in copies)


def _read(copy: CompactCopy) -> ReadCopy:
    # The encoding is closed: what is not in the registry cannot be written, so it cannot be read.
    checks = (
        passed(CheckCode.PARSE, Reason.READ, copy.copy_id),
        passed(CheckCode.SCHEMA, Reason.CONFORMS, copy.copy_id),
        passed(CheckCode.VOCABULARY, Reason.DEFINED_TERMS, copy.copy_id),
    )
    return ReadCopy(copy.copy_id, checks, _copy(copy))


def _copy(copy: CompactCopy) -> Copy:
    issued = datetime.combine(copy.issued, time(), tzinfo=UTC)
    signature = Signature(
        method=None,
        thumbprint=copy.issuer_key_thumbprint,
        purpose=ASSERTION,
        verify=copy.verify,
    )
    statuses: tuple[ListedStatus, ...] = ()
    if copy.status_number is not None and copy.status_index is not None:
        statuses = (ListedStatus(copy.status_number, copy.status_index),)
    return Copy(
        shown=compact.to_disclosed_statement(copy),
        types=_types(copy),
        signatures=(signature,),
        issued=issued,
        not_before=issued,
        not_after=None,
        statuses=statuses,
        holder=copy.holder,
    )


def _types(copy: CompactCopy) -> frozenset[StatementType]:
    """Which statements the compact one joins, by its totals, which are always shown."""
    totals = copy.totals
    types = set()
    if totals.gig_count or totals.worked_hours:
        types.add(StatementType.WORK_HISTORY)
    if totals.rating_count or totals.review_count or not types:
        types.add(StatementType.RATING)
    return frozenset(types)
