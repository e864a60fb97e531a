"""What every command does: open the vault, print words or JSON, and say in one line what went wrong."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from standard.errors import KlusCVError
from wallet.database import migrate as migrate_database
from wallet.database import transaction
from wallet.errors import WeakPassphraseError
from wallet.local_vault import has_local_vault, open_local_vault
from wallet.services import Services, open_services
from wallet.settings import PASSPHRASE_VARIABLE, WalletSettings
from wallet.vault import Vault

USAGE = 64
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of words.")]
PassphraseOption = Annotated[
    Path | None,
    typer.Option(help="File with the passphrase; else the variable WALLET_PASSPHRASE, else a question."),
]


@contextmanager
def opened(passphrase_file: Path | None) -> Iterator[tuple[Services, Vault]]:
    """Open the vault of whoever uses this machine; it is committed when the block ends well."""
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


def write_out(json_output: bool, files: dict[Path, bytes]) -> None:
    """Write files and name them."""
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print_out(json_output, {"files": [str(path) for path in files]}, [str(path) for path in files])


def print_out(json_output: bool, document: Any, lines: Sequence[str]) -> None:
    """Print one JSON document, or the same as lines."""
    if json_output:
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        for line in lines:
            typer.echo(line)


@contextmanager
def errors(json_output: bool) -> Iterator[None]:
    """End with the code of what went wrong and one line about it."""
    try:
        yield
    except (KlusCVError, OSError) as error:
        code = error.code if isinstance(error, KlusCVError) else "file"
        if json_output:
            typer.echo(json.dumps({"error": code, "message": str(error)}))
        else:
            typer.echo(f"{code}: {error}", err=True)
        raise typer.Exit(USAGE) from error
