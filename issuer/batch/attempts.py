"""An export that is being read: begun once, read in one attempt or in several, and refused for good.

Whoever reads may die, or be slow to die. So a new attempt ends the ones before it and clears away what
they staged, and each transaction of an attempt finds out first whether it still counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from issuer import audit
from issuer.audit import Action
from issuer.content import one_line
from issuer.database import Database
from issuer.errors import ImportStateError
from issuer.imports import Profile
from issuer.organisations import identity, lock_for_change
from issuer.store import imports as store
from issuer.tables import Import, Organisation


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be read, and how.

    `as_of` is the day of the export: work after it is refused. `actor` is who imports, for the audit log.
    With `strict` the first bad row ends the reading.
    """

    file_name: str
    profile: Profile
    as_of: date
    actor: str
    strict: bool = False


def begin_reading(session: Session, organisation: Organisation, order: Order, *, now: datetime) -> Import:
    """Note that an export is going to be read; raises `RetiredError` when nothing can come of it."""
    lock_for_change(session, organisation)
    begun = Import(
        organisation_id=identity(organisation),
        file_name=one_line(order.file_name) or "export",
        file_sha256="",
        profile=order.profile.name,
        name_check=order.profile.name_check,
        state="reading",
        created_at=now,
    )
    session.add(begun)
    session.flush()
    audit.record(
        session, begun.organisation_id, actor=order.actor, action=Action.IMPORT_READ,
        subject=str(begun.id), now=now,
    )  # fmt: skip
    return begun


def refuse(session: Session, import_id: UUID, fault: str, missing_columns: Sequence[str] = ()) -> None:
    """Note why an export could not be read; nothing else of it is kept."""
    begun = store.lock_import_by_id(session, import_id)
    if begun is not None and begun.state == "reading":
        store.drop_read(session, import_id)
        begun.state, begun.fault = "failed", fault
        begun.missing_columns = json.dumps(missing_columns) if missing_columns else None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to read an import; a later one, or a discard, puts an end to it."""

    database: Database
    import_id: UUID
    organisation_id: int
    file_name: str
    name_check: str
    number: int

    @classmethod
    def begin(cls, database: Database, import_id: UUID) -> Attempt:
        """Put an end to earlier attempts, and clear away what they staged."""
        with database.writing() as session:
            begun = _being_read(session, import_id)
            begun.attempt += 1
            store.drop_read(session, import_id)
            return cls(
                database, import_id, begun.organisation_id, begun.file_name, begun.name_check, begun.attempt
            )

    @contextmanager
    def writing(self) -> Iterator[tuple[Session, Import]]:
        """A transaction that changes something only while this attempt is the one that counts."""
        with self.database.writing() as session:
            begun = _being_read(session, self.import_id)
            if begun.attempt != self.number:
                raise ImportStateError("somebody else began to read the import anew")
            yield session, begun


def _being_read(session: Session, import_id: UUID) -> Import:
    found = store.lock_import_by_id(session, import_id)
    if found is None or found.state != "reading":
        raise ImportStateError("the import is not being read any more")
    return found
