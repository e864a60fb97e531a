"""`kluscv issuer`: the same steps as the pages, for scripts."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from PIL import Image
from typer.testing import CliRunner, Result

from issuer.claiming.links import ClaimLink
from issuer.cli import app
from issuer.keyring.keys import KeyFolder
from issuer.signing.direct import write_links
from standard.dids import did_key
from tests.issuer.acting import new_signer

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("ISSUER_DATA_DIR", str(tmp_path / "data"))
    runner = CliRunner()

    def invoke(*words: str | Path) -> Result:
        return runner.invoke(app, [str(word) for word in words])

    assert invoke("org", "add", "vakhulp", "--name", "Vakhulp", "--contact", "a@b.example").exit_code == 0
    return invoke


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_migrating_is_safe_to_repeat(run: Run) -> None:
    assert told(run("migrate", "--json")) == told(run("migrate", "--json")) == {"migrated": True}


def test_an_import_reports_bad_rows_and_a_repeat_changes_nothing(run: Run, export: Path) -> None:
    words = ("import", export, "--org", "vakhulp", "--profile", "vakhulp", "--json")
    first = told(run(*words))
    assert first["new_statements"] > 0
    assert {"file", "row", "column", "reason", "message"} == set(first["errors"][0])
    assert told(run(*words))["new_statements"] == 0


def test_the_first_guess_that_is_kept_is_how_exports_are_read_from_then_on(run: Run, export: Path) -> None:
    lost = run("import", export, "--org", "vakhulp")
    assert lost.exit_code == 1
    assert "kluscv issuer profile guess" in lost.stderr
    told(run("profile", "guess", export, "--org", "vakhulp", "--save", "Planning", "--json"))
    assert told(run("import", export, "--org", "vakhulp", "--json"))["new_statements"] > 0


def test_a_file_with_other_columns_than_its_profile_says_what_helps(run: Run, export: Path) -> None:
    lost = run("import", export, "--org", "vakhulp", "--profile", "klusdag")
    assert lost.exit_code == 1
    assert "missing columns" in lost.stderr
    assert "kluscv issuer profile guess" in lost.stderr


def test_a_name_that_only_this_machine_can_look_up_is_pointed_out(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("org", "add", "--name", "X", "--contact", "https://x.example")
    assert "ISSUER_BASE_URL" in run(*words, "hier").stderr
    monkeypatch.setenv("ISSUER_BASE_URL", "https://bewijs.x.example")
    assert "ISSUER_BASE_URL" not in run(*words, "buiten").output
    monkeypatch.setattr(uvicorn, "run", lambda *_, **__: None)
    warned = run("serve").stderr
    assert "did:web:127.0.0.1%3A8101:org:hier cannot be looked up" in warned
    assert "org:buiten" not in warned


def test_a_contact_that_leads_nowhere_is_refused(run: Run) -> None:
    refused = run("org", "add", "andere", "--name", "X", "--contact", "bel ons")
    assert refused.exit_code == 1
    assert "mailto:" in refused.stderr


def test_a_strict_import_stops_with_the_place_of_the_fault(run: Run, export: Path) -> None:
    result = run("import", export, "--org", "vakhulp", "--profile", "vakhulp", "--strict", "--json")
    assert result.exit_code == 1
    fault = json.loads(result.stdout)
    assert fault["error"] == "import-strict"
    assert fault["file"] == "vakhulp.csv"
    assert fault["row"] > 1


def test_links_and_codes_go_to_two_files_that_only_their_owner_reads(
    run: Run, export: Path, tmp_path: Path
) -> None:
    run("import", export, "--org", "vakhulp", "--profile", "vakhulp")
    issued = told(run("issue", "--org", "vakhulp", "--out", tmp_path / "out", "--json"))
    again = told(run("issue", "--org", "vakhulp", "--json"))
    assert again["issued"] == issued["issued"]
    links, codes = (tmp_path / "out" / name for name in ("links.csv", "codes.csv"))
    entry = issued["issued"][0]
    assert entry["link"] in links.read_text()
    assert entry["code"] in codes.read_text()
    assert entry["link"] not in codes.read_text()
    assert {path.stat().st_mode & 0o777 for path in (links, codes)} == {0o600}


def test_a_name_from_an_export_is_no_formula_in_the_operators_spreadsheet(tmp_path: Path) -> None:
    link = ClaimLink(
        "-7", '=HYPERLINK("https://x.example")', "", "https://i.example/claim/a", "123456", "2027"
    )
    write_links([link], tmp_path)
    for name in ("links.csv", "codes.csv"):
        with (tmp_path / name).open(encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file)
        assert row["name"] == f"'{link.name}"
        assert row["worker_key"] == "'-7"


def test_a_known_key_gets_its_copies_at_once_and_the_same_ones_again(
    run: Run, export: Path, tmp_path: Path
) -> None:
    run("import", export, "--org", "vakhulp", "--profile", "vakhulp")
    worker = told(run("issue", "--org", "vakhulp", "--json"))["issued"][0]["worker_key"]
    subject = did_key(new_signer().public_key)
    words = ("issue", "--org", "vakhulp", "--worker", worker, "--subject", subject, "--json")
    first = told(run(*words, "--out", tmp_path / "out"))
    assert told(run(*words))["issued"] == first["issued"]
    assert {Path(name).suffix for name in first["files"]} == {".json", ".sd-jwt", ".compact"}
    copy = first["issued"][0]["copy"]
    assert len(told(run("revoke", copy, "--reason", "fout", "--json"))["revoked"]) == 1


def test_a_known_key_gets_its_copies_in_the_forms_that_are_asked_for(run: Run, export: Path) -> None:
    run("import", export, "--org", "vakhulp", "--profile", "vakhulp")
    worker = told(run("issue", "--org", "vakhulp", "--json"))["issued"][0]["worker_key"]
    subject = did_key(new_signer().public_key)
    words = ("issue", "--org", "vakhulp", "--form", "ecdsa-sd-2023", "--form", "eddsa-jcs-2022", "--json")
    issued = told(run(*words, "--worker", worker, "--subject", subject))["issued"]
    forms = {entry["configuration"].partition(".")[2] for entry in issued}
    assert forms == {"ecdsa-sd-2023", "eddsa-jcs-2022"}
    assert run(*words).exit_code == 2


def test_a_login_link_is_printed_alone(run: Run) -> None:
    result = run("operator-link")
    assert result.stdout.strip().startswith("http://127.0.0.1:8101/inloggen/")
    assert len(result.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("org", "add", "vakhulp", "--name", "x", "--contact", "x"), "organisation"),
        (("org", "add", "Fout Slug", "--name", "x", "--contact", "x"), "organisation"),
        (("operator-link", "--org", "niemand"), "not-found"),
        (("issue", "--org", "niemand"), "not-found"),
        (("revoke", "niets", "--reason", "x"), "not-found"),
    ],
)
def test_what_cannot_be_done_says_so_with_a_stable_code(run: Run, words: tuple[str, ...], code: str) -> None:
    result = run(*words, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"] == code


def test_an_organisation_is_given_its_looks_and_they_are_taken_away(run: Run, tmp_path: Path) -> None:
    picture = tmp_path / "logo.png"
    Image.new("RGB", (40, 20), "#c03020").save(picture)
    brand = ("brand", "colours", "--org", "vakhulp", "--json")
    coloured = told(run(*brand, "--accent", "#0b5d52", "--text", "#ffffff"))
    assert (coloured["accent"], coloured["logo"]) == ("#0b5d52", None)
    assert told(run("brand", "logo", picture, "--org", "vakhulp", "--json"))["logo"]
    refused = run(*brand, "--accent", "#ffff00", "--text", "#ffffff")
    assert (refused.exit_code, json.loads(refused.stdout)["error"]) == (1, "colour")
    assert run(*brand).exit_code == run("brand", "logo", "--org", "vakhulp").exit_code == 2
    run(*brand, "--none")
    run("brand", "logo", "--none", "--org", "vakhulp")
    shown = told(run("brand", "show", "--org", "vakhulp", "--json"))
    assert shown == {"accent": None, "text": None, "logo": None}


@pytest.mark.parametrize("command", ["migrate", "serve"])
def test_the_key_of_claim_codes_from_before_the_passphrase_is_encrypted_on_the_way(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    path = tmp_path / "data" / "keys" / "claim-codes.key"
    before = KeyFolder(path.parent, None).claim_code_key()
    assert path.read_bytes() == before
    monkeypatch.setenv("ISSUER_KEYS_PASSPHRASE", "four quiet words here")
    monkeypatch.setattr(uvicorn, "run", lambda *_, **__: None)
    assert run(command).exit_code == 0
    assert before not in path.read_bytes()
    assert KeyFolder(path.parent, b"four quiet words here").claim_code_key() == before


def test_the_list_of_keys_says_since_when_each_is_what_it_is(run: Run) -> None:
    before = told(run("keys", "list", "--org", "vakhulp", "--json"))["keys"]
    told(run("keys", "rotate", "--org", "vakhulp", "--json"))
    known = {each["id"]: each for each in told(run("keys", "list", "--org", "vakhulp", "--json"))["keys"]}
    lines = run("keys", "list", "--org", "vakhulp").stdout.splitlines()
    for old in before:
        ended = known[old["id"]]["valid_until"]
        assert f"{old['id']} retired since {ended}, kept in file" in lines


def test_a_steward_gets_a_contact_that_a_trust_list_can_hold(run: Run) -> None:
    (listed,) = told(run("org", "list", "--json"))["organisations"]
    assert listed["contact"] == "mailto:a@b.example"
