"""Fuzzes every parser: `make fuzz SECONDS=600`, or `python -m tests.fuzz --seconds 60 verify cbor`.

Each parser has an equal share of the time, two at once. What one of them falls over is printed in base64:
put it in a test before the fault is put right.
"""

from __future__ import annotations

import argparse
import base64
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.harnesses import HARNESSES, seeds

AT_ONCE = 2
LEAST_SECONDS = 1


def fuzz(names: list[str], seconds: int) -> list[str]:
    """Fuzz these parsers for so many seconds each; what each of them fell over."""
    with TemporaryDirectory() as folder:
        corpus = Path(folder, "seeds")
        corpus.mkdir()
        for number, seed in enumerate(seeds()):
            (corpus / str(number)).write_bytes(seed)
        command = [sys.executable, "-m", "tests.fuzz.child", str(seconds), folder, *names]
        subprocess.run(command, check=True, capture_output=True)
        return [_report(name, Path(folder)) for name in names if Path(folder, f"{name}.log").exists()]


def fuzz_all(names: list[str], seconds: int) -> list[str]:
    """Fuzz these parsers in so many seconds altogether, more or less; what each of them fell over."""
    share = max(LEAST_SECONDS, seconds * AT_ONCE // len(names))
    parts = [part for place in range(AT_ONCE) if (part := names[place::AT_ONCE])]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [found for part in pool.map(lambda part: fuzz(part, share), parts) for found in part]


def _report(name: str, folder: Path) -> str:
    inputs = [base64.b64encode(path.read_bytes()).decode("ascii") for path in folder.glob(f"{name}-*")]
    log = (folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")
    return "\n".join([name, *inputs, log[-3000:]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    found = fuzz_all(given.names or list(HARNESSES), given.seconds)
    print(*found, sep="\n\n")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
