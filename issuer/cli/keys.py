"""`kluscv issuer keys`: which keys an organisation has, new ones, and stolen ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer

from issuer import organisations
from issuer.audit import Action
from issuer.cli.console import JsonOption, OrgOption, errors, note, open_service, show
from issuer.keyring import key_life
from issuer.keyring.keys import ALGORITHMS, KeyPlan, KeyStore
from issuer.settings import IssuerSettings
from issuer.tables import OrganisationKey
from standard.keys import Algorithm

app = typer.Typer(help="The keys of an organisation.", no_args_is_help=True)

StoreOption = Annotated[
    KeyStore | None, typer.Option(help="Where the new keys are to be; as the present ones when left out.")
]
_BEGAN: Final = {"in-use": "valid_from", "retired": "valid_until", "stolen": "compromised_at"}
MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]
LabelOption = Annotated[
    list[str] | None,
    typer.Option(help="ALGORITHM=LABEL of a key that is there already, such as P-256=klusdag-2027; repeat."),
]


@app.command("list")
def list_keys(org: OrgOption, json_output: JsonOption = False) -> None:
    """Show every key with its time, as the steward of a trust list needs it."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.reading() as session:
            found = [_facts(key) for key in key_life.known_keys(session, organisations.by_slug(session, org))]
        show(json_output, {"keys": found}, _lines(found))


@app.command()
def announce(
    org: OrgOption, store: StoreOption = None, label: LabelOption = None, json_output: JsonOption = False
) -> None:
    """Publish new keys that do not sign yet, so that the steward can list them first."""
    plan = _plan(store, label)
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.writing() as session:
            organisation = organisations.by_slug(session, org)
            made = key_life.announce(session, service.keys, organisation, plan=plan, now=service.clock())
            note(session, service, organisation.id, Action.KEYS_ANNOUNCED, organisation.did)
            found = [_facts(key) for key in made]
        show(json_output, {"keys": found}, _lines(found))


@app.command()
def rotate(
    org: OrgOption, store: StoreOption = None, label: LabelOption = None, json_output: JsonOption = False
) -> None:
    """Sign with the announced keys from now on, or with new ones; the old ones stay published."""
    plan = _plan(store, label)
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.writing() as session:
            organisation = organisations.by_slug(session, org)
            fresh = key_life.rotate(session, service.keys, organisation, plan=plan, now=service.clock())
            note(session, service, organisation.id, Action.KEYS_ROTATED, organisation.did)
            found = [_facts(key) for key in fresh]
            did = organisation.did
        advice = f"Ask the steward of your trust list to add {did} again: new keys count when it lists them."
        show(json_output, {"keys": found}, [*_lines(found), advice])


@app.command()
def compromised(
    key: Annotated[str, typer.Argument(help="The key's id or its fragment, such as p256-09ab12cd.")],
    org: OrgOption,
    since: Annotated[
        datetime | None,
        typer.Option(formats=MOMENTS, help="UTC; now when left out."),
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Say that a key was stolen, and sign with new ones. Hand the steward an archive too."""
    with errors(json_output):
        service = open_service(IssuerSettings())
        now = service.clock()
        with service.database.writing() as session:
            organisation = organisations.by_slug(session, org)
            moment = since.replace(tzinfo=UTC) if since else now
            stolen = key_life.report_theft(session, service.keys, organisation, key, since=moment, now=now)
            note(session, service, organisation.id, Action.KEY_COMPROMISED, stolen.verification_method)
            found = [_facts(stolen)]
        advice = (
            f"Run `kluscv issuer archive --org {org} --hashes-until {moment:%Y-%m-%dT%H:%M:%SZ}` with --url "
            "and --out, and hand the steward its files: through them what this key signed stays valid."
        )
        show(json_output, {"keys": found}, [*_lines(found), advice])


@app.command()
def encrypt(json_output: JsonOption = False) -> None:
    """Encrypt every key file that is not, with ISSUER_KEYS_PASSPHRASE. Safe to repeat."""
    with errors(json_output):
        encrypted = open_service(IssuerSettings()).keys.encrypt()
        show(json_output, {"encrypted": encrypted}, [f"encrypted {encrypted} key files"])


def _plan(store: KeyStore | None, labels: Sequence[str] | None) -> KeyPlan | None:
    named: dict[Algorithm, str] = {}
    for entry in labels or ():
        name, _, label = entry.partition("=")
        algorithm = next((each for each in ALGORITHMS if each == name), None)
        if algorithm is None or not label:
            raise typer.BadParameter(f"--label is {' or '.join(ALGORITHMS)}=LABEL")
        named[algorithm] = label
    if store is None and named:
        raise typer.BadParameter("--label needs --store")
    return None if store is None else KeyPlan(store, named)


def _facts(key: OrganisationKey) -> dict[str, Any]:
    return {**organisations.key_facts(key), "state": key_life.state(key)}


def _lines(keys: Sequence[dict[str, Any]]) -> list[str]:
    return [
        f"{key['id']} {key['state']} since {key.get(_BEGAN.get(key['state'], ''), key['announced'])}, "
        f"kept in {key['store']}"
        for key in keys
    ]
