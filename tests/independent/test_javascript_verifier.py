"""A verifier that shares no code with us agrees with us."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]
VERIFIER = Path(__file__).with_name("verify.mjs")

pytestmark = pytest.mark.independent


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None or not (PROJECT / "node_modules").is_dir():
        pytest.skip("node or the packages of package.json are not installed (npm ci)")
    return found


def verify(node: str, demo_output: Path, credentials: Path) -> dict[str, dict[str, Any]]:
    """Run the independent verifier over a folder; answers by file, relative to it."""
    done = subprocess.run(
        [node, str(VERIFIER), str(demo_output / "documents"), str(demo_output / "context-v1.jsonld"),
         str(credentials)],
        capture_output=True, text=True, check=False, timeout=120, cwd=PROJECT, env=os.environ,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return {str(Path(answer["file"]).relative_to(credentials)): answer for answer in answers}


def test_every_credential_of_the_demonstration_is_accepted(node: str, demo_output: Path) -> None:
    folder = demo_output / "credentials"
    expected = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix != ".compact"}
    answers = verify(node, demo_output, folder)
    assert {name for name, answer in answers.items() if answer["verified"]} == {
        name for name in expected if not (folder / name).is_dir()
    }


def test_a_withdrawn_credential_is_refused(node: str, demo_output: Path) -> None:
    answers = verify(node, demo_output, demo_output / "revoked")
    assert answers
    assert not any(answer["verified"] for answer in answers.values())


def test_a_changed_credential_is_refused(node: str, demo_output: Path, tmp_path: Path) -> None:
    for path in (demo_output / "credentials").rglob("*.vc.json"):
        document = json.loads(path.read_text(encoding="utf-8"))
        subject = document["credentialSubject"]
        totals = subject.get("workTotals") or subject["ratingTotals"]
        totals["gigCount" if "gigCount" in totals else "ratingCount"] += 1
        (tmp_path / f"{path.parent.name}-{path.name}").write_text(json.dumps(document), encoding="utf-8")
    for path in (demo_output / "credentials").rglob("*.sd-jwt"):
        header, payload, rest = path.read_text(encoding="utf-8").split(".", 2)
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        claims["issuerName"] += " BV"
        changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        (tmp_path / f"{path.parent.name}-{path.name}").write_text(
            f"{header}.{changed}.{rest}", encoding="utf-8"
        )
    answers = verify(node, demo_output, tmp_path)
    assert len(answers) == len(list(tmp_path.iterdir()))
    assert not any(answer["verified"] for answer in answers.values())
