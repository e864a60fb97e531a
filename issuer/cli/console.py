"""What every command shares: its options, the service, answers and errors on a terminal."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from sqlmodel import Session

from issuer import audit
from issuer.audit import Action
from issuer.errors import EntryError
from issuer.imports import StrictImportError
from issuer.migrations import upgrade
from issuer.observability import configure_logging
from issuer.service import Service
from issuer.settings import IssuerSettings
from standard.errors import KlusCVError

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of words.")]
OrgOption = Annotated[str, typer.Option("--org", help="The organisation's slug.")]


def open_service(settings: IssuerSettings) -> Service:
    """Open the service; the embedded database is brought up to date by itself."""
    configure_logging(logging.WARNING)
    service = Service.open(settings)
    if service.database.is_embedded:
        upgrade(service.database)
    return service


@contextmanager
def errors(json_output: bool) -> Iterator[None]:
    """Turn errors of ours into one line and exit code 1."""
    try:
        yield
    except KlusCVError as error:
        report: dict[str, Any] = {"error": error.code, "message": str(error)}
        if isinstance(error, StrictImportError):
            place = error.row_error
            report |= {"file": place.file, "row": place.row, "column": place.column, "reason": place.reason}
            report["message"] = row_words(report)
        if isinstance(error, EntryError):
            report["errors"] = [
                {"field": fault.column, "reason": fault.reason, "message": fault.message}
                for fault in error.faults
            ]
        words = json.dumps(report) if json_output else f"{report['message']} ({error.code})"
        typer.echo(words, err=not json_output)
        raise typer.Exit(1) from error


def note(
    session: Session, service: Service, organisation_id: int | None, action: Action, subject: str
) -> None:
    """Write in the audit log that a command did this."""
    audit.record(
        session,
        organisation_id,
        actor=audit.COMMAND_LINE,
        action=action,
        subject=subject,
        now=service.clock(),
    )


def show(json_output: bool, document: dict[str, Any], lines: list[str]) -> None:
    """Print one JSON document, or the same as lines."""
    if json_output:
        json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
        return
    for line in lines:
        typer.echo(line)


def row_words(row: dict[str, Any]) -> str:
    """Say what is wrong with a row, and where."""
    column = f", column {row['column']}" if row["column"] else ""
    return f"{row['file']}, row {row['row']}{column}: {row['message']} [{row['reason']}]"
