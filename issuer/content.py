"""Statements and records as they are stored: JSON of the frozen values, read back exactly."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from pydantic import TypeAdapter

from issuer.imports.records import AchievementRecord, CancelledGig, GigRecord, Record
from standard.claims import statement_type
from standard.model import RatingHistory, Statement, StatementType, WorkHistory

FASTEST: Final = 1
"""The level of compression: records repeat each other so much that more work saves little."""

_STATEMENTS: Mapping[StatementType, TypeAdapter[Any]] = {
    StatementType.WORK_HISTORY: TypeAdapter(WorkHistory),
    StatementType.RATING: TypeAdapter(RatingHistory),
}


@dataclass(frozen=True, slots=True)
class _Records:
    """Records by their kind: a list of one kind is read three times as fast as a list of any kind."""

    gigs: list[GigRecord]
    cancelled: list[CancelledGig]
    achievements: list[AchievementRecord]


_RECORDS = TypeAdapter(_Records)


def one_line(text: str) -> str:
    """Keep what can be printed of a short text from outside; a database may refuse the rest."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())


def write_statement(statement: Statement) -> str:
    """Write a statement down."""
    return _STATEMENTS[statement_type(statement)].dump_json(statement).decode("utf-8")


def read_statement(kind: str, content: str) -> Statement:
    """Read a statement back."""
    statement: Statement = _STATEMENTS[StatementType(kind)].validate_json(content)
    return statement


def fingerprint(statement: Statement) -> str:
    """Digest what a statement says, whatever the date on which it is said."""
    undated = replace(statement, as_of=date.min)
    return hashlib.sha256(write_statement(undated).encode("utf-8")).hexdigest()


def record_key(record: Record) -> str:
    """Name a record within its worker; a cancelled gig takes the place of the gig."""
    space = "achievement" if isinstance(record, AchievementRecord) else "gig"
    return f"{space}:{record.key}"


def write_records(records: Iterable[Record]) -> bytes:
    """Write records down, the gigs first, then what was called off, then achievements."""
    kept = _Records([], [], [])
    for record in records:
        if isinstance(record, GigRecord):
            kept.gigs.append(record)
        elif isinstance(record, CancelledGig):
            kept.cancelled.append(record)
        else:
            kept.achievements.append(record)
    return zlib.compress(_RECORDS.dump_json(kept), FASTEST)


def read_records(content: bytes) -> list[Record]:
    """Read records back."""
    kept = _RECORDS.validate_json(zlib.decompress(content))
    return [*kept.gigs, *kept.cancelled, *kept.achievements]
