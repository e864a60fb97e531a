"""An issuer, a verifier and a wallet with the VC-API, in memory and over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient

from demo.servers import Address, free_address, running
from issuer.app import create_app as create_issuer
from issuer.migrations import upgrade
from issuer.settings import IssuerSettings
from standard.errors import ResolutionError
from standard.resolution import ChainResolver, SelfContainedResolver
from tests.vc_api.acting import Api
from verifier.app import create_app as create_verifier
from verifier.database import migrate
from verifier.settings import VerifierSettings
from wallet.app import create_app as create_wallet
from wallet.database import migrate as migrate_wallet
from wallet.settings import WalletSettings

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@dataclass
class ClientResolver:
    """Fetches from an application in this process."""

    client: TestClient

    def resolve(self, identifier: str) -> bytes:
        answer = self.client.get(identifier)
        if answer.status_code != 200:
            raise ResolutionError("nothing there")
        return answer.content


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The three services in this process; the verifier reaches the issuer in memory."""
    folder = tmp_path_factory.mktemp("vc-api")
    issuing = _issuer(folder)
    with TestClient(issuing, base_url=IssuerSettings().base_url, raise_server_exceptions=False) as issuer:
        resolver = ChainResolver(SelfContainedResolver(), ClientResolver(issuer))
        verifying = _verifier(folder)
        verifying.state.service = replace(verifying.state.service, direct_resolver=resolver)
        with (
            TestClient(verifying, raise_server_exceptions=False) as verifier,
            TestClient(_wallet(folder), raise_server_exceptions=False) as wallet,
        ):
            yield Api(issuer, verifier, wallet)


@dataclass(frozen=True)
class Shelf:
    """A web server of strangers, whose documents a test puts there by their paths."""

    url: str
    documents: dict[str, bytes] = field(default_factory=dict)

    def put(self, path: str, document: object) -> str:
        """Serve a document, and give its address."""
        self.documents[path] = json.dumps(document).encode()
        return f"{self.url}{path}"


@pytest.fixture(scope="session")
def shelf() -> Iterator[Shelf]:
    address, app = free_address(0), FastAPI()
    own = Shelf(address.url)

    @app.get("/{path:path}")
    def document(path: str) -> Response:
        found = own.documents.get(f"/{path}")
        return Response(found, media_type="application/vc") if found else Response(status_code=404)

    with running(app, address):
        yield own


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, shelf: Shelf) -> Iterator[Api]:
    """The three services over real HTTP; the verifier fetches status lists from the issuer and strangers."""
    folder = tmp_path_factory.mktemp("vc-api-served")
    issuer, verifier, wallet = (free_address(0) for _ in range(3))
    hosts = frozenset({issuer.host, shelf.url.removeprefix("http://")})
    with (
        running(_issuer(folder, base_url=issuer.url), issuer),
        running(_verifier(folder, loopback_hosts=hosts), verifier),
        running(_wallet(folder), wallet),
        _client(issuer) as to_issuer,
        _client(verifier) as to_verifier,
        _client(wallet) as to_wallet,
    ):
        yield Api(to_issuer, to_verifier, to_wallet)


def _client(address: Address) -> httpx.Client:
    return httpx.Client(base_url=address.url, timeout=20)


def _issuer(folder: Path, **settings: Any) -> FastAPI:
    app = create_issuer(IssuerSettings(data_dir=folder / "issuer", vc_api=True, **settings), lambda: NOW)
    upgrade(app.state.service.database)
    return app


def _verifier(folder: Path, **settings: Any) -> FastAPI:
    own = VerifierSettings(data_dir=folder / "verifier", offline=not settings, **settings)
    migrate(own.resolved_database_url)
    app = create_verifier(own)
    app.state.service = replace(app.state.service, now=lambda: NOW)
    return app


def _wallet(folder: Path) -> FastAPI:
    settings = WalletSettings(data_dir=folder / "wallet")
    migrate_wallet(settings.resolved_database_url)
    return create_wallet(settings)
