"""`kluscv wallet`: the worker's side, for one person on her own machine, and the hosted service."""

from __future__ import annotations

import typer

from wallet.cli import keeping, serving, sharing

app = typer.Typer(
    help="The worker's side: proofs in, a KlusCV of what she chooses out.", no_args_is_help=True
)
for part in (serving, keeping, sharing):
    app.add_typer(part.app)
app.add_typer(sharing.export_app, name="export")
