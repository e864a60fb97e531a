"""`kluscv issuer client`: programs that use the platform API, and their keys."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from issuer import organisations
from issuer.api import assertions, clients
from issuer.api.scopes import Scope
from issuer.audit import Action
from issuer.cli.console import JsonOption, OrgOption, errors, note, open_service, show
from issuer.settings import IssuerSettings
from issuer.store import api as store

app = typer.Typer()
client_app = typer.Typer(help="Programs that use the platform API.", no_args_is_help=True)
app.add_typer(client_app, name="client")
ClientArgument = Annotated[str, typer.Argument(metavar="CLIENT", help="The id of a program.")]


@client_app.command("add")
def add_client(
    org: OrgOption,
    name: Annotated[str, typer.Option(help="What you call the program.")],
    scope: Annotated[list[Scope], typer.Option(help="What it may do; repeat for more.")],
    jwks: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Its public keys, for private_key_jwt.")
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Register a program; without --jwks it gets its first API key, which is shown once."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        keys = assertions.check_jwks(jwks.read_text("utf-8")) if jwks else None
        lifetime = timedelta(days=service.settings.api_key_days)
        with service.database.writing() as session:
            organisation = organisations.by_slug(session, org)
            made = clients.add_client(
                session, organisation, name=name, scopes=scope, jwks=keys, now=service.clock()
            )
            key = None if keys else clients.add_key(session, made, now=service.clock(), lifetime=lifetime)
            note(session, service, organisation.id, Action.CLIENT_ADDED, made.id)
        told = {"client": made.id, "scopes": made.scopes, "key": key.text if key else None}
        show(json_output, told, [f"program {made.id}", *([f"API key {key.text}"] if key else [])])


@client_app.command("list")
def list_clients(org: OrgOption, json_output: JsonOption = False) -> None:
    """Show the programs of an organisation and which keys of theirs are alive."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.reading() as session:
            organisation = organisations.by_slug(session, org)
            found = [
                {
                    "client": item.id,
                    "name": item.name,
                    "scopes": item.scopes,
                    "disabled": item.disabled_at is not None,
                    "keys": [key.id for key in store.live_keys(session, item.id, service.clock())],
                }
                for item in store.clients_of(session, organisations.identity(organisation))
            ]
        lines = [f"{item['client']} {item['name']} ({item['scopes']})" for item in found]
        show(json_output, {"clients": found}, lines)


@client_app.command("new-key")
def new_key(client: ClientArgument, org: OrgOption, json_output: JsonOption = False) -> None:
    """Make another API key, shown once; withdraw the old one when the program uses the new one."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        lifetime = timedelta(days=service.settings.api_key_days)
        with service.database.writing() as session:
            organisation = organisations.by_slug(session, org)
            found = clients.find_client(session, organisation, client)
            key = clients.add_key(session, found, now=service.clock(), lifetime=lifetime)
            note(session, service, organisation.id, Action.CLIENT_KEY_ADDED, key.id)
        show(json_output, {"key": key.text, "id": key.id}, [f"API key {key.text}"])


@client_app.command("revoke-key")
def revoke_key(
    client: ClientArgument,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The id of an API key, not the key itself.")],
    org: OrgOption,
    json_output: JsonOption = False,
) -> None:
    """Withdraw an API key at once; safe to repeat."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.writing() as session:
            organisation = organisations.by_slug(session, org)
            found = clients.find_client(session, organisation, client)
            clients.revoke_key(session, found, key, now=service.clock())
            note(session, service, organisation.id, Action.CLIENT_KEY_REVOKED, key)
        show(json_output, {"revoked": key}, [f"withdrawn: {key}"])


@client_app.command("disable")
def disable_client(client: ClientArgument, org: OrgOption, json_output: JsonOption = False) -> None:
    """Shut a program out at once, with all its keys and tokens; safe to repeat."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.writing() as session:
            organisation = organisations.by_slug(session, org)
            clients.disable_client(session, organisation, client, now=service.clock())
            note(session, service, organisation.id, Action.CLIENT_DISABLED, client)
        show(json_output, {"disabled": client}, [f"disabled: {client}"])
