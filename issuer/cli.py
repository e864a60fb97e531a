"""`kluscv issuer`: the platform's side, as commands over the same functions as the pages."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer
import uvicorn
from rich import progress
from rich.console import Console

from issuer import batch, direct, offers, operators, organisations, status
from issuer.app import create_app
from issuer.imports import StrictImportError, load_profile
from issuer.migrations import upgrade
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.store import organisations as store
from issuer.store.imports import refused_rows
from issuer.tables import RefusedRow
from standard.dids import did_key_public_key
from standard.errors import KlusCVError
from standard.model import Did

app = typer.Typer(
    help="The platform's side: exports in, claim links out, statements withdrawn.", no_args_is_help=True
)
org_app = typer.Typer(help="The organisations of this host.", no_args_is_help=True)
app.add_typer(org_app, name="org")

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of words.")]
OrgOption = Annotated[str, typer.Option("--org", help="The organisation's slug.")]


@app.command()
def serve(json_output: JsonOption = False) -> None:
    """Serve the pages, OpenID4VCI and the published documents."""
    settings = IssuerSettings()
    with _errors(json_output):
        _open(settings).database.close()
    _print(json_output, {"address": settings.base_url}, [f"Issuer at {settings.base_url}"])
    uvicorn.run(create_app(settings), host=settings.host, port=settings.port, log_level="warning")


@app.command()
def migrate(json_output: JsonOption = False) -> None:
    """Bring the database to the newest version; safe to repeat."""
    with _errors(json_output):
        service = Service.open(IssuerSettings())
        upgrade(service.database)
        _print(json_output, {"migrated": True}, ["The database is up to date."])


@org_app.command("add")
def add_organisation(
    slug: Annotated[str, typer.Argument(help="Short name in addresses: small letters, digits, hyphens.")],
    name: Annotated[str, typer.Option(help="What people call it.")],
    contact: Annotated[str, typer.Option(help="Where workers can ask: mailto:, https: or tel:.")],
    profile: Annotated[str, typer.Option(help="How its exports are usually read.")] = "",
    kind: Annotated[str, typer.Option(help="What kind of platform it is, such as day-gigs.")] = "platform",
    json_output: JsonOption = False,
) -> None:
    """Add an organisation: fresh keys, a did:web and an empty status list."""
    new = organisations.NewOrganisation(slug, name, kind, contact, profile)
    with _errors(json_output):
        service = _open(IssuerSettings())
        with service.database.writing() as session:
            made = organisations.add(
                session, service.keys, new, host=service.settings.public_host, now=service.clock()
            )
        _print(json_output, {"slug": made.slug, "did": made.did}, [f"{made.name} is {made.did}"])


@org_app.command("list")
def list_organisations(json_output: JsonOption = False) -> None:
    """Show the organisations of this host with what a steward needs to put them on a trust list."""
    with _errors(json_output):
        service = _open(IssuerSettings())
        with service.database.reading() as session:
            found = [organisations.described(session, item) for item in store.all_organisations(session)]
        for entry in found:
            entry["status_base"] = service.status_base(entry["slug"])
        lines = [f"{entry['slug']} {entry['did']} {entry['name']}" for entry in found]
        _print(json_output, {"organisations": found}, lines)


@app.command("operator-link")
def operator_link(
    name: Annotated[str, typer.Option(help="Who it is for.")] = "operator",
    org: Annotated[str | None, typer.Option(help="For this organisation only; otherwise for all.")] = None,
    json_output: JsonOption = False,
) -> None:
    """Make a login link that works once."""
    with _errors(json_output):
        service = _open(IssuerSettings())
        with service.database.writing() as session:
            code = operators.invite(
                session,
                name=name,
                organisation=organisations.by_slug(session, org) if org else None,
                now=service.clock(),
                lifetime=timedelta(minutes=service.settings.login_link_minutes),
            )
        link = f"{service.settings.base_url}/inloggen/{code}"
        _print(json_output, {"link": link}, [link])


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
    with _errors(json_output):
        service = _open(IssuerSettings())
        with service.database.writing() as session, _watched(file) as stream:
            organisation = organisations.by_slug(session, org)
            read = batch.preview(
                session, organisation, stream, load_profile(profile),
                file_name=file.name, strict=strict, now=service.clock(),
            )  # fmt: skip
            day = as_of.date() if as_of else None
            done = batch.commit(session, organisation, read.id, as_of=day, now=service.clock())
            refused = [_refused(row) for row in refused_rows(session, done.id)]
        counts = {
            "import": str(done.id),
            "good": done.good_count,
            "cancelled": done.cancelled_count,
            "bad": done.bad_count,
            "workers": done.worker_count,
            "new_statements": done.new_statement_count,
        }
        lines = [_row_words(row) for row in refused]
        lines.append(", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items()))
        _print(json_output, {**counts, "errors": refused}, lines)


@app.command()
def issue(
    org: OrgOption,
    worker: Annotated[str | None, typer.Option(help="The organisation's key for one worker.")] = None,
    subject: Annotated[str | None, typer.Option(help="Sign at once for this did:key.")] = None,
    out: Annotated[
        Path | None, typer.Option(file_okay=False, help="Write links and codes, or copies.")
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Make claim links for everyone, or sign at once for a worker whose key is known. Safe to repeat."""
    if (subject is None) != (worker is None):
        raise typer.BadParameter("--subject and --worker go together")
    with _errors(json_output):
        service = _open(IssuerSettings())
        with service.database.writing() as session:
            organisation = organisations.by_slug(session, org)
            if subject is not None and worker is not None:
                holder = did_key_public_key(Did(subject))
                copies = direct.sign_for(session, service, organisation, worker_key=worker, holder=holder)
                given = [{"configuration": item.configuration, "copy": item.copy_id} for item in copies]
                written = direct.write_copies(copies, out) if out else []
            else:
                lifetime = service.settings.offer_lifetime
                offers.offer_all(session, organisation, now=service.clock(), lifetime=lifetime)
                links = direct.open_links(session, service, organisation)
                given = [link.as_json() for link in links]
                written = direct.write_links(links, out) if out else []
        lines = [" ".join(entry.values()) for entry in given]
        _print(json_output, {"issued": given, "files": [str(path) for path in written]}, lines)


