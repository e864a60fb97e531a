"""Real platforms for the wallet's tests: an issuer on a loopback port, fed with sample exports."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import uvicorn
from sqlmodel import Session

from issuer import batch, organisations
from issuer.app import create_app
from issuer.audit import SYSTEM
from issuer.claiming import offers
from issuer.imports import load_profile
from issuer.life import status
from issuer.migrations import upgrade
from issuer.observability import configure_logging
from issuer.organisations import NewOrganisation, identity
from issuer.samples import FATIMA, SAMPLES, SampleOrganisation, generate
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.store.workers import search_workers, statements_of
from issuer.tables import Organisation
from standard.dids import did_key, did_key_method
from standard.keys import KeySigner, PrivateKey, PublicKey
from standard.model import Did, DidUrl, StatementType
from standard.trust import (
    TrustedKey,
    TrustedOrganisation,
    TrustList,
    TrustRoot,
    root_json,
    trust_list_credential,
)

TRUST_LIST = "https://trust.example/list"
LIFETIME = timedelta(days=30)


@dataclass(frozen=True)
class Invitation:
    """What a platform hands a worker: a link, and a code by another way."""

    claim_page: str
    offer_uri: str
    code: str


@dataclass(frozen=True)
class Platforms:
    """The running issuer, its sample organisations, and the files that make a wallet trust them."""

    service: Service
    host: str
    folder: Path
    now: datetime

    @property
    def trust_root(self) -> Path:
        """The root to pin."""
        return self.folder / "trust-root.json"

    @property
    def documents(self) -> Path:
        """The folder with the trust list."""
        return self.folder / "documents"

    def invite(self, slug: str, name: str = FATIMA) -> Invitation:
        """Make a claim link for one worker."""
        with self.service.database.writing() as session:
            worker_id = self._worker(session, slug, name)
            offer = offers.offer_worker(session, worker_id, now=self.now, lifetime=LIFETIME)
            code = offers.codes(offer.id, self.service.keys.claim_code_key()).transaction
            return Invitation(
                self.service.claim_address(offer.id), self.service.offer_address(offer.id), code
            )

    def somebody(self, slug: str) -> str:
        """The name of a worker whose statements were not withdrawn."""
        with self.service.database.reading() as session:
            organisation = organisations.by_slug(session, slug)
            workers = search_workers(session, identity(organisation), "", limit=50)
            return next(
                worker.name for worker in workers if offers.offerable(session, worker.id, now=self.now)
            )

    def withdraw(self, slug: str, name: str = FATIMA) -> None:
        """Withdraw every statement about one worker."""
        with self.service.database.writing() as session:
            organisation = organisations.by_slug(session, slug)
            for statement in statements_of(session, self._worker(session, slug, name)):
                status.revoke(
                    session, organisation, statement.id, reason="test", now=self.now
                )  # fmt: skip

    @contextmanager
    def keys_away(self, slug: str) -> Iterator[None]:
        """Take the folder of an organisation's keys away; one that has signed before does not notice."""
        folder = self.service.settings.keys_folder / slug
        aside = folder.rename(folder.with_name(f"{slug}.aside"))
        try:
            yield
        finally:
            aside.rename(folder)

    def offer_for_leave(self, slug: str) -> tuple[str, str]:
        """Make an offer without a pre-authorized code, by value; and the code for the page of consent."""
        invitation = self.invite(slug)
        offer = httpx.get(invitation.offer_uri).json()
        offer["grants"] = {"authorization_code": offer["grants"]["authorization_code"]}
        return json.dumps(offer), invitation.code

    def _worker(self, session: Session, slug: str, name: str) -> UUID:
        organisation = organisations.by_slug(session, slug)
        return search_workers(session, identity(organisation), name, limit=1)[0].id


@contextmanager
def running_platforms(folder: Path, slugs: Sequence[str], now: datetime) -> Iterator[Platforms]:
    """Import the sample exports of some organisations and serve their issuer."""
    # The commands of the same process print JSON, into which no line of a log belongs.
    configure_logging(logging.WARNING)
    listener = socket.create_server(("127.0.0.1", 0))
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    settings = IssuerSettings(data_dir=folder / "issuer", base_url=f"http://{host}")
    (folder / "issuer").mkdir(parents=True)
    service = Service.open(settings, lambda: now)
    upgrade(service.database)
    exports = folder / "exports"
    generate(exports, seed=1)
    chosen = [sample for sample in SAMPLES if sample.slug in slugs]
    trusted = [_add(service, sample, exports, host, now) for sample in chosen]
    _trust(folder, trusted, now)
    with _served(create_app(settings, lambda: now), listener):
        yield Platforms(service, host, folder, now)


def _add(
    service: Service, sample: SampleOrganisation, exports: Path, host: str, now: datetime
) -> TrustedOrganisation:
    new = NewOrganisation(sample.slug, sample.name, sample.kind, sample.contact, sample.profile)
    with service.database.writing() as session:
        organisation = organisations.add(session, service.keys, new, host=host, now=now - timedelta(days=400))
    with (exports / sample.file_name).open("rb") as stream:
        order = batch.Order(sample.file_name, load_profile(sample.profile), now.date(), SYSTEM)
        read = batch.preview(service.database, organisation, stream, order, now=now)
    batch.commit(service.database, organisation, read.id, as_of=None, correction=None, actor=SYSTEM, now=now)
    with service.database.reading() as session:
        return _trusted(session, service, organisation, sample, now)


def _trusted(
    session: Session, service: Service, organisation: Organisation, sample: SampleOrganisation, now: datetime
) -> TrustedOrganisation:
    methods = organisations.document(session, organisation)["verificationMethod"]
    keys = tuple(
        TrustedKey(
            DidUrl(str(method["id"])),
            PublicKey.from_multikey(str(method["publicKeyMultibase"])),
            now - timedelta(days=400),
            None,
            None,
        )
        for method in methods
    )
    return TrustedOrganisation(
        did=Did(organisation.did), name=sample.name, kind=sample.kind, contact=sample.contact,
        may_issue=tuple(StatementType), status_base=service.status_base(sample.slug), keys=keys,
        retired_on=None,
    )  # fmt: skip


def _trust(folder: Path, trusted: Sequence[TrustedOrganisation], now: datetime) -> None:
    key = PrivateKey.generate("Ed25519")
    root = did_key(key.public_key)
    trust_list = TrustList(
        id=TRUST_LIST, name="Proefbestuur", demonstration=True, valid_from=now - timedelta(days=1),
        valid_until=now + timedelta(days=90), organisations=tuple(trusted),
    )  # fmt: skip
    signed = trust_list_credential(trust_list, signer=KeySigner(key, did_key_method(root)))
    (folder / "documents").mkdir()
    (folder / "documents" / "trust-list.json").write_text(json.dumps(signed))
    (folder / "trust-root.json").write_bytes(root_json(TrustRoot(root, TRUST_LIST, "Proefbestuur", True)))


@contextmanager
def _served(app: object, listener: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))  # type: ignore[arg-type]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10)
