"""`kluscv wallet`: the worker's side, for one person on her own machine, and the hosted service."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn

from standard.errors import KlusCVError
from wallet import adding, choosing, dispute, drafts, export, held
from wallet.app import create_app
from wallet.compose import KlusCV
from wallet.database import migrate as migrate_database
from wallet.database import transaction
from wallet.errors import NotFoundError, WeakPassphraseError
from wallet.held import HeldCredential
from wallet.local_vault import has_local_vault, open_local_vault
from wallet.other_formats import FORMATS
from wallet.selection import Selection, fitted
from wallet.services import Services, open_services
from wallet.settings import PASSPHRASE_VARIABLE, WalletSettings
from wallet.vault import Vault
from wallet.view import ProofView, view

app = typer.Typer(
    help="The worker's side: proofs in, a KlusCV of what she chooses out.", no_args_is_help=True
)
export_app = typer.Typer(help="Take a KlusCV along.", no_args_is_help=True)
app.add_typer(export_app, name="export")

USAGE = 64
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of words.")]
PassphraseOption = Annotated[
    Path | None,
    typer.Option(help="File with the passphrase; else the variable WALLET_PASSPHRASE, else a question."),
]
DraftArgument = Annotated[str, typer.Argument(help="Which saved choice; the only one when left out.")]
OutOption = Annotated[Path, typer.Option("--out", help="Where to write it.")]


@app.command()
def serve(json_output: JsonOption = False) -> None:
    """Serve the wallet's pages."""
    settings = WalletSettings()
    with _errors(json_output):
        migrate_database(settings.resolved_database_url)
        service = create_app(settings)
    _print(json_output, {"address": settings.base_url}, [f"Wallet at {settings.base_url}"])
    uvicorn.run(service, host=settings.host, port=settings.port, log_level="warning")


@app.command()
def migrate(json_output: JsonOption = False) -> None:
    """Bring the database to the newest version; safe to repeat."""
    with _errors(json_output):
        migrate_database(WalletSettings().resolved_database_url)
        _print(json_output, {"migrated": True}, ["The database is up to date."])


@app.command()
def add(
    given: Annotated[list[str], typer.Argument(metavar="FILE_OR_OFFER", help="Offer link, or files.")],
    code: Annotated[str | None, typer.Option(help="The code that came apart from the link.")] = None,
    passphrase_file: PassphraseOption = None,
    json_output: JsonOption = False,
) -> None:
    """Fetch an offer, or take in files with copies; verified before it is kept, safe to repeat."""
    with _errors(json_output), _opened(passphrase_file) as (services, vault):
        kept = adding.add(vault, given, code=code, ask_code=_ask_code, services=services)
        shown = view(kept, "nl")
        _print(json_output, _summary(shown), [f"{shown.organisation}: {shown.checked.outcome}, {shown.id}"])


@app.command("list")
def list_held(passphrase_file: PassphraseOption = None, json_output: JsonOption = False) -> None:
    """List what is kept."""
    with _errors(json_output), _opened(passphrase_file) as (_, vault):
        shown = [view(each, "nl") for each in held.all_held(vault)]
        lines = [f"{one.id}  {one.as_of}  {one.checked.outcome:13}  {one.organisation}" for one in shown]
        _print(json_output, [_summary(one) for one in shown], lines)


@app.command()
def show(
    held_id: Annotated[str, typer.Argument(metavar="ID", help="As `list` gives it.")],
    passphrase_file: PassphraseOption = None,
    json_output: JsonOption = False,
) -> None:
    """Show everything that one organisation says."""
    with _errors(json_output), _opened(passphrase_file) as (_, vault):
        shown = view(held.one_held(vault, held_id), "nl")
        _print(json_output, _details(shown), list(_lines(shown)))


@app.command("dispute")
def tell_organisation(
    held_id: Annotated[str, typer.Argument(metavar="ID", help="As `list` gives it.")],
    text: Annotated[str, typer.Argument(help="What is wrong, in your own words.")],
    record: Annotated[str, typer.Option(help="PART:PLACE, as `show` counts them; else the whole.")] = "",
    language: Annotated[str, typer.Option(help="Language of the words.")] = "nl",
    passphrase_file: PassphraseOption = None,
    json_output: JsonOption = False,
) -> None:
    """Tell the organisation that a record is wrong; the same words again ask how it stands."""
    with _errors(json_output), _opened(passphrase_file) as (services, vault):
        disputed = held.one_held(vault, held_id)
        message = dispute.compose(disputed, record, text, language=language)
        answer = dispute.tell(vault, disputed, message, services=services).answer
        told = {"state": answer.state, "receivedAt": answer.received_at.isoformat(), "reply": answer.reply}
        _print(json_output, told, [answer.state, *([answer.reply] if answer.reply else [])])


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
    with _errors(json_output), _opened(passphrase_file) as (services, vault):
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
        _print(json_output, answer, [f"{title}: {draft.id}"])


