"""The queue on PostgreSQL: procrastinate, in a schema of its own beside our tables.

Its arguments are ids only. It tells workers that a part is there and which worker died with it; that a
part is done once is up to our own tables (`parts`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from typing import Any, Final

import procrastinate
from procrastinate.schema import SchemaManager
from psycopg import Connection
from sqlalchemy.engine import make_url
from sqlmodel import Session

from issuer.database import Database
from issuer.tables import Job

SCHEMA: Final = "procrastinate"
PART_TASK: Final = "issuer.part"
QUEUE: Final = "issuer"
AT_ONCE: Final = 1_000


def connector(url: str) -> procrastinate.PsycopgConnector:
    """A connector for the database that our own URL names, within the queue's schema."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return procrastinate.PsycopgConnector(
        conninfo=address, kwargs={"options": f"-c search_path={SCHEMA}"}, min_size=1, max_size=4
    )


def defer_parts(session: Session, job: Job) -> None:
    """Tell the workers of every part of a job, as part of this transaction."""
    arguments: list[dict[str, Any]] = [
        {"job_id": str(job.id), "number": number} for number in range(job.part_count)
    ]
    with _in_schema(session) as connection:
        # Only a name and this connection are needed: the task itself is the workers' affair.
        app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
        task = app.configure_task(PART_TASK, queue=QUEUE, connection=connection)
        for first in range(0, len(arguments), AT_ONCE):
            task.batch_defer(*arguments[first : first + AT_ONCE])


def upgrade(database: Database) -> None:
    """Bring the queue's schema to the version of the installed procrastinate; safe to repeat."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        connection.exec_driver_sql(f"SET LOCAL search_path TO {SCHEMA}")
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS applied_migration (name text PRIMARY KEY)")
        # Two that migrate at once do it one after the other.
        connection.exec_driver_sql("LOCK TABLE applied_migration")
        applied = {row[0] for row in connection.exec_driver_sql("SELECT name FROM applied_migration")}
        if applied:
            scripts = {name: text for name, text in _migrations().items() if name not in applied}
        else:
            scripts = {"schema.sql": SchemaManager.get_schema()}
        cursor = connection.connection.cursor()
        for text in scripts.values():
            cursor.execute(text)
        for name in _migrations().keys() - applied:
            cursor.execute("INSERT INTO applied_migration VALUES (%s)", (name,))


def is_current(database: Database) -> bool:
    """Whether the queue's schema is that of the installed procrastinate."""
    with database.engine.begin() as connection:
        if connection.exec_driver_sql(f"SELECT to_regclass('{SCHEMA}.applied_migration')").scalar() is None:
            return False
        applied = connection.exec_driver_sql(f"SELECT name FROM {SCHEMA}.applied_migration")  # noqa: S608
        return _migrations().keys() <= {row[0] for row in applied}


def live_workers(database: Database, stalled_seconds: int) -> int:
    """How many workers were heard of lately."""
    with database.engine.connect() as connection:
        count = connection.exec_driver_sql(
            f"SELECT count(*) FROM {SCHEMA}.procrastinate_workers "  # noqa: S608 - a constant
            "WHERE last_heartbeat > now() - make_interval(secs => %s)",
            (stalled_seconds,),
        )
        return int(count.scalar_one())


def _migrations() -> dict[str, str]:
    folder = resources.files("procrastinate") / "sql" / "migrations"
    scripts = [entry for entry in folder.iterdir() if entry.name.endswith(".sql")]
    return {
        entry.name: entry.read_text(encoding="utf-8") for entry in sorted(scripts, key=lambda it: it.name)
    }


@contextmanager
def _in_schema(session: Session) -> Iterator[Connection[Any]]:
    """The session's own connection, looking into the queue's schema."""
    connection = session.connection()
    connection.exec_driver_sql(f"SET LOCAL search_path TO {SCHEMA}")
    driver = connection.connection.driver_connection
    if not isinstance(driver, Connection):
        raise TypeError("the queue needs psycopg 3")
    yield driver
    connection.exec_driver_sql("SET LOCAL search_path TO DEFAULT")
