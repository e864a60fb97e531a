"""`kluscv bench`: the measurements of the benchmarks folder, on this machine and in this run."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

import typer

_FOLDER = "benchmarks"


class Benchmark(StrEnum):
    """A measurement; its module has the same name, with underscores."""

    DATA_INTEGRITY = "data-integrity"
    SELECTIVE_DISCLOSURE = "selective-disclosure"
    SD_JWT = "sd-jwt"
    PRESENTATION = "presentation"
    COLD_START = "cold-start"
    GROWTH = "growth"
    COMPACT_LINES = "compact-lines"
    ISSUER_IMPORT = "issuer-import"
    ISSUER_BULK = "issuer-bulk"
    ISSUER_CLAIM = "issuer-claim"

    @property
    def module(self) -> str:
        """Where its `main` is."""
        return f"{_FOLDER}.{self.value.replace('-', '_')}"


def bench(
    name: Annotated[Benchmark | None, typer.Argument(help="only this one; all of them by default")] = None,
    seconds: Annotated[
        float, typer.Option(min=0, help="how long each line is measured at least; 0 does everything once")
    ] = 4,
) -> None:
    """Measure what signing, verifying and printing cost, as ratios within this run."""
    chosen = [name] if name else list(Benchmark)
    if find_spec(_FOLDER) is None or any(find_spec(each.module) is None for each in chosen):
        typer.echo("The benchmarks are not part of this installation; run them from the sources.", err=True)
        raise typer.Exit(1)
    for each in chosen:
        typer.echo(f"## {each.value}\n")
        import_module(each.module).main(seconds)
        typer.echo()
