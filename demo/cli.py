"""`kluscv demo`: the story on the command line, then the three apps."""

from __future__ import annotations

import json
import logging
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer


def demo(
    out: Annotated[Path, typer.Option(help="folder for the results; an earlier one is replaced")] = Path(
        "demo-output"
    ),
    no_serve: Annotated[bool, typer.Option("--no-serve", help="stop after the story")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print the verdicts as JSON")] = False,
) -> None:
    """Play the whole story on sample data, then serve the three apps."""
    from demo.story import Played, play, serving, set_stage
    from issuer.observability import configure_logging

    # Every request of the three apps would be told between the lines of the story.
    configure_logging(logging.WARNING)

    def tell(words: str) -> None:
        if not as_json:
            typer.echo(words)

    stage = set_stage(out)
    played: Played = play(stage, tell)
    if as_json:
        typer.echo(json.dumps({each.file: each.outcome for each in played.verdicts}, indent=1))
    if not played.as_expected:
        typer.echo("Something did not verify as it should; see report.json.", err=True)
        raise typer.Exit(1)
    tell(f"The results are in {out}/.")
    if no_serve:
        return
    _, wallet, verifier = stage.addresses
    with serving(stage):
        tell(f"\nPlatform   {played.operator_link}   (this link works once)")
        tell(f"Worker     {wallet.url}   account {played.account}, passphrase: {played.passphrase}")
        tell(f"Employer   {verifier.url}   (try {out}/kluscv.pdf)")
        tell("Stop with Ctrl-C.")
        _wait_for_a_signal()


def _wait_for_a_signal() -> None:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()
