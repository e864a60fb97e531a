"""Connections to a server: looked at after a rest, and not before every question."""

from __future__ import annotations

import time

import pytest
import sqlalchemy

from issuer.database import REST_SECONDS, Database


def test_a_connection_that_the_server_closed_while_it_rested_is_replaced(database_url: str) -> None:
    database = Database(database_url)
    if database.is_embedded:
        pytest.skip("an embedded database has no server that closes connections")
    database.ping()
    others = sqlalchemy.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    server = sqlalchemy.create_engine(database_url).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        name = {"name": connection.scalar(sqlalchemy.text("SELECT current_database()"))}
        connection.execute(sqlalchemy.text(f"{others} AND pid <> pg_backend_pid()"), name)
    server.dispose()
    time.sleep(REST_SECONDS)
    database.ping()
    database.close()
