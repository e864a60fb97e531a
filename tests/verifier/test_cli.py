"""`kluscv verify` and the commands of the service: exit codes are the interface."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from standard.model import Form
from tests.world import WORK_HISTORY
from verifier.cli import VerifyCommand, app, verify

Run = Callable[..., Result]

commands = typer.Typer()
commands.command("verify", cls=VerifyCommand)(verify)
commands.add_typer(app, name="verifier")


@pytest.fixture
def run(evidence) -> Run:
    """Run `verify` offline, at the world's moment, under its root."""

    def call(
        *arguments: str, trust: bool = True, documents: bool = True, lang: str = "en", **options
    ) -> Result:
        command = ["verify", *arguments, "--offline", "--now", evidence.world.now.isoformat(), "--lang", lang]
        command += ["--trust", str(evidence.root)] if trust else []
        command += ["--documents", str(evidence.documents)] if documents else []
        return CliRunner().invoke(commands, command, **options)

    return call


@pytest.fixture
def presentation(evidence, tmp_path: Path) -> Path:
    path = tmp_path / "kluscv.presentation.json"
    path.write_text(evidence.world.present(evidence.copies()), encoding="utf-8")
    return path


def test_a_valid_file_exits_0_and_says_who_vouches(run, presentation):
    result = run(str(presentation))
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("REAL")
    assert "Klusdag B.V." in result.stdout


def test_the_report_speaks_dutch_too(run, presentation):
    assert run(str(presentation), lang="nl").stdout.startswith("ECHT")


@pytest.mark.parametrize("form", Form)
def test_every_form_is_valid_as_a_file_as_text_and_from_a_pipe(run, evidence, tmp_path, form):
    text = evidence.world.organisation.issue(WORK_HISTORY, form, evidence.world.holder)
    path = tmp_path / "credential"
    path.write_text(text, encoding="utf-8")
    assert run(str(path)).exit_code == 0
    assert run(text).exit_code == 0
    assert run("-", input=text).exit_code == 0


def test_a_changed_file_exits_1_and_names_the_check(run, presentation):
    presentation.write_text(presentation.read_text().replace("Keukenhulp", "Chef-kok"), encoding="utf-8")
    result = run(str(presentation), "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report["outcome"] == "invalid"
    failed = [check["code"] for check in report["checks"] if check["state"] == "failed"]
    assert failed == ["proof"]


def test_a_withdrawn_copy_exits_1_and_reads_real_but_withdrawn(run, evidence):
    organisation = evidence.world.organisation
    status = organisation.new_status()
    copy = organisation.issue(WORK_HISTORY, Form.SD_JWT, evidence.world.holder, status=status)
    organisation.revoke(status)
    evidence.write()
    result = run(copy)
    assert result.exit_code == 1
    assert result.stdout.startswith("REAL, BUT WITHDRAWN")


@pytest.mark.parametrize("missing", ["trust", "documents"])
def test_without_a_root_or_evidence_it_exits_2(run, presentation, missing):
    assert run(str(presentation), **{missing: False}).exit_code == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "There was nothing in it"),
        (b"%PDF-1.7\n1 0 obj", "This PDF is incomplete"),
        (b"\x00\x01\x02", "We do not recognise this"),
        (b'{"type": "VerifiableCre', "This file is damaged"),
    ],
)
def test_what_cannot_be_read_exits_64_with_a_clear_message(run, tmp_path, content, says):
    path = tmp_path / "file"
    path.write_bytes(content)
    result = run(str(path))
    assert result.exit_code == 64
    assert says in result.stderr


def test_unreadable_is_json_too(run, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"")
    result = run(str(path), "--json")
    assert result.exit_code == 64
    assert json.loads(result.stdout)["reason"] == "empty"


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify"],
        ["verify", "text", "--no-such-option"],
        ["verify", "text", "--now", "tomorrow"],
        ["verify", "text", "--now", "2026-11-22T12:00:00"],
        ["verify", "text", "--documents", "/nowhere"],
        ["verify", "text", "--trust", "/nowhere"],
        ["verify", "no-such-file.pdf"],
        ["verify", "."],
    ],
)
def test_wrong_usage_exits_64_and_never_2(arguments):
    assert CliRunner().invoke(commands, [*arguments]).exit_code == 64


def test_text_from_a_stranger_cannot_steer_the_terminal(run, evidence):
    document = evidence.world.present(evidence.copies()).replace("Keukenhulp", "\\u001b[2JKeukenhulp")
    assert "\x1b" not in run(document).stdout


def test_a_file_of_200_megabytes_exits_64_in_little_memory(tmp_path):
    large = tmp_path / "large.pdf"
    with large.open("wb") as stream:
        stream.write(b"%PDF-1.7\n")
        stream.truncate(200_000_000)
    program = (
        "import resource, sys, typer\n"
        "from verifier.cli import VerifyCommand, verify\n"
        "app = typer.Typer(); app.command(cls=VerifyCommand)(verify)\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (400_000_000, 400_000_000))\n"
        "app()\n"
    )
    command = [sys.executable, "-c", program, str(large)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 64
    assert re.search("te groot|too large", done.stderr)


def test_a_fault_of_ours_never_reads_as_a_verdict():
    faulty = typer.Typer()

    @faulty.command(cls=VerifyCommand)
    def fail() -> None:
        raise ZeroDivisionError

    assert CliRunner().invoke(faulty, []).exit_code == 70


def test_migrating_is_safe_to_repeat(monkeypatch, database_url):
    monkeypatch.setenv("VERIFIER_DATABASE_URL", database_url)
    for _ in range(2):
        assert CliRunner().invoke(commands, ["verifier", "migrate"]).exit_code == 0


def test_verifying_does_not_wait_for_the_other_services():
    code = (
        "import sys; from typer.testing import CliRunner; from kluscv import app\n"
        "assert CliRunner().invoke(app, ['verify', 'Hallo', '--offline']).exit_code == 64\n"
        "print(*sorted({'weasyprint', 'sqlalchemy', 'issuer', 'wallet'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("form", [Form.EDDSA_RDFC, Form.SD_JWT])
def test_verifying_a_credential_imports_nothing_that_only_other_work_needs(evidence, tmp_path, form):
    path = tmp_path / "credential"
    path.write_text(evidence.world.organisation.issue(WORK_HISTORY, form, evidence.world.holder))
    options = ["--trust", str(evidence.root), "--documents", str(evidence.documents)]
    arguments = ["verify", str(path), "--offline", "--now", evidence.world.now.isoformat(), *options]
    heavy = {
        "fastapi", "starlette", "uvicorn", "sqlmodel", "sqlalchemy", "alembic", "psycopg", "structlog",
        "weasyprint", "pyhanko", "pypdf", "pikepdf", "PIL", "zxingcpp", "qrcode",
        "pyld", "jsonschema", "httpcore", "pydantic_settings", "cryptography.x509", "issuer", "wallet",
    }  # fmt: skip
    code = (
        "import sys; from typer.testing import CliRunner; from kluscv import app\n"
        f"done = CliRunner().invoke(app, {arguments!r})\n"
        "assert done.exit_code == 0, done.output\n"
        f"print(*sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
