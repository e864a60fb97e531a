"""Fixtures of the wallet's tests: a migrated database of either kind, and cheap passphrases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from wallet.database import make_engine, migrate
from wallet.key_slots import Argon2Cost
from wallet.sealing import VaultKey
from wallet.store import add_worker
from wallet.tables import Worker
from wallet.vault import Vault

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CHEAP = Argon2Cost(memory_kib=64, passes=1)


@pytest.fixture
def now() -> datetime:
    """The moment at which the tests take place."""
    return NOW


@pytest.fixture
def cost() -> Argon2Cost:
    """A passphrase derivation that costs next to nothing."""
    return CHEAP


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on an empty, migrated database."""
    migrate(database_url)
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on that database."""
    with Session(engine) as session:
        yield session


@pytest.fixture
def vault(session: Session) -> Vault:
    """The opened vault of one worker."""
    add_worker(session, Worker(id="worker-1", account_name="fatima", created_at=NOW))
    return Vault(session, "worker-1", VaultKey.generate())
