"""An organisation, and an operator of it who was invited and chose a way to log in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.tables import Organisation
from tests.issuer.access.authenticator import Authenticator
from tests.issuer.access.entering import ORIGIN, App, choose_password, invite
from tests.issuer.acting import Clock, add_organisation


@pytest.fixture
def settings(tmp_path: Path, migrated_url: str) -> IssuerSettings:
    """As in production: a link lets in only to choose how to log in; and a name that passkeys bind to."""
    return IssuerSettings(
        data_dir=tmp_path / "issuer", database_url=migrated_url, job_processes=0, base_url=ORIGIN
    )


@pytest.fixture
def klusdag(service: Service) -> Organisation:
    return add_organisation(service, "klusdag")


@pytest.fixture
def authenticator() -> Authenticator:
    return Authenticator(ORIGIN, "localhost")


@pytest.fixture
def invited(client: TestClient, service: Service, klusdag: Organisation) -> TestClient:
    assert client.post(invite(service, klusdag)).status_code == 303
    return client


@pytest.fixture
def passkey(invited: TestClient, authenticator: Authenticator) -> Authenticator:
    """The operator chose a passkey, and logged out."""
    options = invited.post("/passkeys/new/options").json()
    assert invited.post("/passkeys/new?name=Laptop", json=authenticator.create(options)).status_code == 200
    assert invited.get("/beheer/klusdag").status_code == 200
    invited.post("/uitloggen")
    return authenticator


@pytest.fixture
def app(invited: TestClient, clock: Clock) -> App:
    """The operator chose a password, and logged out half a minute later."""
    answer, secret = choose_password(invited, clock)
    assert answer.status_code == 200, answer.text
    codes = re.findall(r"<code>([a-z2-7-]+)</code>", answer.text)
    assert len(codes) == len(set(codes)) == 10
    invited.post("/uitloggen")
    clock.advance(seconds=60)
    return App(secret, codes, clock)
