"""How long `kluscv verify` of one JSON credential takes in a new process, by the clock on the wall.

Everything the verification needs is in a folder, and the network is not used. The floor is a Python
process that does nothing. Bytecode is there, as it is after installing: a first run, which does not count,
writes it to a folder of its own, whatever the environment says about writing bytecode.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from standard.model import Form
from standard.trust import root_json
from tests.world import WORK_HISTORY, World, make_world

_GOAL_SECONDS: Final = 0.6
_NOTHING: Final = (sys.executable, "-c", "")


def main(seconds: float) -> None:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        verifying = _command(make_world(), Path(folder))
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(Path(folder) / "bytecode")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        _run(verifying, environment)
        runs = [
            (_run(verifying, environment), _run(_NOTHING, environment)) for _ in range(1 + 5 * round(seconds))
        ]
    print("| one process | wall, s | CPU, s | Python alone, wall, s | goal |")
    print("|---|---:|---:|---:|---:|")
    wall, cpu = (median(times) for times in zip(*(ours for ours, _ in runs), strict=True))
    nothing = median(wall for _, (wall, _) in runs)
    print(f"| kluscv verify credential.json | {wall:.2f} | {cpu:.2f} | {nothing:.2f} | {_GOAL_SECONDS} |")


def _command(world: World, folder: Path) -> Sequence[str]:
    documents, root, credential = folder / "documents", folder / "root.json", folder / "credential.json"
    documents.mkdir()
    for place, content in enumerate(world.documents().values()):
        (documents / str(place)).write_bytes(content)
    root.write_bytes(root_json(world.root))
    text = world.organisation.issue(WORK_HISTORY, Form.EDDSA_RDFC, world.holder)
    credential.write_text(text, encoding="utf-8")
    arguments = ["verify", str(credential), "--offline", "--now", world.now.isoformat()]
    return [sys.executable, "-m", "kluscv", *arguments, "--trust", str(root), "--documents", str(documents)]


def _run(command: Sequence[str], environment: Mapping[str, str]) -> tuple[float, float]:
    """Wall and CPU seconds of one process."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)  # noqa: S603
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
