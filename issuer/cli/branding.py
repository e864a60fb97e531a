"""`kluscv issuer brand`: how an organisation looks to workers and wallets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from issuer import organisations
from issuer.audit import Action
from issuer.branding import brands, logo
from issuer.cli.console import JsonOption, OrgOption, errors, note, open_service, show
from issuer.settings import IssuerSettings

NoneOption = Annotated[bool, typer.Option("--none", help="Take away what there is.")]
app = typer.Typer(help="How an organisation looks to workers and wallets.", no_args_is_help=True)


@app.command("show")
def show_brand(org: OrgOption, json_output: JsonOption = False) -> None:
    """Show the colours, and whether there is a logo."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.reading() as session:
            _tell(json_output, brands.brand_of(session, organisations.by_slug(session, org)))


@app.command()
def colours(
    org: OrgOption,
    accent: Annotated[str, typer.Option(help="#rrggbb; buttons and the head of the page.")] = "",
    text: Annotated[str, typer.Option(help="#rrggbb; what is written on it.")] = "",
    none: NoneOption = False,
    json_output: JsonOption = False,
) -> None:
    """Choose two colours that can be read on each other and on the page."""
    if none == bool(accent or text):
        raise typer.BadParameter("give --accent and --text, or --none")
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.writing() as session:
            organisation = organisations.by_slug(session, org)
            brands.set_colours(session, organisation, accent=accent, text=text)
            note(session, service, organisation.id, Action.BRANDING_CHANGED, organisation.did)
            look = brands.brand_of(session, organisation)
        _tell(json_output, look)


@app.command("logo")
def set_logo(
    org: OrgOption,
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="PNG, JPEG or WebP.")
    ] = None,
    none: NoneOption = False,
    json_output: JsonOption = False,
) -> None:
    """Keep a picture as the logo, drawn anew as PNG."""
    if none == (file is not None):
        raise typer.BadParameter("give a file, or --none")
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.writing() as session:
            organisation = organisations.by_slug(session, org)
            if file is None:
                brands.drop_logo(session, organisation)
            else:
                with file.open("rb") as stream:
                    brands.set_logo(session, organisation, stream.read(logo.LARGEST_BYTES + 1))
            note(session, service, organisation.id, Action.BRANDING_CHANGED, organisation.did)
            look = brands.brand_of(session, organisation)
        _tell(json_output, look)


def _tell(json_output: bool, look: brands.Brand) -> None:
    told = {"accent": look.accent, "text": look.text, "logo": look.logo}
    colours_line = f"colours {look.accent} with text {look.text}" if look.accent else "no colours"
    show(json_output, told, [colours_line, f"logo {look.logo}" if look.logo else "no logo"])