@export_app.command("pdf")
def export_pdf(
    draft_id: DraftArgument = "",
    out: OutOption = Path("kluscv.pdf"),
    passphrase_file: PassphraseOption = None,
    json_output: JsonOption = False,
) -> None:
    """Write the PDF."""
    with _errors(json_output), _made(draft_id, passphrase_file) as (services, made):
        _write(json_output, {out: export.pdf_bytes(made, services=services)})


@export_app.command("json")
def export_json(
    draft_id: DraftArgument = "",
    out: OutOption = Path("kluscv.presentation.json"),
    passphrase_file: PassphraseOption = None,
    json_output: JsonOption = False,
) -> None:
    """Write the signed presentation."""
    with _errors(json_output), _made(draft_id, passphrase_file) as (_, made):
        _write(json_output, {out: made.presentation_json})


@export_app.command("qr")
def export_qr(
    draft_id: DraftArgument = "",
    out: OutOption = Path("kluscv-qr.png"),
    passphrase_file: PassphraseOption = None,
    json_output: JsonOption = False,
) -> None:
    """Write the QR codes as pictures, with their text beside them."""
    with _errors(json_output), _made(draft_id, passphrase_file) as (_, made):
        _write(json_output, export.qr_files(made, out))


def _other_format(name: str) -> Callable[..., None]:
    other = FORMATS[name]

    def export_other(
        draft_id: DraftArgument = "",
        out: OutOption = Path(other.file_name),
        passphrase_file: PassphraseOption = None,
        json_output: JsonOption = False,
    ) -> None:
        with _errors(json_output), _made(draft_id, passphrase_file) as (_, made):
            mapped = other.write(made)
            out.write_bytes(mapped.value)
            losses = [{"place": loss.place, "reason": loss.reason} for loss in mapped.losses]
            lines = [str(out), *(f"  {loss.reason}: {loss.place}" for loss in mapped.losses)]
            _print(json_output, {"files": [str(out)], "losses": losses}, lines)

    return export_other


for _name in FORMATS:
    _help = f"Write it as {_name}, which nobody signs; says what could not come along."
    export_app.command(_name, help=_help)(_other_format(_name))


@contextmanager
def _made(draft_id: str, passphrase_file: Path | None) -> Iterator[tuple[Services, KlusCV]]:
    with _opened(passphrase_file) as (services, vault):
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


@contextmanager
def _opened(passphrase_file: Path | None) -> Iterator[tuple[Services, Vault]]:
    settings = WalletSettings()
    migrate_database(settings.resolved_database_url)
    services = open_services(settings)
    with transaction(services.engine) as session:
        passphrase = _passphrase(passphrase_file, is_new=not has_local_vault(session))
        yield services, open_local_vault(session, passphrase, services)


def _passphrase(file: Path | None, *, is_new: bool) -> str:
    if file is not None:
        return file.read_text().rstrip("\r\n")
    given = os.environ.get(PASSPHRASE_VARIABLE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise WeakPassphraseError("no passphrase: use --passphrase-file or WALLET_PASSPHRASE")
    return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=is_new, err=True))


def _ask_code(description: str) -> str:
    return str(typer.prompt(description, err=True)) if sys.stdin.isatty() else ""


def _summary(shown: ProofView) -> dict[str, Any]:
    return {
        "id": shown.id,
        "organisation": shown.organisation,
        "asOf": shown.as_of.isoformat(),
        "outcome": shown.checked.outcome,
        "reason": shown.checked.reason,
        "gigCount": shown.gigs,
    }


def _details(shown: ProofView) -> dict[str, Any]:
    parts = {
        part.value: [{"place": each.place, "title": each.title, "detail": each.detail} for each in entries]
        for part, entries in shown.parts.items()
    }
    return {**_summary(shown), "name": shown.name.full_name if shown.name else None, **parts}


def _lines(shown: ProofView) -> Iterator[str]:
    yield f"{shown.organisation}, {shown.as_of}: {shown.checked.outcome}"
    for part, entries in shown.parts.items():
        for each in entries:
            yield f"  {part}:{each.place}  {each.title}  ({each.detail})"


def _write(json_output: bool, files: dict[Path, bytes]) -> None:
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    _print(json_output, {"files": [str(path) for path in files]}, [str(path) for path in files])


def _print(json_output: bool, document: Any, lines: Sequence[str]) -> None:
    if json_output:
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        for line in lines:
            typer.echo(line)


@contextmanager
def _errors(json_output: bool) -> Iterator[None]:
    try:
        yield
    except (KlusCVError, OSError) as error:
        code = error.code if isinstance(error, KlusCVError) else "file"
        if json_output:
            typer.echo(json.dumps({"error": code, "message": str(error)}))
        else:
            typer.echo(f"{code}: {error}", err=True)
        raise typer.Exit(USAGE) from error
