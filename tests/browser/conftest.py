"""A real Chromium, and the three apps as `make demo` serves them, before anything was imported."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from demo import issuing, stewarding
from demo.story import Stage, serving, set_stage
from issuer.service import Service
from standard.trust import root_json
from wallet.database import migrate

PROJECT = Path(__file__).parents[2]
AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM_OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def _cannot_run(reason: str) -> None:
    """Skip with the reason; in continuous integration these tests may not be skipped."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker's source."""
    if not AXE.is_file():
        _cannot_run("axe-core is not installed (npm ci)")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; closed after each module, because Playwright keeps an event loop running."""
    chromium = shutil.which("chromium")
    if chromium is None:
        _cannot_run("Chromium is not installed (Debian: chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        yield opened
        opened.close()


@dataclass(frozen=True)
class Apps:
    """The running apps, and a way in for the operator."""

    stage: Stage
    service: Service
    exports: Path

    @property
    def issuer(self) -> str:
        return self.stage.addresses[0].url

    @property
    def wallet(self) -> str:
        return self.stage.addresses[1].url

    @property
    def verifier(self) -> str:
        return self.stage.addresses[2].url

    def operator_link(self) -> str:
        return issuing.operator_link(self.service)


@pytest.fixture
def apps(tmp_path: Path) -> Iterator[Apps]:
    """Organisations with keys, a signed trust list, an empty wallet, and three servers."""
    stage = set_stage(tmp_path / "demo")
    service = Service.open(stage.issuer)
    exports = tmp_path / "exports"
    issuing.write_exports(exports)
    issuing.open_organisations(service)
    root, trust_list = stewarding.sign_trust_list(service, service.clock())
    (stage.out / "trust-root.json").write_bytes(root_json(root))
    (stage.out / "documents" / "trust-list.json").write_bytes(trust_list)
    migrate(stage.wallet.resolved_database_url)
    with serving(stage):
        yield Apps(stage, service, exports)
    service.database.close()
