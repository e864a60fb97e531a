"""A running issuer with one organisation and its sample export, on either database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from issuer import audit
from issuer.access import operators
from issuer.access.roles import Role
from issuer.app import create_app
from issuer.database import Database
from issuer.imports import RowError, load_profile, parse
from issuer.migrations import upgrade
from issuer.samples import generate
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.tables import Import, Offer, Organisation, Worker
from tests.databases import KINDS, PostgresServer
from tests.issuer.acting import (
    PROFILE,
    SLUG,
    Clock,
    Wallet,
    add_organisation,
    import_export,
    new_offer,
    new_signer,
    tx_code,
)

PEOPLE = frozenset({"Fatima el Amrani", "Tesfaye Bekele", "Grażyna Krawczyk"})


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    generate(folder, seed=7)
    return folder


@pytest.fixture(scope="session")
def newest_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the newest tables, to be copied: making them takes longer than most tests."""
    path = tmp_path_factory.mktemp("newest") / "issuer.sqlite3"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def newest_postgres(postgres_server: PostgresServer) -> str:
    """The same as a template of the server."""
    name = postgres_server.new_database()
    _make_tables(postgres_server.url(name))
    return name


def _make_tables(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.engine.dispose()


@pytest.fixture(params=KINDS)
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with the newest tables and no rows, once per kind of database."""
    if request.param == "sqlite":
        path = tmp_path / "test.sqlite3"
        shutil.copyfile(request.getfixturevalue("newest_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.new_database(request.getfixturevalue("newest_postgres"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path, migrated_url: str) -> IssuerSettings:
    return IssuerSettings(
        data_dir=tmp_path / "issuer", database_url=migrated_url, job_processes=0, link_log_in=True
    )


@pytest.fixture(scope="session")
def applications() -> dict[tuple[object, ...], FastAPI]:
    """Applications by what they are built from: FastAPI makes their 200 routes anew for each, in 0.3 s."""
    return {}


@pytest.fixture
def client(
    settings: IssuerSettings, clock: Clock, applications: dict[tuple[object, ...], FastAPI]
) -> Iterator[TestClient]:
    built_from = (settings.vc_api, settings.upload_limit_bytes, settings.secure_cookies)
    if built_from not in applications:
        applications[built_from] = create_app(settings, clock)
    app = applications[built_from]
    app.state.service = Service.open(settings, clock)
    with TestClient(app, base_url=settings.base_url, follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def service(client: TestClient) -> Service:
    running: Service = client.app.state.service  # type: ignore[attr-defined]
    return running


@pytest.fixture
def organisation(service: Service) -> Organisation:
    return add_organisation(service, SLUG)


@pytest.fixture(scope="session")
def export(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's header, its bad rows, and the rows of three people: each test imports it anew."""
    whole = exports / "vakhulp.csv"
    with whole.open("rb") as stream:
        read = list(parse(stream, load_profile(PROFILE), file_name=whole.name))
    wanted = {1, *(item.row for item in read if isinstance(item, RowError))}
    wanted |= {item.row for item in read if not isinstance(item, RowError) and item.worker.name in PEOPLE}
    lines = whole.read_bytes().splitlines(keepends=True)
    excerpt = tmp_path_factory.mktemp("excerpt") / whole.name
    excerpt.write_bytes(b"".join(line for row, line in enumerate(lines, start=1) if row in wanted))
    return excerpt


@pytest.fixture
def imported(service: Service, organisation: Organisation, export: Path) -> Import:
    return import_export(service, organisation, export)


@pytest.fixture
def fatima(service: Service, organisation: Organisation, imported: Import) -> Worker:
    with service.database.reading() as session:
        return session.exec(select(Worker).where(Worker.name == "Fatima el Amrani")).one()


@pytest.fixture
def offer(service: Service, fatima: Worker) -> Offer:
    return new_offer(service, fatima.id)


@pytest.fixture
def wallet(client: TestClient, clock: Clock) -> Wallet:
    return Wallet(client, clock, new_signer())


@pytest.fixture
def issuer(service: Service, organisation: Organisation) -> str:
    return service.credential_issuer(organisation.slug)


@pytest.fixture
def access_token(service: Service, wallet: Wallet, offer: Offer) -> str:
    answer = wallet.token(wallet.offer(offer.id), tx_code(service, offer))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


@pytest.fixture
def operator_client(client: TestClient, service: Service) -> TestClient:
    with service.database.writing() as session:
        code = operators.invite(
            session,
            name="Sam",
            role=Role.OWNER,
            organisation=None,
            actor=audit.COMMAND_LINE,
            now=service.clock(),
            lifetime=timedelta(hours=1),
        )
    client.post(f"/inloggen/{code}")
    return client
