"""`kluscv issuer archive`: what an organisation leaves behind when it stops, or when a key was stolen."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer
from sqlmodel import Session

from issuer import organisations
from issuer.audit import Action
from issuer.claiming.links import open_links
from issuer.cli.console import JsonOption, OrgOption, errors, note, open_service, show
from issuer.cli.keys import MOMENTS
from issuer.life import retirement
from issuer.life.retirement import Legacy, Unclaimed
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.signing import direct
from issuer.tables import Organisation

PRIVATE_FILE: Final = 0o600
NEXT_STEPS: Final = """\
Give this folder to the steward of your trust list, who runs:

    kluscv trust add did.json --name {name} --kind {kind} --contact {contact} --status-base {base}
{archives}{retire}    kluscv trust sign

and publishes each archive at the address that stands in it. The steward never gets unclaimed.json.
"""

app = typer.Typer()


@app.command()
def archive(
    org: OrgOption,
    out: Annotated[Path, typer.Option(file_okay=False, help="Where the files are written.")],
    url: Annotated[str, typer.Option(help="Under which address the steward will publish the archives.")] = "",
    unclaimed: Annotated[
        Unclaimed, typer.Option(help="What becomes of statements that nobody claimed.")
    ] = Unclaimed.REFUSE,
    announce: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only make links, until this last day."),
    ] = None,
    hashes_until: Annotated[
        datetime | None,
        typer.Option(formats=MOMENTS, help="Only archive what was signed until then (UTC); nothing stops."),
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Stop an organisation for good: its last status lists, the hashes of its copies, its keys."""
    if announce is None and urlsplit(url).scheme != "https":
        raise typer.BadParameter("--url is the https address of a folder of the steward's")
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.writing() as session:
            organisation = organisations.by_slug(session, org)
            if announce is not None:
                files = _announce(session, service, organisation, announce, out)
            else:
                until = hashes_until.replace(tzinfo=UTC) if hashes_until else None
                files = _archive(session, service, organisation, url, unclaimed, until, out)
        names = [str(path) for path in files]
        show(json_output, {"files": names}, names)


def _announce(
    session: Session, service: Service, organisation: Organisation, last_day: datetime, out: Path
) -> list[Path]:
    retirement.announce(session, service, organisation, last_day.date())
    note(session, service, organisation.id, Action.CLOSURE_ANNOUNCED, last_day.date().isoformat())
    return direct.write_links(list(open_links(session, service, organisation)), out)


def _archive(
    session: Session,
    service: Service,
    organisation: Organisation,
    url: str,
    unclaimed: Unclaimed,
    until: datetime | None,
    out: Path,
) -> list[Path]:
    base = url.rstrip("/") + "/"
    if until is None:
        legacy = retirement.retire(session, service, organisation, base=base, unclaimed=unclaimed)
        note(session, service, organisation.id, Action.ORGANISATION_RETIRED, organisation.did)
    else:
        legacy = retirement.signed_until(session, organisation, base=base, until=until, now=service.clock())
        note(session, service, organisation.id, Action.HASHES_ARCHIVED, organisation.did)
    files = _files(session, service, organisation, legacy)
    # Written before the transaction ends: who has stopped cannot make these files again.
    return [_write(out / name, content) for name, content in files.items()]


def _files(
    session: Session, service: Service, organisation: Organisation, legacy: Legacy
) -> Mapping[str, bytes]:
    retired = session.get_one(Organisation, organisation.id).retired_at
    steps = NEXT_STEPS.format(
        name=json.dumps(organisation.name, ensure_ascii=False),
        kind=organisation.kind,
        contact=organisations.published_contact(organisation),
        base=service.status_base(organisation.slug),
        archives="".join(f"    kluscv trust archive {name}\n" for name in legacy.archives),
        retire=f"    kluscv trust retire {organisation.did} --on {retired.date()}\n" if retired else "",
    )
    files = {
        **legacy.archives,
        "did.json": _json(organisations.document(session, organisation)),
        "organisation.json": _json(organisations.described(session, organisation)),
        "NEXT-STEPS.txt": steps.encode(),
    }
    return files | ({"unclaimed.json": _json(legacy.unclaimed)} if legacy.unclaimed else {})


def _json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return path
