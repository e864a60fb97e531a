"""`kluscv issuer import`: from an export to statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Final, NoReturn

import typer
from rich import progress
from rich.console import Console

from issuer import batch, organisations
from issuer.audit import COMMAND_LINE
from issuer.batch import profiles
from issuer.cli.console import JsonOption, OrgOption, errors, open_service, row_words, show
from issuer.imports import ImportFileError, ProfileError
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.store.imports import refused_rows
from issuer.tables import Import, RefusedRow
from issuer.views.refused import refused_csv

SHOWN_ROWS: Final = 200
GUESS: Final = (
    "To make one: kluscv issuer profile guess FILE --save TITLE --org SLUG, or put the file down on the page."
)

app = typer.Typer()


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    org: OrgOption,
    profile: Annotated[
        str,
        typer.Option(help="The organisation's own, one that ships, or a file; otherwise its usual one."),
    ] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad row.")] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day of which it speaks; later work is refused."),
    ] = None,
    correction: Annotated[
        str | None,
        typer.Option(help="Why earlier statements about the same days were wrong; they are withdrawn."),
    ] = None,
    refused: Annotated[
        Path | None, typer.Option("--errors", dir_okay=False, help="Write every bad row to this CSV.")
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Read an export, show its bad rows, and state what the good rows say. Safe to repeat."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        day = as_of.date() if as_of else None
        with service.database.reading() as session:
            organisation = organisations.by_slug(session, org)
            chosen = profiles.named(session, organisation, profile or organisation.profile or _no_profile())
        with _watched(file) as stream, _advised():
            order = batch.Order(file.name, chosen, day or service.today(), COMMAND_LINE, strict=strict)
            read = batch.preview(service.database, organisation, stream, order, now=service.clock())
        with _counted(read.good_count + read.cancelled_count) as told:
            done = batch.commit(
                service.database, organisation, read.id, as_of=day, correction=correction,
                actor=COMMAND_LINE, now=service.clock(), told=told,
            )  # fmt: skip
        if refused:
            _write_refused(service, done, refused)
        _report(service, done, json_output)


def _report(service: Service, done: Import, json_output: bool) -> None:
    counts = {
        "import": str(done.id),
        "good": done.good_count,
        "cancelled": done.cancelled_count,
        "bad": done.bad_count,
        "workers": done.worker_count,
        "new_statements": done.new_statement_count,
        "updated_statements": done.updated_count,
        "changed_statements": done.changed_count,
    }
    with service.database.reading() as session:
        rows = [_refused(row) for row in refused_rows(session, done.id, limit=SHOWN_ROWS)]
    lines = [row_words(row) for row in rows]
    if len(rows) == SHOWN_ROWS:
        lines.append(f"these are the first {SHOWN_ROWS} faults; --errors FILE writes all of them")
    if done.changed_count and not done.correction_reason:
        lines.append(
            f"{done.changed_count} statements say something else about days that an earlier one covers; the "
            "earlier ones stay valid. Was this a correction? Withdraw them with revoke."
        )
    lines.append(", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items()))
    show(json_output, {**counts, "errors": rows}, lines)


def _no_profile() -> NoReturn:
    raise ProfileError(f"the organisation has no usual profile: name one with --profile. {GUESS}")


@contextmanager
def _advised() -> Iterator[None]:
    """Say what helps when a file has other columns than its profile."""
    try:
        yield
    except ImportFileError as error:
        if error.missing:
            typer.echo(f"This profile is of another kind of export. {GUESS}", err=True)
        raise


@contextmanager
def _watched(file: Path) -> Iterator[BinaryIO]:
    """Open a file and show on a terminal how far it was read."""
    console = Console(stderr=True)
    with progress.open(
        file, "rb", description=file.name, console=console, disable=not console.is_terminal, transient=True
    ) as stream:
        yield stream


@contextmanager
def _counted(total: int) -> Iterator[Callable[[int], None]]:
    """Show on a terminal how many records were stated."""
    console = Console(stderr=True)
    with progress.Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("statements", total=total)
        yield lambda count: bar.advance(task, count)


def _write_refused(service: Service, done: Import, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(refused_csv(service.database, done.id, language="en"))


def _refused(row: RefusedRow) -> dict[str, Any]:
    return {
        "file": row.file,
        "row": row.row,
        "column": row.column,
        "reason": row.reason,
        "message": row.message,
    }
