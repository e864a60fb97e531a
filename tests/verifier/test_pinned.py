"""What a verifier pins: several trust roots, and authorities that vouch for issuers on no list."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import typer
from cryptography.hazmat.primitives.serialization import Encoding
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from standard.model import Form
from standard.trust import root_json
from tests.standard.test_certificates import AUTHORITY, issued, native
from tests.world import NOW, WORK_HISTORY, Organisation, World, make_world
from verifier.app import create_app
from verifier.cli import VerifyCommand, verify
from verifier.database import migrate
from verifier.settings import VerifierSettings

commands = typer.Typer()
commands.command("verify", cls=VerifyCommand)(verify)


@dataclass(frozen=True)
class Pinned:
    """Two stewards, each with one organisation on its list, and one worker known to both."""

    first: World
    second: World
    folder: Path

    @property
    def roots(self) -> tuple[Path, Path]:
        return self.folder / "first-root.json", self.folder / "second-root.json"

    def copies(self) -> list[str]:
        return [
            world.organisation.issue(WORK_HISTORY, Form.SD_JWT, self.first.holder)
            for world in (self.first, self.second)
        ]

    def verify(self, *words: str) -> Result:
        always = ("--offline", "--now", NOW.isoformat(), "--lang", "en", "--documents", str(self.folder))
        return CliRunner().invoke(commands, [*words, *always])


@pytest.fixture
def pinned(tmp_path: Path) -> Pinned:
    folder = tmp_path / "documents"
    folder.mkdir()
    worlds = []
    for name, organisation in (("first", "klusdag"), ("second", "oppaspunt")):
        world = make_world()
        world.root = replace(world.root, trust_list=f"https://{name}.example/list", name=f"Bestuur {name}")
        world.organisations = [each for each in world.organisations if each.slug == organisation]
        (folder / f"{name}-root.json").write_bytes(root_json(world.root))
        for number, content in enumerate(world.documents().values()):
            (folder / f"{name}-{number}.txt").write_bytes(content)
        worlds.append(world)
    return Pinned(worlds[0], worlds[1], folder)


def test_organisations_of_several_lists_are_known_and_each_by_its_own_list(pinned: Pinned) -> None:
    text = pinned.first.present(pinned.copies())
    both = ["--trust", str(pinned.roots[0]), "--trust", str(pinned.roots[1])]
    result = pinned.verify(text, *both)
    assert result.exit_code == 0, result.output
    assert "On the trust list of Bestuur first: Klusdag B.V." in result.stdout
    assert "On the trust list of Bestuur second: Oppaspunt." in result.stdout
    report = json.loads(pinned.verify(text, *both, "--json").stdout)
    named = {check["detail"]["list"] for check in report["checks"] if check["code"] == "trust"}
    assert named == {"Bestuur first", "Bestuur second"}
    assert pinned.verify(text, *both[:2]).exit_code == 2


def test_the_service_pins_several_roots_from_its_environment(
    pinned: Pinned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VERIFIER_TRUST_ROOTS", json.dumps([str(path) for path in pinned.roots]))
    settings = VerifierSettings(data_dir=tmp_path / "data", documents=pinned.folder, offline=True)
    migrate(settings.resolved_database_url)
    app = create_app(settings)
    app.state.service = replace(app.state.service, now=lambda: NOW)
    with TestClient(app) as client:
        page = client.post("/?lang=en", data={"text": pinned.first.present(pinned.copies())}).text
    app.state.service.engine.dispose()
    assert "Bestuur first" in page
    assert "Bestuur second" in page


def test_a_pinned_authority_vouches_for_an_issuer_on_no_list(pinned: Pinned, tmp_path: Path) -> None:
    stranger = Organisation("ver-weg", "Ver weg")
    for number, content in enumerate(stranger.documents(NOW).values()):
        (pinned.folder / f"stranger-{number}.txt").write_bytes(content)
    copy = issued(stranger, pinned.first, AUTHORITY.chain(native(stranger.signer("P-256")), stranger.did))
    anchors = tmp_path / "anchors.pem"
    anchors.write_bytes(AUTHORITY.root.public_bytes(Encoding.PEM))
    trust = ["--trust", str(pinned.roots[0])]
    assert pinned.verify(copy, *trust).exit_code == 2
    assert pinned.verify(copy, *trust, "--anchors", str(anchors)).exit_code == 0


def test_a_file_that_holds_no_certificate_pins_nobody(pinned: Pinned, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors.pem"
    anchors.write_text("no certificate", encoding="utf-8")
    assert pinned.verify(pinned.copies()[0], "--anchors", str(anchors)).exit_code == 64
