"""Statements and records as they are stored: JSON of the frozen values, read back exactly."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from pydantic import TypeAdapter

from issuer.imports.records import (
    AchievementRecord,
    CancelledGig,
    GigRecord,
    NameRecord,
    Record,
    RetractedAchievement,
    Worker,
)
from standard.claims import statement_type
from standard.model import RatingHistory, Statement, StatementType, WorkHistory

FASTEST: Final = 1
"""The level of compression: records repeat each other so much that more work saves little."""

_STATEMENTS: Mapping[StatementType, TypeAdapter[Any]] = {
    StatementType.WORK_HISTORY: TypeAdapter(WorkHistory),
    StatementType.RATING: TypeAdapter(RatingHistory),
}


@dataclass(frozen=True, slots=True)
class Overruled:
    """What operators corrected by hand, known by digests: what was wrong is not kept.

    Attributes:
        records: what the exports tell of each corrected record, by its key.
        names: what the worker is called, by every spelling that was wrong.
    """

    records: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Records:
    """Records by their kind: a list of one kind is read three times as fast as a list of any kind."""

    gigs: list[GigRecord] = field(default_factory=list)
    cancelled: list[CancelledGig] = field(default_factory=list)
    achievements: list[AchievementRecord] = field(default_factory=list)
    retracted: list[RetractedAchievement] = field(default_factory=list)
    names: list[NameRecord] = field(default_factory=list)
    overruled: Overruled = field(default_factory=Overruled)

    def all(self) -> list[Record]:
        return [*self.gigs, *self.cancelled, *self.achievements, *self.retracted, *self.names]


_RECORDS = TypeAdapter(_Records)
_RECORD: TypeAdapter[Record] = TypeAdapter(Record)
_DIGEST_BYTES: Final = 16
_NOBODY: Final = Worker("", "", None)
_SPACES: Final[Mapping[type[Record], str]] = {
    GigRecord: "gig",
    CancelledGig: "gig",
    AchievementRecord: "achievement",
    RetractedAchievement: "achievement",
    NameRecord: "name",
}


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
    """Name a record within its worker; what was cancelled or retracted takes the place of what it was."""
    return f"{_SPACES[type(record)]}:{record.key}"


def record_digest(record: Record) -> str:
    """Digest what a record tells, wherever it stood in its file and however the worker was spelt."""
    return _digest(_RECORD.dump_json(replace(record, row=0, worker=_NOBODY)))


def name_digest(name: str) -> str:
    """Digest one spelling of a name."""
    return _digest(name.encode("utf-8"))


def write_records(records: Iterable[Record], overruled: Overruled | None = None) -> bytes:
    """Write records down, by their kind, and what of them was corrected by hand."""
    return zlib.compress(_RECORDS.dump_json(_by_kind(records, overruled)), FASTEST)


def read_records(content: bytes) -> list[Record]:
    """Read records back."""
    return _read(content).all()


def read_ledger(content: bytes) -> tuple[list[Record], Overruled]:
    """Read records back, and what of them was corrected by hand."""
    kept = _read(content)
    return kept.all(), kept.overruled


def _read(content: bytes) -> _Records:
    return _RECORDS.validate_json(zlib.decompress(content))


def _by_kind(records: Iterable[Record], overruled: Overruled | None = None) -> _Records:
    kept = _Records(overruled=overruled or Overruled())
    lists: dict[type[Record], list[Any]] = {
        GigRecord: kept.gigs,
        CancelledGig: kept.cancelled,
        AchievementRecord: kept.achievements,
        RetractedAchievement: kept.retracted,
        NameRecord: kept.names,
    }
    for record in records:
        lists[type(record)].append(record)
    return kept


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).hexdigest()
