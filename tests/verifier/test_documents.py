"""The cache of fetched documents, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from standard.errors import ResolutionError
from tests.databases import shape
from verifier import store
from verifier.database import make_engine, migrate, ping, transaction
from verifier.documents import CachingResolver
from verifier.tables import VerifierTable

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIST = "https://klusdag.example/status/1"


class Source:
    """A network in memory that counts its questions."""

    def __init__(self) -> None:
        self.documents: dict[str, bytes] = {LIST: b"first"}
        self.questions = 0

    def resolve(self, identifier: str) -> bytes:
        self.questions += 1
        try:
            return self.documents[identifier]
        except KeyError:
            raise ResolutionError("silent") from None


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    migrate(database_url)
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(engine: Engine, source: Source, clock: Clock) -> CachingResolver:
    return CachingResolver(engine, source, max_age=timedelta(minutes=15), now=clock)


def test_migrations_make_exactly_the_tables_of_the_code(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "verifier_alembic_version"})
        assert compare_metadata(context, VerifierTable.metadata) == []


def test_migrating_twice_changes_nothing(database_url):
    migrate(database_url)
    engine = make_engine(database_url)
    before = shape(engine)
    migrate(database_url)
    assert shape(engine) == before
    ping(engine)
    engine.dispose()


def test_a_fresh_copy_answers_without_asking(cache, source, clock):
    assert cache.resolve(LIST) == b"first"
    source.documents[LIST] = b"second"
    clock.time += timedelta(minutes=14)
    assert cache.resolve(LIST) == b"first"
    assert source.questions == 1


def test_an_old_copy_is_fetched_anew(cache, source, clock):
    cache.resolve(LIST)
    source.documents[LIST] = b"second"
    clock.time += timedelta(minutes=15)
    assert cache.resolve(LIST) == b"second"
    clock.time += timedelta(minutes=1)
    assert cache.resolve(LIST) == b"second"
    assert source.questions == 2


def test_the_last_copy_answers_when_the_other_side_is_silent(cache, source, clock):
    cache.resolve(LIST)
    source.documents.clear()
    clock.time += timedelta(days=2)
    assert cache.resolve(LIST) == b"first"


def test_what_nobody_has_is_not_resolved(cache):
    with pytest.raises(ResolutionError):
        cache.resolve("https://elsewhere.example/status/1")


def test_a_clock_that_was_set_back_does_not_keep_a_copy_fresh(cache, source, clock):
    cache.resolve(LIST)
    clock.time -= timedelta(days=1)
    cache.resolve(LIST)
    assert source.questions == 2


def test_old_documents_are_forgotten(cache, source, clock, engine):
    cache.resolve(LIST)
    source.documents["did:web:klusdag.example"] = b"{}"
    clock.time += timedelta(days=31)
    cache.resolve("did:web:klusdag.example")
    with transaction(engine) as session:
        assert store.document(session, LIST) is None


def test_bytes_come_back_as_they_were(cache, source):
    source.documents["bytes"] = bytes(range(256)) * 400
    cache.resolve("bytes")
    assert cache.resolve("bytes") == bytes(range(256)) * 400
    assert source.questions == 1
