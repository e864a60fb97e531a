"""The fixture that gives every store test both databases."""

from __future__ import annotations

import sqlalchemy


def test_a_test_gets_an_empty_database_it_can_write(database_url: str) -> None:
    engine = sqlalchemy.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE probe (number INTEGER)"))
        connection.execute(sqlalchemy.text("INSERT INTO probe VALUES (1)"))
        assert connection.execute(sqlalchemy.text("SELECT number FROM probe")).scalar_one() == 1
    engine.dispose()
