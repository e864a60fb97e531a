from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module

import pytest

from demo.bench import Benchmark

# As installed from a wheel: every folder of the project but this one.
WITHOUT_BENCHMARKS = """
import sys
from pathlib import Path
from demo.bench import bench
sys.path = [entry for entry in sys.path if not (Path(entry) / "benchmarks").is_dir()]
bench(None, 0)
"""


@pytest.mark.parametrize("benchmark", Benchmark)
def test_every_benchmark_that_can_be_named_is_there(benchmark: Benchmark) -> None:
    assert callable(import_module(benchmark.module).main)


def test_an_installation_without_the_benchmarks_says_so() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_BENCHMARKS], capture_output=True, text=True)
    assert done.returncode != 0
    assert "not part of this installation" in done.stderr


# Bulk issuing has a size of its own, and takes longer than a test may.
@pytest.mark.slow
@pytest.mark.parametrize("benchmark", [each for each in Benchmark if each is not Benchmark.ISSUER_BULK])
def test_every_benchmark_runs_to_its_table(benchmark: Benchmark) -> None:
    command = [sys.executable, "-m", "kluscv", "bench", benchmark.value, "--seconds", "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert re.search(r"^\|(?:---:?\|)+$", done.stdout, re.MULTILINE)
