"""`kluscv issuer revoke`, `suspend`, `unsuspend`, `renew`, `validity`, `erase`, `tidy` and `audit verify`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from pydantic import BaseModel, ValidationError
from sqlmodel import Session

from issuer import audit, organisations
from issuer.audit import Action, ChainState
from issuer.cli.console import JsonOption, OrgOption, errors, note, open_service, show
from issuer.errors import NotFoundError
from issuer.life import bulk_status, erasure, restating, retention, status, validity
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.store.organisations import all_organisations, organisation_by_id
from issuer.store.workers import organisation_of_statement
from issuer.tables import Organisation
from standard.model import StatementType

app = typer.Typer()
audit_app = typer.Typer(help="The log of who did what.", no_args_is_help=True)
app.add_typer(audit_app, name="audit")

ReasonOption = Annotated[str, typer.Option(help="Why; stays with the organisation.")]
StatementArgument = Annotated[UUID, typer.Argument(metavar="ID", help="The id of a statement.")]


@app.command()
def revoke(
    reason: ReasonOption,
    identifier: Annotated[
        str | None, typer.Argument(metavar="ID", help="The id of a statement or of a copy.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="CSV with a column `id` or `worker`; with --org."),
    ] = None,
    org: Annotated[str | None, typer.Option(help="Whose statements the file names.")] = None,
    json_output: JsonOption = False,
) -> None:
    """Withdraw statements for good: every copy that shows them becomes invalid. Safe to repeat."""
    if (identifier is None) == (file is None) or (file is None) != (org is None):
        raise typer.BadParameter("give one ID, or --file with --org")
    with errors(json_output):
        service = open_service(IssuerSettings())
        if file is not None and org is not None:
            _revoke_file(service, file, org, reason, json_output)
        else:
            _revoke_one(service, identifier or "", reason, json_output)


@app.command()
def suspend(identifier: StatementArgument, reason: ReasonOption, json_output: JsonOption = False) -> None:
    """Make every copy of a statement invalid for the time being. Safe to repeat."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.writing() as session:
            organisation = _owner(session, identifier)
            status.suspend(session, organisation, identifier, reason=reason, now=service.clock())
            note(session, service, organisation.id, Action.STATEMENT_SUSPENDED, str(identifier))
        show(json_output, {"suspended": str(identifier)}, [f"suspended: {identifier}"])


@app.command("unsuspend")
def unsuspend(identifier: StatementArgument, json_output: JsonOption = False) -> None:
    """Lift the suspension of a statement. Safe to repeat."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.writing() as session:
            organisation = _owner(session, identifier)
            status.restore(session, organisation, identifier)
            note(session, service, organisation.id, Action.STATEMENT_RESTORED, str(identifier))
        show(json_output, {"restored": str(identifier)}, [f"restored: {identifier}"])


@app.command("validity")
def limit(
    kind: Annotated[StatementType, typer.Argument(metavar="TYPE", help="The type of statement.")],
    org: OrgOption,
    days: Annotated[int | None, typer.Option(help="Counted from its date; without it, no end.")] = None,
    json_output: JsonOption = False,
) -> None:
    """Say how long the statements of one type count that are made from now on."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.writing() as session:
            organisation = organisations.by_slug(session, org)
            validity.limit(session, organisation, kind, days)
            note(session, service, organisation.id, Action.VALIDITY_SET, kind.value)
            found = dict(validity.limits(session, organisation))
        words = [f"{name}: {count} days" for name, count in found.items()] or ["every statement counts on"]
        show(json_output, {"validity_days": found}, words)


