"""What the tests of the issuer do again and again: add, import, offer, claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import select

from issuer import batch, organisations
from issuer.audit import SYSTEM
from issuer.claiming import offers
from issuer.imports import Profile, Readable, load_profile
from issuer.jobs.parts import run_part
from issuer.organisations import OrganisationKind
from issuer.service import Service
from issuer.tables import Import, JobPart, Offer, Organisation
from standard import openid4vci
from standard.dids import did_key, did_key_method
from standard.keys import KeySigner, PrivateKey

SLUG = "vakhulp"
PROFILE = "vakhulp"


class Clock:
    """Time stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **step: float) -> None:
        self.now += timedelta(**step)


@dataclass
class Wallet:
    """A wallet with one key that talks to the issuer over HTTP."""

    client: TestClient
    clock: Clock
    signer: KeySigner

    def offer(self, offer_id: str) -> openid4vci.CredentialOffer:
        return openid4vci.parse_offer_json(self.client.get(f"/offers/{offer_id}").content)

    def token(self, offer: openid4vci.CredentialOffer, tx_code: str | None) -> Response:
        form = openid4vci.token_request(
            pre_authorized_code=offer.pre_authorized_code, transaction_code=tx_code
        )
        return self.client.post(f"{offer.credential_issuer}/token", data=form)

    def nonce(self, issuer: str) -> str:
        return openid4vci.parse_nonce_response(self.client.post(f"{issuer}/nonce").content)

    def proof(self, issuer: str, nonce: str, signer: KeySigner | None = None) -> str:
        return openid4vci.make_key_proof(
            signer=signer or self.signer, credential_issuer=issuer, nonce=nonce, now=self.clock()
        )

    def request(self, issuer: str, token: str, configuration: str, proofs: list[str]) -> Response:
        return self.client.post(
            f"{issuer}/credential",
            json=openid4vci.credential_request(configuration_id=configuration, key_proofs=proofs),
            headers={"Authorization": f"Bearer {token}"},
        )

    def claim(self, issuer: str, token: str, configuration: str) -> Any:
        answer = self.request(issuer, token, configuration, [self.proof(issuer, self.nonce(issuer))])
        assert answer.status_code == 200, answer.text
        return answer.json()["credentials"][0]["credential"]


def new_signer() -> KeySigner:
    key = PrivateKey.generate("P-256")
    return KeySigner(key, did_key_method(did_key(key.public_key)))


def add_organisation(service: Service, slug: str) -> Organisation:
    new = organisations.NewOrganisation(
        slug, "Vakhulp U.A.", OrganisationKind.COOPERATIVE, f"hulp@{slug}.example", PROFILE
    )
    with service.database.writing() as session:
        host = service.settings.public_host
        return organisations.add(session, service.keys, new, host=host, now=service.clock())


def import_export(service: Service, organisation: Organisation, path: Path) -> Import:
    """Read and commit an export with the profile of the sample."""
    with path.open("rb") as stream:
        read = read_export(service, organisation, stream, file_name=path.name)
    return commit(service, organisation, read.id)


def read_export(
    service: Service,
    organisation: Organisation,
    stream: Readable,
    *,
    file_name: str = "vakhulp.csv",
    strict: bool = False,
    profile: Profile | None = None,
) -> Import:
    """Read an export with the profile of the sample."""
    order = batch.Order(file_name, profile or load_profile(PROFILE), service.today(), SYSTEM, strict=strict)
    return batch.preview(service.database, organisation, stream, order, now=service.clock())


def commit(
    service: Service,
    organisation: Organisation,
    import_id: UUID,
    *,
    correction: str | None = None,
    as_of: date | None = None,
) -> Import:
    return batch.commit(
        service.database, organisation, import_id,
        as_of=as_of, correction=correction, actor=SYSTEM, now=service.clock(),
    )  # fmt: skip


def new_offer(service: Service, worker_id: UUID) -> Offer:
    with service.database.writing() as session:
        lifetime = service.settings.offer_lifetime
        return offers.offer_worker(session, worker_id, now=service.clock(), lifetime=lifetime)


def run_jobs(service: Service) -> None:
    """Do every part that waits, here and now."""
    while True:
        with service.database.reading() as session:
            part = session.exec(select(JobPart)).first()
        if part is None:
            return
        run_part(service, part.job_id, part.number)


def tx_code(service: Service, offer: Offer) -> str:
    return offers.codes(offer.id, service.keys.claim_code_key()).transaction
