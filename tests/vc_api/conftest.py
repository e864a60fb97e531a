"""An issuer, a verifier and a wallet with the VC-API; the verifier reaches the issuer in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

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
    folder = tmp_path_factory.mktemp("vc-api")
    with _issuer(folder) as issuer, _verifier(folder, issuer) as verifier, _wallet(folder) as wallet:
        yield Api(issuer, verifier, wallet)


def _issuer(folder: Path) -> TestClient:
    settings = IssuerSettings(data_dir=folder / "issuer", vc_api=True)
    app = create_issuer(settings, lambda: NOW)
    upgrade(app.state.service.database)
    return TestClient(app, base_url=settings.base_url, raise_server_exceptions=False)


def _verifier(folder: Path, issuer: TestClient) -> TestClient:
    settings = VerifierSettings(data_dir=folder / "verifier", offline=True)
    migrate(settings.resolved_database_url)
    app = create_verifier(settings)
    resolver = ChainResolver(SelfContainedResolver(), ClientResolver(issuer))
    app.state.service = replace(app.state.service, now=lambda: NOW, direct_resolver=resolver)
    return TestClient(app, raise_server_exceptions=False)


def _wallet(folder: Path) -> TestClient:
    settings = WalletSettings(data_dir=folder / "wallet")
    migrate_wallet(settings.resolved_database_url)
    return TestClient(create_wallet(settings), raise_server_exceptions=False)
