"""Fixtures of the wallet's tests: a migrated database of either kind, and cheap passphrases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from standard.dids import did_key, did_key_method
from standard.keys import KeySigner, PrivateKey
from wallet import offers, receive
from wallet.database import make_engine, migrate
from wallet.held import HeldCredential
from wallet.key_slots import Argon2Cost
from wallet.sealing import VaultKey
from wallet.services import Services, open_services
from wallet.settings import WalletSettings
from wallet.store import add_worker
from wallet.tables import Worker
from wallet.vault import Vault

from .platforms import Platforms, running_platforms

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


@pytest.fixture(scope="session")
def platforms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platforms]:
    """A running issuer with five of the sample organisations."""
    folder = tmp_path_factory.mktemp("platforms")
    slugs = ("klusdag", "oppaspunt", "vakhulp", "veldkracht", "snelgebracht")
    with running_platforms(folder, slugs, NOW) as platforms:
        yield platforms


@pytest.fixture(scope="session")
def services(platforms: Platforms, tmp_path_factory: pytest.TempPathFactory) -> Services:
    """The wallet's services, trusting those platforms; the database is not used."""
    settings = wallet_settings(platforms, tmp_path_factory.mktemp("wallet"), "")
    return open_services(settings, clock=lambda: NOW)


@pytest.fixture(scope="session")
def signer() -> KeySigner:
    """The worker's key."""
    return new_signer()


@pytest.fixture(scope="session")
def other_signer() -> KeySigner:
    """Somebody else's key."""
    return new_signer()


@pytest.fixture(scope="session")
def klusdag(platforms: Platforms, services: Services, signer: KeySigner) -> HeldCredential:
    """What Klusdag says about Fatima."""
    return claimed(platforms, services, signer, "klusdag")


@pytest.fixture(scope="session")
def oppaspunt(platforms: Platforms, services: Services, signer: KeySigner) -> HeldCredential:
    """What Oppaspunt says about Fatima."""
    return claimed(platforms, services, signer, "oppaspunt")


@pytest.fixture(scope="session")
def vakhulp(platforms: Platforms, services: Services, signer: KeySigner) -> HeldCredential:
    """What Vakhulp says about Fatima."""
    return claimed(platforms, services, signer, "vakhulp")


def claimed(platforms: Platforms, services: Services, signer: KeySigner, slug: str) -> HeldCredential:
    """Claim one worker's statements; the slug serves as the id in the wallet."""
    invitation = platforms.invite(slug)
    opened = offers.open_offer(invitation.claim_page, fetcher=services.fetcher)
    received = receive.accept(
        opened,
        invitation.code,
        fetcher=services.fetcher,
        signer=signer,
        policy=services.policy,
        resolver=services.resolver,
    )
    return replace(received, id=slug)


def new_signer() -> KeySigner:
    """Make a worker's key."""
    key = PrivateKey.generate("P-256")
    return KeySigner(key, did_key_method(did_key(key.public_key)))


def wallet_settings(platforms: Platforms, folder: Path, database_url: str) -> WalletSettings:
    """Settings of a wallet that trusts the platforms and derives passphrases cheaply."""
    return WalletSettings(
        base_url="http://testserver",
        data_dir=folder,
        database_url=database_url,
        checker_url="https://controleer.example",
        loopback_hosts=frozenset({platforms.host}),
        trust_roots=(platforms.trust_root,),
        documents=platforms.documents,
        argon2_memory_kib=CHEAP.memory_kib,
        argon2_passes=CHEAP.passes,
    )
