"""What the demonstration leaves behind, checked as its readers would: by the command line, offline."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFilter
from typer.testing import CliRunner

from kluscv import app

VALID, INVALID, INDETERMINATE, UNREADABLE = 0, 1, 2, 64
FILES = ("kluscv.pdf", "kluscv.presentation.json", "kluscv-qr.png", "kluscv-qr.txt")


@dataclass(frozen=True)
class Answer:
    """What `kluscv verify --json` said."""

    exit_code: int
    report: dict[str, Any]

    def reasons(self, *states: str) -> set[tuple[str, str]]:
        """The checks in one of these states, as pairs of code and reason."""
        return {
            (check["code"], check["reason"]) for check in self.report["checks"] if check["state"] in states
        }


Verify = Callable[..., Answer]


@pytest.fixture
def verify(demo_output: Path) -> Verify:
    """Run `kluscv verify` offline, with the demonstration's documents and root unless told otherwise."""

    def run(
        what: Path | str, *, trust: Path | None = demo_output / "trust-root.json",
        documents: Path | None = demo_output / "documents", now: datetime | None = None,
    ) -> Answer:  # fmt: skip
        command = ["verify", str(what), "--offline", "--json"]
        command += ["--trust", str(trust)] if trust else []
        command += ["--documents", str(documents)] if documents else []
        command += ["--now", now.isoformat()] if now else []
        done = CliRunner().invoke(app, command)
        report = json.loads(done.stdout) if done.exit_code != UNREADABLE else {"checks": []}
        return Answer(done.exit_code, report)

    return run


def test_the_folder_is_complete(demo_output: Path) -> None:
    for name in (*FILES, "trust-root.json", "context-v1.jsonld", "report.json"):
        assert (demo_output / name).stat().st_size > 100, name
    platforms = sorted(path.name for path in (demo_output / "credentials").iterdir())
    assert len(platforms) == 6
    for platform in platforms:
        kinds = {path.name.split(".", 1)[1] for path in (demo_output / "credentials" / platform).iterdir()}
        assert kinds == {"vc.json", "sd-jwt", "compact"}
    assert {path.name.split(".", 1)[1] for path in (demo_output / "revoked").iterdir()} == {
        "vc.json", "sd-jwt", "compact",
    }  # fmt: skip


def test_what_is_secret_lies_in_a_folder_that_only_its_owner_opens(demo_output: Path) -> None:
    state = demo_output / "state"
    for folder in (state, *(each for each in state.iterdir() if each.is_dir())):
        assert folder.stat().st_mode & 0o077 == 0, folder
    for path in filter(Path.is_file, demo_output.rglob("*")):
        if b"PRIVATE KEY" in path.read_bytes() or path.suffix == ".key":
            assert state in path.parents
            assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize("name", FILES)
def test_everything_that_is_handed_over_is_valid(verify: Verify, demo_output: Path, name: str) -> None:
    answer = verify(demo_output / name)
    assert answer.exit_code == VALID, answer.report
    assert answer.report["demonstration"] is True


def test_every_credential_is_valid(verify: Verify, demo_output: Path) -> None:
    paths = [path for path in (demo_output / "credentials").rglob("*") if path.is_file()]
    assert {str(path): verify(path).exit_code for path in paths} == {str(path): VALID for path in paths}


def test_the_text_of_the_qr_code_is_valid_as_text(verify: Verify, demo_output: Path) -> None:
    assert verify((demo_output / "kluscv-qr.txt").read_text(encoding="ascii")).exit_code == VALID


def test_what_was_withdrawn_is_real_but_withdrawn(verify: Verify, demo_output: Path) -> None:
    for path in (demo_output / "revoked").iterdir():
        answer = verify(path)
        assert answer.exit_code == INVALID
        assert answer.reasons("failed") == {("status", "revoked")}
        pinned = ["--trust", str(demo_output / "trust-root.json")]
        evidence = ["--offline", "--documents", str(demo_output / "documents")]
        words = CliRunner().invoke(app, ["verify", str(path), "--lang", "en", *pinned, *evidence]).stdout
        assert "withdrawn" in words.casefold()