@app.command()
def revoke(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="The id of a statement or of a copy.")],
    reason: Annotated[str, typer.Option(help="Why; stays with the organisation.")],
    json_output: JsonOption = False,
) -> None:
    """Withdraw a statement: every copy that shows it becomes invalid. Safe to repeat."""
    with _errors(json_output):
        service = _open(IssuerSettings())
        with service.database.writing() as session:
            withdrawn = status.revoke_by_id(session, identifier, reason=reason, now=service.clock())
            ids = [str(statement.id) for statement in withdrawn]
        _print(json_output, {"revoked": ids}, [f"withdrawn: {identity}" for identity in ids])


def _open(settings: IssuerSettings) -> Service:
    """Open the service; the embedded database is brought up to date by itself."""
    service = Service.open(settings)
    if service.database.url.startswith("sqlite"):
        upgrade(service.database)
    return service


def _watched(file: Path) -> AbstractContextManager[BinaryIO]:
    """Open a file and show on a terminal how far it was read; twice, for its digest and its rows."""
    console = Console(stderr=True)
    return progress.open(
        file, "rb", description=file.name, console=console, disable=not console.is_terminal, transient=True
    )


@contextmanager
def _errors(json_output: bool) -> Iterator[None]:
    """Turn errors of ours into one line and exit code 1."""
    try:
        yield
    except KlusCVError as error:
        report: dict[str, Any] = {"error": error.code, "message": str(error)}
        if isinstance(error, StrictImportError):
            place = error.row_error
            report |= {"file": place.file, "row": place.row, "column": place.column, "reason": place.reason}
            report["message"] = _row_words(report)
        words = json.dumps(report) if json_output else f"{report['message']} ({error.code})"
        typer.echo(words, err=not json_output)
        raise typer.Exit(1) from error


def _print(json_output: bool, document: dict[str, Any], lines: list[str]) -> None:
    if json_output:
        json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
        return
    for line in lines:
        typer.echo(line)


def _refused(row: RefusedRow) -> dict[str, Any]:
    return {
        "file": row.file,
        "row": row.row,
        "column": row.column,
        "reason": row.reason,
        "message": row.message,
    }


def _row_words(row: dict[str, Any]) -> str:
    column = f", column {row['column']}" if row["column"] else ""
    return f"{row['file']}, row {row['row']}{column}: {row['message']} [{row['reason']}]"
