"""The standard stands alone: it verifies where no web framework, database or page is installed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import standard
from standard.model import Form
from standard.trust import root_json
from tests.world import WORK_HISTORY, make_world

ROOM = Path(standard.__file__).parent
# Whoever uses the standard alone has none of these; and nothing of ours stands on its path.
ABSENT = (
    "fastapi", "starlette", "pydantic_settings", "sqlmodel", "sqlalchemy", "alembic", "psycopg", "jinja2",
    "babel", "markupsafe", "weasyprint", "pyhanko", "pypdf", "typer", "rich", "uvicorn",
    "issuer", "wallet", "verifier", "templates", "demo", "kluscv",
)  # fmt: skip
PROGRAM = """
import importlib.abc, json, pkgutil, sys
from datetime import datetime
from pathlib import Path

class Refusing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Refusing())
import standard
from standard.resolution import FolderResolver
from standard.trust import read_root
from standard.verification import SEVEN_DAYS, VerificationPolicy, verify

for module in pkgutil.walk_packages(standard.__path__, "standard."):
    if module.name not in {extras!r}:
        __import__(module.name)
folder = Path(sys.argv[1])
policy = VerificationPolicy(
    now=datetime.fromisoformat(sys.argv[2]), trust_roots=(read_root((folder / "root.json").read_bytes()),),
    status_max_age=SEVEN_DAYS, expected_challenge=None, expected_domain=None,
)
for copy in sorted(folder.glob("*.copy")):
    print(verify(copy.read_bytes(), policy=policy, resolver=FolderResolver(folder)).outcome.value)
"""
EXTRAS = ("standard.webvh", "standard.signers.hardware")


def test_the_standard_verifies_every_form_without_the_services_packages(tmp_path: Path) -> None:
    world = make_world()
    (tmp_path / "root.json").write_bytes(root_json(world.root))
    for number, content in enumerate(world.documents().values()):
        (tmp_path / f"{number}.txt").write_bytes(content)
    for form in Form:
        text = world.organisation.issue(WORK_HISTORY, form, world.holder)
        (tmp_path / f"{form}.copy").write_text(text, encoding="utf-8")
    program = PROGRAM.format(absent=frozenset(ABSENT), extras=EXTRAS)
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), world.now.isoformat()],
        capture_output=True, text=True, check=False, cwd=ROOM.parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["valid"] * len(Form)


@pytest.mark.parametrize("path", sorted(ROOM.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOM)))
def test_only_one_module_opens_connections(path: Path) -> None:
    if path.name == "fetch.py":
        return
    named: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    # import-linter, which holds the rest, knows packages of the library as wholes only.
    assert not named & {"urllib.request", "http.client", "socket", "ftplib", "smtplib"}
