"""A row that is put in when nobody else put it in before, on either database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from issuer.tables.base import IssuerTable


def insert_if_absent(session: Session, table: type[IssuerTable], values: Mapping[str, Any]) -> bool:
    """Insert a row; false when one with its key is there already, or was put in meanwhile.

    A row that another transaction is putting in is waited for.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(table).values(**values).on_conflict_do_nothing()
    return session.execute(insert.returning(*table.__table__.primary_key)).first() is not None  # type: ignore[attr-defined]
