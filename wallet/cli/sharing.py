"""Choosing what to show, and taking it along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from wallet import choosing, drafts, export, held
from wallet.cli.console import JsonOption, PassphraseOption, errors, opened, print_out, write_out
from wallet.compose import KlusCV
from wallet.errors import NotFoundError
from wallet.held import HeldCredential
from wallet.other_formats import FORMATS
from wallet.selection import Selection, fitted
from wallet.services import Services
from wallet.vault import Vault

app = typer.Typer()
export_app = typer.Typer(help="Take a KlusCV along.", no_args_is_help=True)

DraftArgument = Annotated[str, typer.Argument(help="Which saved choice; the only one when left out.")]
OutOption = Annotated[Path, typer.Option("--out", help="Where to write it.")]


@app.command()
def compose(
    title: Annotated[
        str, typer.Option(help="What the choice is called; the same title replaces it.")
    ] = "KlusCV",
    hide: Annotated[
        list[str] | None,
        typer.Option(help="Leave out: an ID, or ID:PART:PLACE, as `show` counts them."),
    ] = None,
    reviews: Annotated[int, typer.Option(min=0, help="How many of the newest reviews of each.")] = 2,
    name: Annotated[bool, typer.Option("--name/--no-name", help="Whether the name shows.")] = True,
    headline: Annotated[str, typer.Option(help="One line of your own.")] = "",
    own_words: Annotated[Path | None, typer.Option(help="File with your own words.")] = None,
    language: Annotated[str, typer.Option(help="Language of the page: nl or en.")] = "nl",
    passphrase_file: PassphraseOption = None,
    json_output: JsonOption = False,
) -> None:
    """Choose what to show: everything, less what you hide. The choice is saved under its title."""
    with errors(json_output), opened(passphrase_file) as (services, vault):
        wish = choosing.Wish(
            title,
            language,
            name,
            headline,
            own_words.read_text() if own_words else "",
            reviews,
            tuple(hide or ()),
        )
        draft = choosing.save(vault, wish)
        made = export.make(vault, _current(vault), draft.selection, services=services)
        answer = {"id": draft.id, "title": title, "statements": len(made.disclosed.statements)}
        print_out(json_output, answer, [f"{title}: {draft.id}"])


@export_app.command("pdf")
def export_pdf(
    draft_id: DraftArgument = "",
    out: OutOption = Path("kluscv.pdf"),
    passphrase_file: PassphraseOption = None,
    json_output: JsonOption = False,
) -> None:
    """Write the PDF."""
    with errors(json_output), _made(draft_id, passphrase_file) as (services, made):
        write_out(json_output, {out: export.pdf_bytes(made, services=services)})


@export_app.command("json")
def export_json(
    draft_id: DraftArgument = "",
    out: OutOption = Path("kluscv.presentation.json"),
    passphrase_file: PassphraseOption = None,
    json_output: JsonOption = False,
) -> None:
    """Write the signed presentation."""
    with errors(json_output), _made(draft_id, passphrase_file) as (_, made):
        write_out(json_output, {out: made.presentation_json})


@export_app.command("qr")
def export_qr(
    draft_id: DraftArgument = "",
    out: OutOption = Path("kluscv-qr.png"),
    passphrase_file: PassphraseOption = None,
    json_output: JsonOption = False,
) -> None:
    """Write the QR codes as pictures, with their text beside them."""
    with errors(json_output), _made(draft_id, passphrase_file) as (_, made):
        write_out(json_output, export.qr_files(made, out))


def _other_format(name: str) -> Callable[..., None]:
    other = FORMATS[name]

    def export_other(
        draft_id: DraftArgument = "",
        out: OutOption = Path(other.file_name),
        passphrase_file: PassphraseOption = None,
        json_output: JsonOption = False,
    ) -> None:
        with errors(json_output), _made(draft_id, passphrase_file) as (_, made):
            mapped = other.write(made)
            out.write_bytes(mapped.value)
            losses = [{"place": loss.place, "reason": loss.reason} for loss in mapped.losses]
            lines = [str(out), *(f"  {loss.reason}: {loss.place}" for loss in mapped.losses)]
            print_out(json_output, {"files": [str(out)], "losses": losses}, lines)

    return export_other


for _name in FORMATS:
    _help = f"Write it as {_name}, which nobody signs; says what could not come along."
    export_app.command(_name, help=_help)(_other_format(_name))


@contextmanager
def _made(draft_id: str, passphrase_file: Path | None) -> Iterator[tuple[Services, KlusCV]]:
    with opened(passphrase_file) as (services, vault):
        selection = _selection(vault, draft_id)
        yield services, export.make(vault, _current(vault), selection, services=services)


def _selection(vault: Vault, draft_id: str) -> Selection:
    saved = drafts.all_drafts(vault)
    chosen = [draft for draft in saved if draft_id in ("", draft.id)]
    if len(chosen) != 1:
        raise NotFoundError("no such choice, or several: `kluscv wallet compose` makes one and names it")
    return fitted(chosen[0].selection, _current(vault))


def _current(vault: Vault) -> list[HeldCredential]:
    return held.current(held.all_held(vault))
