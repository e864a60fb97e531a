"""`kluscv trust`: the steward's side, who says which organisations may issue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from standard.errors import KlusCVError
from standard.fetch import Fetcher
from standard.model import Did, StatementType
from standard.resolution import NetworkResolver
from standard.timestamps import write_moment
from standard.trust import TrustedOrganisation, organisation_json
from verifier import stewardship

USAGE: Final = 64
TIMEOUT_SECONDS: Final = 20.0

app = typer.Typer(
    help="The steward's side: who may issue, and with which keys. The state is plain files in a folder.",
    no_args_is_help=True,
)

Folder = Annotated[Path, typer.Option("--folder", help="Where the steward's files are.", file_okay=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of words.")]

DEFAULT_FOLDER: Final = Path("trust")


@app.command()
def init(
    name: Annotated[str, typer.Option(help="Who stands for the list.")],
    url: Annotated[str, typer.Option(help="Where the signed list will be published.")],
    folder: Folder = DEFAULT_FOLDER,
    demonstration: Annotated[
        bool, typer.Option("--demonstration", help="Every verdict under this root says that it is a demo.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a root: its key, and the trust-root.json that verifiers pin."""
    with _errors(as_json):
        root = stewardship.init(folder, name=name, address=url, demonstration=demonstration)
        document = {"root": root.root, "trustList": root.trust_list, "folder": str(folder)}
        _print(document, f"Root {root.root}\nPin {folder / stewardship.ROOT}", as_json=as_json)


@app.command()
def add(
    did_document: Annotated[str, typer.Argument(help="A did.json file, its https address, or the did:web.")],
    name: Annotated[str, typer.Option(help="What people call the organisation.")],
    kind: Annotated[str, typer.Option(help="What it is, such as platform or cooperative.")],
    contact: Annotated[str, typer.Option(help="mailto: or https: address for workers and readers.")],
    status_base: Annotated[str, typer.Option(help="Address that the numbers of its status lists follow.")],
    may_issue: Annotated[
        list[StatementType] | None, typer.Option(help="A credential type; repeat. All when left out.")
    ] = None,
    keys_from: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Since when its new keys are in use; today when left out."),
    ] = None,
    folder: Folder = DEFAULT_FOLDER,
    loopback_host: Annotated[
        list[str] | None, typer.Option(help="host:port on this machine to fetch over http (development).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put an organisation on the list, or renew its entry; keys keep the time in which they were used."""
    entry = stewardship.Entry(name, kind, contact, tuple(may_issue or StatementType), status_base)
    with _errors(as_json):
        document = _document(did_document, frozenset(loopback_host or ()))
        since = keys_from.replace(tzinfo=UTC) if keys_from else None
        organisation = stewardship.add(folder, document, entry, now=_now(), keys_from=since)
        _print(organisation_json(organisation), _line(organisation), as_json=as_json)


@app.command("list")
def list_organisations(folder: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Show every organisation that the next list will hold."""
    with _errors(as_json):
        found = stewardship.organisations(folder)
        lines = "\n".join(_line(organisation) for organisation in found) or "No organisations yet."
        document = {"organisation": [organisation_json(organisation) for organisation in found]}
        _print(document, lines, as_json=as_json)


@app.command()
def archive(
    file: Annotated[Path, typer.Argument(help="What a retired organisation left behind.", dir_okay=False)],
    folder: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Refer to an archive in its organisation's entry; publish the file at the address inside it."""
    with _errors(as_json):
        organisation = stewardship.add_archive(folder, file.read_bytes())
        _print(organisation_json(organisation), _line(organisation), as_json=as_json)


@app.command()
def retire(
    did: Annotated[str, typer.Argument(help="The organisation's did:web.")],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Its last day.")],
    folder: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Note that an organisation stopped; what it signed stays valid. Take its archive too."""
    with _errors(as_json):
        organisation = stewardship.retire(folder, Did(did), on.date())
        _print(organisation_json(organisation), _line(organisation), as_json=as_json)


@app.command()
def succeed(
    trust_root: Annotated[
        Path, typer.Argument(help="The trust-root.json of who takes over.", dir_okay=False)
    ],
    folder: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Hand over to another root; sign once more, and leave that last list where it is."""
    with _errors(as_json):
        root = stewardship.name_successor(folder, trust_root.read_bytes())
        document = {"root": root.root, "trustList": root.trust_list}
        _print(document, f"The next list names {root.root} as successor", as_json=as_json)


@app.command()
def sign(
    folder: Folder = DEFAULT_FOLDER,
    days: Annotated[int, typer.Option(min=1, max=3660, help="How long the list is valid.")] = 90,
    as_json: AsJson = False,
) -> None:
    """Sign the list; publish trust-list.json at the address of the root."""
    with _errors(as_json):
        trust_list = stewardship.sign(folder, now=_now(), valid_days=days)
        path, until = folder / stewardship.LIST, write_moment(trust_list.valid_until)
        count = len(trust_list.organisations)
        document = {"file": str(path), "validUntil": until, "organisationCount": count}
        _print(document, f"{path}: organisations {count}, valid until {until}", as_json=as_json)


def _document(source: str, loopback_hosts: frozenset[str]) -> bytes:
    if source.startswith(("https://", "http://", "did:")):
        fetcher = Fetcher(
            loopback_hosts=loopback_hosts,
            timeout_seconds=TIMEOUT_SECONDS,
            limit_bytes=stewardship.LIMIT_BYTES,
        )
        return NetworkResolver(fetcher).resolve(source)
    with Path(source).open("rb") as file:
        return file.read(stewardship.LIMIT_BYTES + 1)


def _line(organisation: TrustedOrganisation) -> str:
    types = ", ".join(organisation.may_issue)
    return f"{organisation.name} ({organisation.did}): {len(organisation.keys)} keys, may issue {types}"


def _print(document: dict[str, Any], words: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2) if as_json else words)


@contextmanager
def _errors(as_json: bool) -> Iterator[None]:
    """Say what went wrong, on stderr, and end with the code for unusable input."""
    try:
        yield
    except (KlusCVError, OSError) as error:
        code = error.code if isinstance(error, KlusCVError) else "file"
        typer.echo(json.dumps({"error": code, "message": str(error)}) if as_json else str(error), err=True)
        raise typer.Exit(USAGE) from error


def _now() -> datetime:
    return datetime.now(UTC)
