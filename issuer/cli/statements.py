"""`kluscv issuer import` and `revoke`: statements made and withdrawn."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer
from rich import progress
from rich.console import Console

from issuer import batch, organisations
from issuer.audit import Action
from issuer.cli.console import JsonOption, OrgOption, errors, note, open_service, row_words, show
from issuer.imports import load_profile
from issuer.settings import IssuerSettings
from issuer.store.imports import refused_rows
from issuer.tables import RefusedRow

app = typer.Typer()


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    org: OrgOption,
    profile: Annotated[str, typer.Option(help="A profile that ships with the issuer, or a TOML file.")],
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad row.")] = False,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of which it speaks.")
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Read an export, show its bad rows, and state what the good rows say. Safe to repeat."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.writing() as session, _watched(file) as stream:
            organisation = organisations.by_slug(session, org)
            read = batch.preview(
                session, organisation, stream, load_profile(profile),
                file_name=file.name, strict=strict, now=service.clock(),
            )  # fmt: skip
            day = as_of.date() if as_of else None
            done = batch.commit(session, organisation, read.id, as_of=day, now=service.clock())
            note(session, service, organisation.id, Action.IMPORT_COMMITTED, str(done.id))
            refused = [_refused(row) for row in refused_rows(session, done.id)]
        counts = {
            "import": str(done.id),
            "good": done.good_count,
            "cancelled": done.cancelled_count,
            "bad": done.bad_count,
            "workers": done.worker_count,
            "new_statements": done.new_statement_count,
        }
        lines = [row_words(row) for row in refused]
        lines.append(", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items()))
        show(json_output, {**counts, "errors": refused}, lines)


def _watched(file: Path) -> AbstractContextManager[BinaryIO]:
    """Open a file and show on a terminal how far it was read; twice, for its digest and its rows."""
    console = Console(stderr=True)
    return progress.open(
        file, "rb", description=file.name, console=console, disable=not console.is_terminal, transient=True
    )


def _refused(row: RefusedRow) -> dict[str, Any]:
    return {
        "file": row.file,
        "row": row.row,
        "column": row.column,
        "reason": row.reason,
        "message": row.message,
    }
