"""`kluscv issuer profile`: how exports are read, guessed and kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import tomli_w
import typer

from issuer import organisations
from issuer.audit import COMMAND_LINE
from issuer.batch import mapping, profiles
from issuer.cli.console import JsonOption, OrgOption, errors, open_service, show
from issuer.imports.guessing import HEAD_BYTES, Role
from issuer.settings import IssuerSettings

app = typer.Typer(help="How exports are read: guess, keep, list and show profiles.", no_args_is_help=True)


@app.command("guess")
def guess_profile(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    save: Annotated[str | None, typer.Option(help="Keep the guess under this title, with --org.")] = None,
    org: Annotated[str | None, typer.Option(help="Whose profile it becomes.")] = None,
    name_check: Annotated[str, typer.Option(help="none, bank or identity-document.")] = "none",
    json_output: JsonOption = False,
) -> None:
    """Guess how a file is to be read, and print the profile as TOML: look it over before you use it."""
    if (save is None) != (org is None):
        raise typer.BadParameter("--save and --org go together")
    with errors(json_output):
        with file.open("rb") as stream:
            draft = mapping.first_guess(stream.read(HEAD_BYTES))
        mapping.check(draft)
        with file.open("rb") as stream:
            found = mapping.words(mapping.count_words(stream, draft))
        document = mapping.guessed_document(draft, found, title=save or file.stem, name_check=name_check)
        kept = _save(org, document) if org else {}
        left_out = [column.name for column in draft.columns if column.role is Role.NOT_SIGNED]
        lines = [tomli_w.dumps(document), *(f"# not signed: {name}" for name in left_out)]
        show(json_output, {"profile": document, "not_signed": left_out, **kept}, lines)


@app.command("list")
def list_profiles(org: OrgOption, json_output: JsonOption = False) -> None:
    """List the profiles that an organisation can choose from."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.reading() as session:
            found = profiles.available(session, organisations.by_slug(session, org))
        shown = [{"name": profile.name, "title": profile.title} for profile in found]
        show(json_output, {"profiles": shown}, [f"{each['name']}  {each['title']}" for each in shown])


@app.command("show")
def show_profile(name: str, org: OrgOption, json_output: JsonOption = False) -> None:
    """Print an organisation's own profile as the TOML that ships elsewhere."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.reading() as session:
            content = profiles.toml(session, organisations.by_slug(session, org), name)
        show(json_output, {"name": name, "toml": content}, [content])


def _save(org: str, document: dict[str, object]) -> dict[str, object]:
    service = open_service(IssuerSettings())
    with service.database.writing() as session:
        organisation = organisations.by_slug(session, org)
        kept = profiles.save(session, organisation, document, now=service.clock())
        profiles.note_saved(session, organisation, kept, actor=COMMAND_LINE, now=service.clock())
        return {"name": kept.name, "version": kept.version}
