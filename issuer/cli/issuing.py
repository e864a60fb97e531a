"""`kluscv issuer issue` and `worker`: claim links for everyone, copies for keys that are known, bulk work."""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich import progress
from rich.console import Console

from issuer import organisations
from issuer.audit import Action
from issuer.claiming.links import ClaimLink, open_links
from issuer.claiming.offers import OFFERED_FORMS
from issuer.cli.console import JsonOption, OrgOption, errors, note, open_service, show
from issuer.errors import JobFailedError
from issuer.jobs import copies, offers, workers
from issuer.observability import configure_logging
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.signing import direct
from issuer.tables import Job, Organisation
from standard.dids import did_key_public_key
from standard.model import Did, Form

app = typer.Typer()


@app.command()
def issue(
    org: OrgOption,
    everyone: Annotated[
        bool, typer.Option("--all", help="Claim links for everyone; the default when nobody is named.")
    ] = False,
    worker: Annotated[str | None, typer.Option(help="The organisation's key for one worker.")] = None,
    subject: Annotated[str | None, typer.Option(help="Sign at once for this did:key.")] = None,
    keys: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="Sign at once for every row of this CSV: worker_key,did."
        ),
    ] = None,
    form: Annotated[
        list[Form] | None, typer.Option(help="A form to sign in, with --subject; the usual four by default.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(file_okay=False, help="Write links and codes, or copies.")
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Make claim links for everyone, or sign at once for workers whose keys are known. Safe to repeat."""
    if (subject is None) != (worker is None):
        raise typer.BadParameter("--subject and --worker go together")
    if sum((everyone, subject is not None, keys is not None)) > 1:
        raise typer.BadParameter("--all, --subject and --keys exclude each other")
    if form and subject is None:
        raise typer.BadParameter("--form goes with --subject; a wallet asks for the forms that it wants")
    with errors(json_output):
        service = open_service(IssuerSettings())
        if keys is not None:
            _sign_for_keys(service, org, keys, out, json_output)
            return
        if subject is not None and worker is not None:
            signed = _sign_for(service, org, worker, subject, form or OFFERED_FORMS)
            given = [{"configuration": item.configuration, "copy": item.copy_id} for item in signed]
            written = direct.write_copies(signed, out) if out else []
        else:
            links = _offer_all(service, org)
            given = [link.as_json() for link in links]
            written = direct.write_links(links, out) if out else []
        # Codes that are in a file of their own need not stand beside their links on a screen.
        lines = [f"wrote {path}" for path in written] or [" ".join(entry.values()) for entry in given]
        show(json_output, {"issued": given, "files": [str(path) for path in written]}, lines)


@app.command("worker")
def work() -> None:
    """Do bulk work until stopped; run as many as you like beside services on PostgreSQL."""
    with errors(json_output=False):
        service = open_service(IssuerSettings())
    configure_logging(logging.INFO)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    workers.worker(service, stop).work(stop.is_set)


def _sign_for(
    service: Service, org: str, worker_key: str, subject: str, forms: Sequence[Form]
) -> list[direct.SignedCopy]:
    holder = did_key_public_key(Did(subject))
    with service.database.writing() as session:
        organisation = organisations.by_slug(session, org)
        signed = direct.sign_for(
            session, service, organisation, worker_key=worker_key, holder=holder, forms=forms
        )
        note(session, service, organisation.id, Action.COPIES_SIGNED, subject)
    return signed


def _sign_for_keys(service: Service, org: str, keys: Path, out: Path | None, json_output: bool) -> None:
    with service.database.writing() as session, _opened(keys) as text:
        organisation = organisations.by_slug(session, org)
        job = copies.start(session, organisation, copies.read_keys(text), now=service.clock())
        note(session, service, organisation.id, Action.COPIES_SIGNED, str(job.id))
    done = _finish(service, job, "copies")
    counts = {"job": str(job.id), "holders": done.done_count, "new_copies": done.made_count}
    files = [_write_copies(service, organisation, keys, out)] if out else []
    lines = [f"new copies {done.made_count}, for {done.done_count} holders"]
    show(json_output, {**counts, "files": [str(path) for path in files]}, lines)


def _write_copies(service: Service, organisation: Organisation, keys: Path, out: Path) -> Path:
    """Write one JSON object a line for every copy that the holders of a file have."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / "copies.jsonl"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, direct.PRIVATE_FILE)
    with (
        os.fdopen(descriptor, "w", encoding="utf-8") as file,
        service.database.reading() as session,
        _opened(keys) as text,
    ):
        for row, copy in copies.of_rows(session, organisation, copies.read_keys(text)):
            entry = {"worker_key": row.worker_key, "did": row.did, "form": copy.form, "copy": copy.id.urn}
            file.write(json.dumps({**entry, "secured": copy.secured}, ensure_ascii=False) + "\n")
    return path


def _opened(keys: Path) -> TextIO:
    return keys.open(encoding="utf-8-sig", errors="strict", newline="")


def _offer_all(service: Service, org: str) -> list[ClaimLink]:
    with service.database.writing() as session:
        organisation = organisations.by_slug(session, org)
        job = offers.start(session, organisation, now=service.clock())
        note(session, service, organisation.id, Action.OFFERS_MADE, str(job.id))
    _finish(service, job, "claim links")
    with service.database.reading() as session:
        return list(open_links(session, service, organisation))


def _finish(service: Service, job: Job, words: str) -> Job:
    """Work until a job is finished, with a progress bar on a terminal."""
    with _bar(words) as watch:
        finished = workers.finish(service, job.id, watch)
    if finished.error_code is not None:
        raise JobFailedError(f"{finished.done_count} of {finished.total_count} done: {finished.error_code}")
    return finished


@contextmanager
def _bar(words: str) -> Iterator[Callable[[Job], None]]:
    console = Console(stderr=True)
    with progress.Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(words, total=None)
        yield lambda job: bar.update(task, total=job.total_count, completed=job.done_count)
