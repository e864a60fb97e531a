"""Issuing without a page: links and codes as files, and copies for a key that is already known."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlmodel import Session

from issuer.claiming import offers
from issuer.claiming.links import ClaimLink, Table, table_rows
from issuer.errors import NotFoundError, NothingToOfferError
from issuer.organisations import identity, signers
from issuer.service import Service
from issuer.signing.copies import copy_of
from issuer.signing.drafts import Signing
from issuer.spreadsheet import as_text
from issuer.store.workers import hold_statements, worker_by_key
from issuer.tables import Organisation
from standard.keys import PublicKey
from standard.model import Form

PRIVATE_FILE: Final = 0o600
SUFFIXES: Final = {
    Form.EDDSA_RDFC: ".eddsa.vc.json",
    Form.ECDSA_RDFC: ".ecdsa.vc.json",
    Form.EDDSA_JCS: ".eddsa-jcs.vc.json",
    Form.ECDSA_JCS: ".ecdsa-jcs.vc.json",
    Form.ECDSA_SD: ".ecdsa-sd.vc.json",
    Form.SD_JWT: ".sd-jwt",
    Form.COMPACT: ".compact",
}


@dataclass(frozen=True, slots=True)
class SignedCopy:
    """A copy that was signed at once."""

    organisation: str
    configuration: str
    copy_id: str
    form: Form
    text: str


def sign_for(
    session: Session,
    service: Service,
    organisation: Organisation,
    *,
    worker_key: str,
    holder: PublicKey,
    forms: Sequence[Form] = offers.OFFERED_FORMS,
) -> list[SignedCopy]:
    """Sign a worker's newest statements for a key that the organisation already trusts, in each form.

    Raises:
        NotFoundError: the organisation has no such worker.
        NothingToOfferError: there is no statement, or all were withdrawn or have expired.
        RetiredError: the organisation has stopped.
    """
    worker = worker_by_key(session, identity(organisation), worker_key)
    if worker is None:
        raise NotFoundError("no such worker")
    statements = offers.offerable(session, worker.id, now=service.clock())
    if not statements:
        raise NothingToOfferError("this worker has no statement that counts: none, withdrawn, or expired")
    # All at once and before any list, as a claim does; an end that came first shows from then on.
    hold_statements(session, [statement.id for statement in statements])
    signing = Signing(
        signers(session, service.keys, organisation), service.status_base(organisation.slug), service.clock()
    )
    signed = []
    for configuration, (form, sources) in offers.configurations(statements, forms).items():
        copy = copy_of(session, identity(organisation), sources, form, holder, signing=signing)
        signed.append(SignedCopy(organisation.slug, configuration, copy.id.urn, form, copy.secured))
    return signed


def write_links(links: Sequence[ClaimLink], folder: Path) -> list[Path]:
    """Write links and codes into two files, because they must reach the worker by two ways."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_write_table(folder / f"{table}.csv", table_rows(links, table)) for table in Table]


def write_copies(copies: Sequence[SignedCopy], folder: Path) -> list[Path]:
    """Write each copy into a file of its organisation's folder, numbered per statement."""
    written = []
    kinds = list(dict.fromkeys(copy.configuration.partition(".")[0] for copy in copies))
    for copy in copies:
        number = kinds.index(copy.configuration.partition(".")[0]) + 1
        path = folder / copy.organisation / f"{number}{SUFFIXES[copy.form]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(copy.text, encoding="utf-8")
        written.append(path)
    return written


def _write_table(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([as_text(cell) for cell in row] for row in rows)
    return path
