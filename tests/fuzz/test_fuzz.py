"""Whatever bytes come, a parser answers with a value or with an error of ours, soon and in bounded memory."""

from __future__ import annotations

import pytest

from tests.fuzz import __main__ as fuzzing
from tests.fuzz.harnesses import HARNESSES, run, seeds


@pytest.mark.parametrize("name", HARNESSES)
def test_every_seed_is_read_or_refused(name: str) -> None:
    for seed in seeds():
        for data in (seed, seed[: len(seed) // 2], seed + b"\0", seed[1:]):
            run(name, data)


@pytest.mark.slow
def test_no_parser_falls_over_what_a_fuzzer_finds_in_a_moment() -> None:
    pytest.importorskip("atheris", reason="atheris has no wheel for this machine")
    assert fuzzing.fuzz_all(list(HARNESSES), seconds=1) == []
