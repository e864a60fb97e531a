"""The platforms' and the steward's part: organisations, exports, claim links, the trust list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from issuer import audit, batch, migrations, organisations
from issuer.access import operators
from issuer.access.roles import Role
from issuer.audit import SYSTEM
from issuer.claiming import offering, offers
from issuer.imports import load_profile
from issuer.organisations import NewOrganisation
from issuer.samples import SAMPLES, SampleOrganisation, generate
from issuer.service import Service
from issuer.store import imports as imports_store
from issuer.store import offers as offers_store
from issuer.store import workers as workers_store

SEED = 20261122


@dataclass(frozen=True, slots=True)
class ImportedExport:
    """What one organisation's export came to."""

    organisation: SampleOrganisation
    good_count: int
    cancelled_count: int
    bad_count: int
    worker_count: int
    first_bad_row: str


@dataclass(frozen=True, slots=True)
class ClaimLink:
    """What one worker gets from one organisation, by two ways."""

    slug: str
    link: str
    transaction_code: str


def write_exports(folder: Path) -> None:
    """Write the six sample exports, the same byte for byte in every run."""
    generate(folder, seed=SEED)


def open_organisations(service: Service) -> None:
    """Make the tables and the six organisations, each with fresh keys."""
    migrations.upgrade(service.database)
    with service.database.writing() as session:
        for sample in SAMPLES:
            new = NewOrganisation(sample.slug, sample.name, sample.kind, sample.contact, sample.profile)
            host = service.settings.public_host
            organisations.add(session, service.keys, new, host=host, now=service.clock())


def import_exports(service: Service, folder: Path) -> list[ImportedExport]:
    """Read every export and commit what is good in it."""
    return [import_export(service, sample, folder / sample.file_name) for sample in SAMPLES]


def import_export(service: Service, sample: SampleOrganisation, path: Path) -> ImportedExport:
    """Read one organisation's export and commit what is good in it."""
    with service.database.reading() as session:
        organisation = organisations.by_slug(session, sample.slug)
    with path.open("rb") as stream:
        order = batch.Order(sample.file_name, load_profile(sample.profile), service.today(), SYSTEM)
        made = batch.preview(service.database, organisation, stream, order, now=service.clock())
    batch.commit(
        service.database, organisation, made.id,
        as_of=None, correction=None, actor=SYSTEM, now=service.clock(),
    )  # fmt: skip
    with service.database.reading() as session:
        refused = imports_store.refused_rows(session, made.id, limit=1)
        first = refused[0] if refused else None
        return ImportedExport(
            sample, made.good_count, made.cancelled_count, made.bad_count, made.worker_count,
            first_bad_row=f"{first.file}, row {first.row}, {first.column}: {first.message}" if first else "",
        )  # fmt: skip


def offer_to_all(service: Service) -> int:
    """Make a claim link for every worker of every organisation."""
    made = 0
    lifetime = timedelta(days=service.settings.offer_days)
    with service.database.writing() as session:
        for sample in SAMPLES:
            organisation = organisations.by_slug(session, sample.slug)
            made += offering.offer_all(session, organisation, now=service.clock(), lifetime=lifetime)
    return made


def claim_links(service: Service, worker_name: str) -> list[ClaimLink]:
    """Find the links that one worker got; each organisation knows her under a key of its own."""
    links = []
    with service.database.reading() as session:
        for sample in SAMPLES:
            organisation = organisations.by_slug(session, sample.slug)
            identity = organisations.identity(organisation)
            for worker in workers_store.search_workers(session, identity, worker_name, limit=1):
                offer = offers_store.latest_offer(session, worker.id)
                if offer is None:
                    continue
                codes = offers.codes(offer.id, service.keys.claim_code_key())
                links.append(ClaimLink(sample.slug, service.claim_address(offer.id), codes.transaction))
    return links


def operator_link(service: Service) -> str:
    """Make the one-time link with which the operator enters."""
    with service.database.writing() as session:
        code = operators.invite(
            session, name="Demo", role=Role.OWNER, organisation=None, actor=audit.COMMAND_LINE,
            now=service.clock(), lifetime=timedelta(minutes=service.settings.login_link_minutes),
        )  # fmt: skip
    return f"{service.settings.base_url}/inloggen/{code}"
