"""The hosted service."""

from __future__ import annotations

import typer
import uvicorn

from wallet.app import create_app
from wallet.cli.console import JsonOption, errors, print_out
from wallet.database import migrate as migrate_database
from wallet.settings import WalletSettings

app = typer.Typer()


@app.command()
def serve(json_output: JsonOption = False) -> None:
    """Serve the wallet's pages."""
    settings = WalletSettings()
    with errors(json_output):
        migrate_database(settings.resolved_database_url)
        service = create_app(settings)
    print_out(json_output, {"address": settings.base_url}, [f"Wallet at {settings.base_url}"])
    uvicorn.run(service, host=settings.host, port=settings.port, log_level="warning")


@app.command()
def migrate(json_output: JsonOption = False) -> None:
    """Bring the database to the newest version; safe to repeat."""
    with errors(json_output):
        migrate_database(WalletSettings().resolved_database_url)
        print_out(json_output, {"migrated": True}, ["The database is up to date."])
