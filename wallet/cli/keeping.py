"""What comes in and what is kept."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from wallet import adding, dispute, held, under_way
from wallet.cli.console import JsonOption, PassphraseOption, errors, opened, print_out
from wallet.held import HeldCredential
from wallet.under_way import UnderWay
from wallet.view import ProofView, view

app = typer.Typer()


@app.command()
def add(
    given: Annotated[list[str], typer.Argument(metavar="FILE_OR_OFFER", help="Offer link, or files.")],
    code: Annotated[str | None, typer.Option(help="The code that came apart from the link.")] = None,
    passphrase_file: PassphraseOption = None,
    json_output: JsonOption = False,
) -> None:
    """Fetch an offer, or take in files with copies; verified before it is kept, safe to repeat."""
    with errors(json_output), opened(passphrase_file) as (services, vault):
        found = _found(adding.add(vault, given, code=code, ask_code=_ask_code, services=services))
        print_out(json_output, found, [f"{found['organisation']}: {found['outcome']}, {found['id']}"])


@app.command()
def waiting(passphrase_file: PassphraseOption = None, json_output: JsonOption = False) -> None:
    """Look whether what organisations promised for later is there, and keep what is."""
    with errors(json_output), opened(passphrase_file) as (services, vault):
        looked = [adding.look(vault, each, services=services) for each in under_way.all_under_way(vault)]
        found = [_found(each) for each in looked]
        lines = [f"{one['id']}  {one['outcome']:13}  {one['organisation']}" for one in found]
        print_out(json_output, found, lines)


@app.command("list")
def list_held(passphrase_file: PassphraseOption = None, json_output: JsonOption = False) -> None:
    """List what is kept."""
    with errors(json_output), opened(passphrase_file) as (_, vault):
        shown = [view(each, "nl") for each in held.all_held(vault)]
        lines = [f"{one.id}  {one.as_of}  {one.checked.outcome:13}  {one.organisation}" for one in shown]
        print_out(json_output, [_summary(one) for one in shown], lines)


@app.command()
def show(
    held_id: Annotated[str, typer.Argument(metavar="ID", help="As `list` gives it.")],
    passphrase_file: PassphraseOption = None,
    json_output: JsonOption = False,
) -> None:
    """Show everything that one organisation says."""
    with errors(json_output), opened(passphrase_file) as (_, vault):
        shown = view(held.one_held(vault, held_id), "nl")
        print_out(json_output, _details(shown), list(_lines(shown)))


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
    with errors(json_output), opened(passphrase_file) as (services, vault):
        disputed = held.one_held(vault, held_id)
        message = dispute.compose(disputed, record, text, language=language)
        answer = dispute.tell(vault, disputed, message, services=services).answer
        told = {"state": answer.state, "receivedAt": answer.received_at.isoformat(), "reply": answer.reply}
        print_out(json_output, told, [answer.state, *([answer.reply] if answer.reply else [])])


def _found(found: HeldCredential | UnderWay) -> dict[str, Any]:
    if isinstance(found, UnderWay):
        outcome = found.claim.failure or "under-way"
        return {"id": found.id, "organisation": found.claim.issuer_name, "outcome": outcome}
    return _summary(view(found, "nl"))


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
