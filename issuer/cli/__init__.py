"""`kluscv issuer`: the platform's side, as commands over the same functions as the pages."""

from __future__ import annotations

import typer

from issuer.cli import (
    backups,
    branding,
    clients,
    correcting,
    imports,
    issuing,
    keys,
    life,
    organisations,
    profiles,
    retiring,
    serving,
)

app = typer.Typer(
    help="The platform's side: exports in, claim links out, statements withdrawn.", no_args_is_help=True
)
for part in (serving, organisations, clients, imports, issuing, retiring, backups, life):
    app.add_typer(part.app)
app.add_typer(correcting.app, name="correct")
app.add_typer(keys.app, name="keys")
app.add_typer(profiles.app, name="profile")
app.add_typer(branding.app, name="brand")
