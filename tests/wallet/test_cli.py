"""The worker's side from the command line, for one person on her own machine."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session
from typer.testing import CliRunner

from standard.verification import Outcome, verify
from wallet import held
from wallet.cli import app
from wallet.local_vault import open_local_vault
from wallet.other_formats import FORMATS
from wallet.services import open_services
from wallet.settings import WalletSettings

from .platforms import Platforms, running_platforms

USAGE = 64


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Platforms whose clock is the real one, as the command line's is."""
    folder = tmp_path_factory.mktemp("today")
    with running_platforms(folder, ("oppaspunt", "vakhulp", "snelgebracht"), datetime.now(UTC)) as platforms:
        yield platforms


@pytest.fixture
def machine(today: Platforms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder and the environment of one person."""
    variables = {
        "DATA_DIR": str(tmp_path / "wallet"),
        "LOOPBACK_HOSTS": json.dumps([today.host]),
        "TRUST_ROOTS": json.dumps([str(today.trust_root)]),
        "DOCUMENTS": str(today.documents),
        "PASSPHRASE": "drie fietsen in de regen",
        "CHECKER_URL": "https://controleer.example",
        "ARGON2_MEMORY_KIB": "64",
        "ARGON2_PASSES": "1",
    }
    for name, value in variables.items():
        monkeypatch.setenv(f"WALLET_{name}", value)
    return tmp_path


def run(*arguments: str, exit_code: int = 0) -> Any:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def add(platforms: Platforms, slug: str) -> str:
    invitation = platforms.invite(slug)
    return str(run("add", invitation.claim_page, "--code", invitation.code)["id"])


def test_from_offer_to_exports(machine: Path, today: Platforms) -> None:
    held_id = add(today, "oppaspunt")
    assert [each["id"] for each in run("list")] == [held_id]
    assert run("show", held_id)["name"] == "Fatima el Amrani"
    assert run("compose", "--title", "Oppas", "--headline", "Oppas")["statements"] == 2
    pdf, presentation, qr = machine / "k.pdf", machine / "k.json", machine / "k.png"
    assert run("export", "pdf", "--out", str(pdf))["files"] == [str(pdf)]
    run("export", "json", "--out", str(presentation))
    assert len(run("export", "qr", "--out", str(qr))["files"]) == 2
    for name in FORMATS:
        written = run("export", name, "--out", str(machine / name))
        assert written["files"] == [str(machine / name)]
        assert {"place", "reason"} == set().union(*written["losses"])
    assert pdf.read_bytes().startswith(b"%PDF")
    services = open_services(WalletSettings())
    for data in (presentation.read_bytes(), (machine / "k.txt").read_bytes()):
        result = verify(data, policy=services.policy, resolver=services.resolver)
        assert result.outcome is Outcome.VALID


def test_adding_twice_changes_nothing(machine: Path, today: Platforms) -> None:
    invitation = today.invite("vakhulp")
    first = run("add", invitation.claim_page, "--code", invitation.code)
    assert run("add", invitation.claim_page, "--code", invitation.code) == first
    assert len(run("list")) == 1


def test_what_comes_later_is_named_and_asked_for_again(machine: Path, today: Platforms) -> None:
    invitation = today.invite("snelgebracht", today.somebody("snelgebracht"))
    with today.keys_away("snelgebracht"):
        first = run("add", invitation.claim_page, "--code", invitation.code)
    assert (first["organisation"], first["outcome"]) == ("Snelgebracht", "under-way")
    # The organisation asked for half a minute of patience.
    assert run("waiting") == [first]
    assert run("add", invitation.claim_page) == first
    assert run("list") == []


def test_an_offer_that_needs_a_browser_says_so(machine: Path, today: Platforms) -> None:
    offer, _ = today.offer_for_leave("vakhulp")
    assert run("add", offer, exit_code=USAGE)["error"] == "offer-needs-browser"


def test_copies_come_in_as_files_too(machine: Path, today: Platforms) -> None:
    held_id = add(today, "vakhulp")
    services = open_services(WalletSettings())
    with Session(services.engine) as session:
        vault = open_local_vault(session, "drie fietsen in de regen", services)
        copies = held.one_held(vault, held_id).copies
    files = [machine / f"{number}.txt" for number in range(len(copies))]
    for file, copy in zip(files, copies, strict=True):
        file.write_text(copy.text + "\n")
    assert run("add", *map(str, files))["id"] == held_id


def test_what_is_hidden_is_not_in_the_presentation(machine: Path, today: Platforms) -> None:
    held_id = add(today, "oppaspunt")
    other = add(today, "vakhulp")
    hide = ["--hide", other, "--hide", f"{held_id}:engagement:0", "--reviews", "0", "--no-name"]
    assert run("compose", *hide)["statements"] == 1
    assert run("compose", "--hide", "nobody", exit_code=USAGE)["error"] == "not-found"
    assert run("compose", "--hide", f"{held_id}:salary:0", exit_code=USAGE)["error"] == "not-found"


def test_the_organisation_is_told_and_asked_again(machine: Path, today: Platforms) -> None:
    held_id = add(today, "vakhulp")
    told = run("dispute", held_id, "Dit waren meer uren.", "--record", "engagement:0")
    assert (told["state"], told["reply"]) == ("received", None)
    assert run("dispute", held_id, "Dit waren meer uren.", "--record", "engagement:0") == told
    refused = run("dispute", held_id, "Mijn BSN is 123456782", exit_code=USAGE)
    assert refused["error"] == "dispute-citizen-number"
    assert run("dispute", held_id, "Nee.", "--record", "x:0", exit_code=USAGE)["error"] == "not-found"


def test_the_same_title_replaces_a_choice(machine: Path, today: Platforms) -> None:
    add(today, "vakhulp")
    assert run("compose", "--title", "A")["id"] == run("compose", "--title", "A", "--no-name")["id"]
    run("compose", "--title", "B")
    assert run("export", "json", exit_code=USAGE)["error"] == "not-found"


def test_a_wrong_passphrase_opens_nothing(
    machine: Path, today: Platforms, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(today, "vakhulp")
    monkeypatch.setenv("WALLET_PASSPHRASE", "een andere lange zin")
    assert run("list", exit_code=USAGE)["error"] == "login-refused"
    file = machine / "passphrase"
    file.write_text("drie fietsen in de regen\n")
    assert len(run("list", "--passphrase-file", str(file))) == 1


def test_without_a_passphrase_and_a_terminal_nothing_is_made(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WALLET_PASSPHRASE")
    assert run("list", exit_code=USAGE)["error"] == "weak-passphrase"


def test_the_key_of_the_pdf_is_readable_by_its_owner_alone(machine: Path, today: Platforms) -> None:
    add(today, "vakhulp")
    run("compose")
    run("export", "pdf", "--out", str(machine / "k.pdf"))
    key = machine / "wallet" / "pdf-signer.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


@pytest.mark.parametrize("given", ["/does/not/exist", "https://127.0.0.1:1/claim/x"])
def test_what_cannot_be_added_is_said_in_one_line(machine: Path, given: str) -> None:
    assert run("add", given, exit_code=USAGE)["error"] in ("file", "issuer-unreachable")
