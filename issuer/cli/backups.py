"""`kluscv issuer backup` and `restore`: everything in one sealed file, and back."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from issuer.audit import Action
from issuer.backups import backup
from issuer.backups.backup import Contents, Part
from issuer.backups.sealed_file import Cost
from issuer.cli.console import JsonOption, errors, note, open_service, show
from issuer.errors import BackupError
from issuer.service import Service
from issuer.settings import IssuerSettings

PRIVATE_FILE: Final = 0o600

app = typer.Typer()


@app.command("backup")
def make_backup(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The file to make; none is overwritten.")],
    json_output: JsonOption = False,
) -> None:
    """Write database and keys to one sealed file while the service runs (ISSUER_BACKUP_PASSPHRASE)."""
    settings = IssuerSettings()
    passphrase = _passphrase(settings, twice=True)
    with errors(json_output):
        service = open_service(settings)
        contents = _write(service, file, passphrase)
        with service.database.writing() as session:
            note(session, service, None, Action.BACKUP_MADE, contents.made_at)
        show(json_output, asdict(contents), _lines(contents))


@app.command("restore")
def restore_backup(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    only: Annotated[
        Part | None, typer.Option(help="Only this; everything when left out. Nothing is overwritten.")
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Put a backup back where there is nothing yet: the database, the keys, or both."""
    settings = IssuerSettings()
    passphrase = _passphrase(settings, twice=False)
    with errors(json_output):
        service = Service.open(settings)
        parts = frozenset(Part) if only is None else frozenset({only})
        contents = backup.restore(service, file, passphrase, parts)
        if Part.DATABASE in parts:
            with service.database.writing() as session:
                note(session, service, None, Action.BACKUP_RESTORED, contents.made_at)
        show(json_output, asdict(contents), _lines(contents))


def _write(service: Service, file: Path, passphrase: str) -> Contents:
    """Write beside the file first: what is there under its name is whole."""
    if file.exists():
        raise BackupError(f"{file} exists already")
    draft = file.with_name(f".{file.name}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            contents = backup.write(service, stream, passphrase, cost=Cost(), now=service.clock())
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, file)
    finally:
        draft.unlink(missing_ok=True)
    # A backup that was never read is a hope.
    with file.open("rb") as stream:
        backup.check(stream, passphrase)
    return contents


def _passphrase(settings: IssuerSettings, *, twice: bool) -> str:
    if settings.backup_passphrase is not None:
        return settings.backup_passphrase.get_secret_value()
    return str(typer.prompt("Passphrase of the backup", hide_input=True, confirmation_prompt=twice, err=True))


def _lines(contents: Contents) -> list[str]:
    rows = sum(contents.rows.values())
    return [f"{rows} rows and {contents.key_count} key files, of {contents.made_at}"]
