"""Statements and records as they are stored: JSON of the frozen values, read back exactly."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from issuer.imports.records import AchievementRecord, CancelledGig, GigRecord, Record
from standard.claims import statement_type
from standard.model import RatingHistory, Statement, StatementType, WorkHistory

_STATEMENTS: Mapping[StatementType, TypeAdapter[Any]] = {
    StatementType.WORK_HISTORY: TypeAdapter(WorkHistory),
    StatementType.RATING: TypeAdapter(RatingHistory),
}
_RECORDS: Mapping[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind) for kind in (GigRecord, CancelledGig, AchievementRecord)
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


def record_kind(record: Record) -> str:
    """Name the type of a record."""
    return type(record).__name__


def record_key(record: Record) -> str:
    """Name a record within its worker; a cancelled gig takes the place of the gig."""
    space = "achievement" if isinstance(record, AchievementRecord) else "gig"
    return f"{space}:{record.key}"


def write_record(record: Record) -> str:
    """Write a record down."""
    return _RECORDS[record_kind(record)].dump_json(record).decode("utf-8")


def read_record(kind: str, content: str) -> Record:
    """Read a record back."""
    record: Record = _RECORDS[kind].validate_json(content)
    return record