@app.command()
def renew(
    org: OrgOption,
    days: Annotated[int, typer.Option(min=0, help="What ends within so many days.")] = 30,
    json_output: JsonOption = False,
) -> None:
    """State anew, as of today, what ends soon or has ended; `issue` then makes links. Safe to repeat."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        now = service.clock()
        with service.database.writing() as session:
            organisation = organisations.by_slug(session, org)
            ending_before = now + timedelta(days=days)
            renewed = restating.renew(session, organisation, ending_before=ending_before, now=now)
            note(session, service, organisation.id, Action.STATEMENTS_RENEWED, str(len(renewed)))
        show(json_output, {"renewed": len(renewed)}, [f"renewed {len(renewed)} statements"])


@app.command()
def erase(
    org: OrgOption,
    worker: Annotated[str, typer.Option(help="The organisation's own key of the worker.")],
    withdraw: Annotated[
        bool,
        typer.Option("--withdraw/--keep", help="Whether the worker's copies become invalid."),
    ],
    json_output: JsonOption = False,
) -> None:
    """Delete everything about a worker who asked for it; places on status lists stay taken."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.writing() as session:
            organisation = organisations.by_slug(session, org)
            worker_id = erasure.worker_of(session, organisation, worker)
            erased = erasure.erase(session, organisation, worker_id, withdraw=withdraw, now=service.clock())
            note(session, service, organisation.id, Action.WORKER_ERASED, str(worker_id))
        document = {"worker": str(worker_id), "copies": erased.copy_count, "withdrawn": erased.was_withdrawn}
        show(json_output, document, [f"erased; {erased.copy_count} copies keep their places"])


@app.command()
def tidy(json_output: JsonOption = False) -> None:
    """Forget what has had its time; the running service does so every hour. Safe to repeat."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.writing() as session:
            done = asdict(retention.tidy(session, service.settings, now=service.clock()))
        show(
            json_output,
            done,
            [", ".join(f"{name.replace('_', ' ')} {count}" for name, count in done.items())],
        )


@audit_app.command("verify")
def verify_audit(
    noted: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="What --json printed earlier; shows what was cut off since."
        ),
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Read every log from end to end and recompute its hashes; exit code 1 when one was changed."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        ends = _noted_ends(noted.read_bytes()) if noted else {}
        with service.database.reading() as session:
            owners = [None, *(organisation.id for organisation in all_organisations(session))]
            states = {
                audit.chain_name(owner): audit.verify(session, owner, noted=ends.get(audit.chain_name(owner)))
                for owner in owners
            }
    found = {name: asdict(state) for name, state in states.items()}
    lines = [
        f"{name}: {state.length} entries, "
        + (f"BROKEN at {state.broken_at}" if state.broken_at else f"whole, head {state.head[:16] or '-'}")
        for name, state in states.items()
    ]
    show(json_output, {"logs": found}, lines)
    if any(state.broken_at for state in states.values()):
        raise typer.Exit(1)


class _NotedLogs(BaseModel):
    """What `audit verify --json` printed."""

    logs: dict[str, ChainState]


def _noted_ends(content: bytes) -> dict[str, ChainState]:
    try:
        return _NotedLogs.model_validate_json(content).logs
    except ValidationError as error:
        raise typer.BadParameter("not what `audit verify --json` prints") from error


def _revoke_one(service: Service, identifier: str, reason: str, json_output: bool) -> None:
    with service.database.writing() as session:
        withdrawn = status.revoke_by_id(session, identifier, reason=reason, now=service.clock())
        ids = [str(statement.id) for statement in withdrawn]
        for statement in withdrawn:
            owner = organisation_of_statement(session, statement.id)
            note(session, service, owner, Action.STATEMENT_REVOKED, str(statement.id))
    show(json_output, {"revoked": ids}, [f"withdrawn: {identity}" for identity in ids])


def _revoke_file(service: Service, file: Path, org: str, reason: str, json_output: bool) -> None:
    with service.database.writing() as session, file.open("rb") as stream:
        organisation = organisations.by_slug(session, org)
        named = bulk_status.read_list(stream)
        done = bulk_status.revoke_list(session, organisation, named, reason=reason, now=service.clock())
        note(session, service, organisation.id, Action.STATEMENT_REVOKED, f"list of {done.withdrawn}")
    lines = [f"row {each.row}: nothing here is called {each.value}" for each in done.unknown]
    lines.append(f"withdrawn {done.withdrawn}, before {done.withdrawn_before}, unknown {len(done.unknown)}")
    show(json_output, done.as_json(), lines)


def _owner(session: Session, statement_id: UUID) -> Organisation:
    organisation_id = organisation_of_statement(session, statement_id)
    if organisation_id is None:
        raise NotFoundError("no such statement")
    return organisation_by_id(session, organisation_id)