@pytest.mark.parametrize("name", FILES)
def test_without_a_pinned_root_nothing_is_decided(verify: Verify, demo_output: Path, name: str) -> None:
    assert verify(demo_output / name, trust=None).exit_code == INDETERMINATE


@pytest.mark.parametrize("name", FILES)
def test_a_stale_status_list_leaves_the_answer_open(verify: Verify, demo_output: Path, name: str) -> None:
    answer = verify(demo_output / name, now=datetime.now(UTC) + timedelta(days=9))
    assert answer.exit_code == INDETERMINATE
    assert "status" in {code for code, _ in answer.reasons("indeterminate")}


def _without(documents: Path, target: Path, pattern: str) -> Path:
    shutil.copytree(documents, target)
    removed = list(target.glob(pattern))
    assert removed
    for path in removed:
        path.unlink()
    return target


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("pattern", ["*.status-*", "trust-list.json"])
def test_a_missing_document_leaves_the_answer_open(
    verify: Verify, demo_output: Path, tmp_path: Path, name: str, pattern: str
) -> None:
    documents = _without(demo_output / "documents", tmp_path / "documents", pattern)
    assert verify(demo_output / name, documents=documents).exit_code == INDETERMINATE


def test_the_trust_list_outlives_the_did_documents(verify: Verify, demo_output: Path, tmp_path: Path) -> None:
    documents = _without(demo_output / "documents", tmp_path / "documents", "*.did.json")
    assert verify(demo_output / "kluscv.pdf", documents=documents).exit_code == VALID


@pytest.fixture(scope="session")
def page(demo_output: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The KlusCV's first page as a scanner sees it, at 200 dpi."""
    poppler = shutil.which("pdftoppm")
    if poppler is None:
        pytest.skip("pdftoppm is not installed (Debian: poppler-utils)")
    target = tmp_path_factory.mktemp("scan") / "page"
    options = ["-r", "200", "-f", "1", "-singlefile", "-png"]
    subprocess.run([poppler, *options, str(demo_output / "kluscv.pdf"), str(target)], check=True, timeout=60)
    return target.with_suffix(".png")


def test_a_scanned_page_is_valid(verify: Verify, page: Path) -> None:
    answer = verify(page)
    assert answer.exit_code == VALID, answer.report
    assert ("paper-copy", "can-be-copied") in answer.reasons("passed")


def test_a_mild_phone_photo_is_valid(verify: Verify, page: Path, tmp_path: Path) -> None:
    with Image.open(page) as scan:
        photo = scan.convert("RGB").rotate(
            4, expand=True, fillcolor=(90, 80, 70), resample=Image.Resampling.BICUBIC
        )
        photo = photo.filter(ImageFilter.GaussianBlur(1.0))
        photo.save(tmp_path / "photo.jpg", quality=80)
    assert verify(tmp_path / "photo.jpg").exit_code == VALID


def test_unreadable_files_say_so(verify: Verify, demo_output: Path, tmp_path: Path) -> None:
    whole = (demo_output / "kluscv.pdf").read_bytes()
    faults = {
        "empty.pdf": b"",
        "truncated.pdf": whole[: len(whole) // 2],
        "truncated.json": (demo_output / "kluscv.presentation.json").read_bytes()[:-40],
        "noise.png": b"\x89PNG\r\n\x1a\n" + bytes(200),
    }
    for name, content in faults.items():
        (tmp_path / name).write_bytes(content)
        assert verify(tmp_path / name).exit_code == UNREADABLE, name
    with (tmp_path / "huge.pdf").open("wb") as huge:
        huge.truncate(200_000_000)
    assert verify(tmp_path / "huge.pdf").exit_code == UNREADABLE


def test_the_words_of_the_report_hold_no_empty_places(demo_output: Path) -> None:
    pinned = ["--trust", str(demo_output / "trust-root.json"), "--offline"]
    evidence = ["--documents", str(demo_output / "documents")]
    for language, mark in (("nl", "Netheid 4,7 van 5"), ("en", "Netheid 4.7 of 5")):
        pdf = str(demo_output / "kluscv.pdf")
        words = CliRunner().invoke(app, ["verify", pdf, "--lang", language, *pinned, *evidence]).stdout
        assert f", {mark}, Stiptheid" in words
        assert not [line for line in words.splitlines() if ",  " in line or "()" in line]
