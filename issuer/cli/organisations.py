"""`kluscv issuer org` and `operator-link`: who issues here, and who works for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

import typer

from issuer import audit, organisations
from issuer.access import operators
from issuer.access.roles import Role
from issuer.audit import Action
from issuer.cli.console import JsonOption, errors, note, open_service, show
from issuer.organisations import OrganisationKind
from issuer.settings import IssuerSettings
from issuer.store import organisations as store

app = typer.Typer()
org_app = typer.Typer(help="The organisations of this host.", no_args_is_help=True)
app.add_typer(org_app, name="org")


NOT_PUBLIC: Final = """\
Good for trying out only: this name stands in every proof for good, and others cannot look it up.
For real proofs set ISSUER_BASE_URL to your https address first, and ISSUER_DATA_DIR to an empty folder."""


@org_app.command("add")
def add_organisation(
    slug: Annotated[str, typer.Argument(help="Short name in addresses: small letters, digits, hyphens.")],
    name: Annotated[str, typer.Option(help="What people call it.")],
    contact: Annotated[str, typer.Option(help="Where workers can ask: an e-mail address, https:// or tel:.")],
    profile: Annotated[str, typer.Option(help="How its exports are usually read.")] = "",
    kind: Annotated[OrganisationKind, typer.Option(help="What it is.")] = OrganisationKind.PLATFORM,
    json_output: JsonOption = False,
) -> None:
    """Add an organisation: fresh keys, a did:web and an empty status list."""
    new = organisations.NewOrganisation(slug, name, kind, contact, profile)
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.writing() as session:
            made = organisations.add(
                session, service.keys, new, host=service.settings.public_host, now=service.clock()
            )
            note(session, service, made.id, Action.ORGANISATION_ADDED, made.did)
        show(json_output, {"slug": made.slug, "did": made.did}, [f"{made.name} is {made.did}"])
        if not service.settings.secure_cookies:
            typer.echo(NOT_PUBLIC, err=True)


@org_app.command("list")
def list_organisations(json_output: JsonOption = False) -> None:
    """Show the organisations of this host with what a steward needs to put them on a trust list."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.reading() as session:
            found = [organisations.described(session, item) for item in store.all_organisations(session)]
        for entry in found:
            entry["status_base"] = service.status_base(entry["slug"])
        lines = [f"{entry['slug']} {entry['did']} {entry['name']}" for entry in found]
        show(json_output, {"organisations": found}, lines)


@app.command("operator-link")
def operator_link(
    name: Annotated[str, typer.Option(help="Who it is for.")] = "operator",
    org: Annotated[str | None, typer.Option(help="For this organisation only; otherwise for all.")] = None,
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.OWNER,
    reset: Annotated[
        str | None, typer.Option(help="The login name of an operator who cannot come in any more.")
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Make a login link that works once, for someone new or, with --reset, for someone to start anew."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        lifetime = timedelta(minutes=service.settings.login_link_minutes)
        with service.database.writing() as session:
            if reset is not None:
                code = operators.reset(
                    session, operators.by_login_name(session, reset), actor=audit.COMMAND_LINE,
                    now=service.clock(), lifetime=lifetime,
                )  # fmt: skip
            else:
                organisation = organisations.by_slug(session, org) if org else None
                code = operators.invite(
                    session, name=name, role=role, organisation=organisation, actor=audit.COMMAND_LINE,
                    now=service.clock(), lifetime=lifetime,
                )  # fmt: skip
        link = f"{service.settings.base_url}/inloggen/{code}"
        show(json_output, {"link": link}, [link])
