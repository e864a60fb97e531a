"""The demonstration's results, made once per test run by the command that users run."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def demo_output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `kluscv demo --no-serve` fills; tests read it and never write in it."""
    base = tmp_path_factory.getbasetemp()
    # Parallel workers have folders of their own below one that they share.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    out = shared / "demo-output"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (out / "report.json").exists():
            done = subprocess.run(
                [sys.executable, "-m", "kluscv", "demo", "--no-serve", "--out", str(out)],
                capture_output=True, text=True, check=False, cwd=PROJECT, timeout=300,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
    return out
