"""Fuzzes parsers one after another, each in a fork with limits on memory and on the time of one input.

`python -m tests.fuzz.child SECONDS FOLDER NAME...`: what was found about NAME stands in FOLDER/NAME.log,
and the input in FOLDER/NAME-crash-… or the like. The parsers are instrumented once for all of them.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

import atheris

LIMIT_MEMORY_BYTES = 3 << 30
LIMIT_RESIDENT_MB = 512
LIMIT_INPUT_SECONDS = 5
LIMIT_INPUT_BYTES = 1 << 14

with atheris.instrument_imports(include=["standard"], enable_loader_override=False):
    from tests.fuzz.harnesses import run


def main(seconds: str, folder: str, *names: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_MEMORY_BYTES, LIMIT_MEMORY_BYTES))
    for name in names:
        process = os.fork()
        if process == 0:
            fuzz(name, seconds, folder)
        _, status = os.waitpid(process, 0)
        log = Path(folder, f"{name}.log")
        if status == 0:
            log.unlink()


def fuzz(name: str, seconds: str, folder: str) -> None:
    """Fuzz one parser; libFuzzer ends the process."""
    log = os.open(f"{folder}/{name}.log", os.O_WRONLY | os.O_CREAT)
    os.dup2(log, sys.stderr.fileno())
    arguments = [
        sys.argv[0],
        f"-max_total_time={seconds}",
        f"-timeout={LIMIT_INPUT_SECONDS}",
        f"-rss_limit_mb={LIMIT_RESIDENT_MB}",
        f"-max_len={LIMIT_INPUT_BYTES}",
        f"-artifact_prefix={folder}/{name}-",
        "-verbosity=0",
        f"{folder}/seeds",
    ]
    atheris.Setup(arguments, lambda data: run(name, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
