"""`kluscv issuer serve` and `migrate`."""

from __future__ import annotations

from typing import Final

import typer
import uvicorn

from issuer.cli.console import JsonOption, errors, open_service, show
from issuer.migrations import upgrade
from issuer.service import Service
from issuer.settings import IssuerSettings

app = typer.Typer()

OPEN_KEYS: Final = """\
********************************************************************************
WARNING: signing keys lie on this disk unencrypted. Whoever copies them can sign
as your organisations. Set ISSUER_KEYS_PASSPHRASE, then run
`kluscv issuer keys encrypt`.
********************************************************************************"""


@app.command()
def serve(json_output: JsonOption = False) -> None:
    """Serve the pages, OpenID4VCI and the published documents."""
    settings = IssuerSettings()
    with errors(json_output):
        service = open_service(settings)
        service.database.close()
        _seal(service)
    if settings.secure_cookies and service.keys.has_open_files():
        typer.echo(OPEN_KEYS, err=True)
    show(json_output, {"address": settings.base_url}, [f"Issuer at {settings.base_url}"])
    uvicorn.run(
        "issuer.app:from_environment",
        factory=True,
        workers=settings.processes,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
    )


@app.command()
def migrate(json_output: JsonOption = False) -> None:
    """Bring the database to the newest version; safe to repeat."""
    with errors(json_output):
        service = Service.open(IssuerSettings())
        upgrade(service.database)
        _seal(service)
        show(json_output, {"migrated": True}, ["The database is up to date."])


def _seal(service: Service) -> None:
    if service.keys.seal_claim_code_key():
        typer.echo("claim-codes.key was from before the passphrase, and is encrypted now.", err=True)
