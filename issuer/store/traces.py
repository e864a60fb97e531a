"""What stays behind of rows that were deleted."""

from __future__ import annotations

from sqlmodel import Session


def leave_no_trace(session: Session) -> None:
    """Have what a writing transaction deletes from an embedded database wiped from its files too.

    Such a database keeps its journal, for speed, and so what stood on changed pages before. Here it is
    emptied at the commit, over a connection that is not used again. A server keeps deleted rows until it is
    vacuumed.
    """
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    connection.exec_driver_sql("PRAGMA journal_size_limit = 0")
    connection.detach()
