"""`kluscv issuer serve` and `migrate`."""

from __future__ import annotations

from typing import Final

import typer
import uvicorn

from issuer.cli.console import JsonOption, errors, open_service, show
from issuer.migrations import upgrade
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.store import organisations as store
from standard.dids import did_web

app = typer.Typer()

OPEN_KEYS: Final = """\
********************************************************************************
WARNING: signing keys lie on this disk unencrypted. Whoever copies them can sign
as your organisations. Set ISSUER_KEYS_PASSPHRASE, then run
`kluscv issuer keys encrypt`.
********************************************************************************"""


NO_WALLET: Final = """\
WARNING: claim pages lead workers to the wallet at {wallet_url}, which only this machine
reaches. Set ISSUER_WALLET_URL to the https address of a wallet."""

OTHER_HOST: Final = """\
WARNING: {did} cannot be looked up at {base_url}, so that nothing of this organisation
can be checked. Set ISSUER_BASE_URL to the address that it was added with."""


@app.command()
def serve(json_output: JsonOption = False) -> None:
    """Serve the pages, OpenID4VCI and the published documents."""
    settings = IssuerSettings()
    with errors(json_output):
        service = open_service(settings)
        for stranger in _strangers(service):
            typer.echo(OTHER_HOST.format(did=stranger, base_url=settings.base_url), err=True)
        service.database.close()
        _seal(service)
    if settings.secure_cookies and service.keys.has_open_files():
        typer.echo(OPEN_KEYS, err=True)
    if settings.secure_cookies and not settings.wallet_url.startswith("https://"):
        typer.echo(NO_WALLET.format(wallet_url=settings.wallet_url), err=True)
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


def _strangers(service: Service) -> list[str]:
    """The organisations whose identifier leads to another host than this one."""
    host = service.settings.public_host
    with service.database.reading() as session:
        known = store.all_organisations(session)
        return [each.did for each in known if each.did != did_web(host, "org", each.slug)]
