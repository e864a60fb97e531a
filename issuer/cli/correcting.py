"""`kluscv issuer correct`: one thing that was told about a worker, put right without an export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeAlias

import typer

from issuer import organisations
from issuer.audit import COMMAND_LINE
from issuer.batch import correcting
from issuer.batch.entries import AchievementEntry, Entry, GigEntry, NameEntry, NoAchievement, NoGig
from issuer.cli.console import JsonOption, OrgOption, errors, open_service, show
from issuer.life.erasure import worker_of
from issuer.settings import IssuerSettings

app = typer.Typer(
    help="Put one thing right by hand: it stays so while exports tell what they told before.",
    no_args_is_help=True,
)

WorkerOption = Annotated[str, typer.Option(help="The organisation's own key of the worker.")]
SupersedeOption = Annotated[
    bool,
    typer.Option(
        "--supersede/--update", help="Whether what was stated was wrong and is withdrawn, or stays valid."
    ),
]
ReasonOption = Annotated[
    str, typer.Option(help="Why it is withdrawn, with --supersede; stays with the organisation.")
]
NeverOption = Annotated[bool, typer.Option("--never", help="It never was; no other field counts.")]
Typed: TypeAlias = str | None


@app.command()
def gig(
    org: OrgOption,
    worker: WorkerOption,
    key: Annotated[str, typer.Option("--gig", help="The organisation's own key of the gig.")],
    supersede: SupersedeOption,
    reason: ReasonOption = "",
    day: Annotated[Typed, typer.Option(help="On which it began, as 2026-11-03.")] = None,
    worked: Annotated[Typed, typer.Option(help="Hours and minutes, as 6:30.")] = None,
    category: Annotated[Typed, typer.Option(help="The organisation's word for the kind of work.")] = None,
    mark: Annotated[
        list[str] | None, typer.Option(help="As overall=4, several times; overall= takes it away.")
    ] = None,
    review: Annotated[Typed, typer.Option(help="What the client wrote; empty takes it away.")] = None,
    never: NeverOption = False,
    json_output: JsonOption = False,
) -> None:
    """Correct a gig with its marks and review. What is not given stays as it is."""
    entry = NoGig(key) if never else GigEntry(key, day, worked, category, _marks(mark or []), review)
    _correct(org, worker, entry, reason if supersede else None, json_output)


@app.command()
def achievement(
    org: OrgOption,
    worker: WorkerOption,
    key: Annotated[str, typer.Option("--achievement", help="The organisation's own key of it.")],
    supersede: SupersedeOption,
    reason: ReasonOption = "",
    name: Annotated[Typed, typer.Option(help="What was awarded.")] = None,
    language: Annotated[Typed, typer.Option(help="Of the name, as nl.")] = None,
    awarded_on: Annotated[Typed, typer.Option(help="As 2026-03-01.")] = None,
    never: NeverOption = False,
    json_output: JsonOption = False,
) -> None:
    """Correct a badge, certificate or assessment. What is not given stays as it is."""
    entry = NoAchievement(key) if never else AchievementEntry(key, name, language, awarded_on)
    _correct(org, worker, entry, reason if supersede else None, json_output)


@app.command("name")
def called(
    org: OrgOption,
    worker: WorkerOption,
    name: Annotated[str, typer.Option(help="What the worker is called.")],
    supersede: SupersedeOption,
    reason: ReasonOption = "",
    json_output: JsonOption = False,
) -> None:
    """Correct the worker's name, as every statement carries it."""
    _correct(org, worker, NameEntry(name), reason if supersede else None, json_output)


def _marks(said: Sequence[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in said]
    if not all(sign for _, sign, _ in pairs):
        raise typer.BadParameter("a mark is given as overall=4")
    return {name: value for name, _, value in pairs}


def _correct(org: str, worker: str, entry: Entry, correction: str | None, json_output: bool) -> None:
    with errors(json_output):
        service = open_service(IssuerSettings())
        with service.database.writing() as session:
            organisation = organisations.by_slug(session, org)
            done = correcting.correct(
                session, organisation, worker_of(session, organisation, worker), entry,
                correction=correction, actor=COMMAND_LINE, today=service.today(), now=service.clock(),
            )  # fmt: skip
        document = {"import": str(done.id), "new_statements": done.new_statement_count}
        show(json_output, document, [f"corrected; new statements {done.new_statement_count}"])
