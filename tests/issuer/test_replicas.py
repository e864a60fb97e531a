"""Two services on one PostgreSQL database: it does not matter which of them is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from sqlmodel import select

from issuer import audit
from issuer.access import operators
from issuer.access.roles import Role
from issuer.claiming import offers
from issuer.migrations import upgrade
from issuer.organisations import identity
from issuer.service import Service, utc_now
from issuer.settings import IssuerSettings
from issuer.tables import Copy, Import, Organisation, Statement, StatusList, Worker
from standard import openid4vci
from standard.status_list import Status, status_value
from tests.databases import PostgresServer
from tests.issuer.acting import SLUG, add_organisation, import_export, new_offer, new_signer
from tests.issuer.processes import free_port, running, serve, wait_until_it_answers

AT_ONCE = 8
CONFIGURATION = "WorkHistoryCredential.dc+sd-jwt"
Given = TypeVar("Given")

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def settings(tmp_path: Path, postgres_server: PostgresServer) -> Iterator[list[IssuerSettings]]:
    """Two that differ in nothing but where they listen."""
    name, ports = postgres_server.new_database(), [free_port(), free_port()]
    yield [
        IssuerSettings(
            data_dir=tmp_path / "issuer", database_url=postgres_server.url(name), port=port,
            base_url=f"http://127.0.0.1:{ports[0]}", job_processes=0, link_log_in=True,
        )
        for port in ports
    ]  # fmt: skip
    postgres_server.drop(name)


@pytest.fixture
def service(settings: list[IssuerSettings]) -> Iterator[Service]:
    opened = Service.open(settings[0])
    upgrade(opened.database)
    yield opened
    opened.database.close()


@pytest.fixture
def organisation(service: Service) -> Organisation:
    return add_organisation(service, SLUG)


@pytest.fixture
def replicas(service: Service, settings: list[IssuerSettings]) -> Iterator[list[httpx.Client]]:
    with running(*[(serve, each) for each in settings]):
        clients = []
        for each in settings:
            wait_until_it_answers(each)
            clients.append(httpx.Client(base_url=f"http://127.0.0.1:{each.port}", timeout=60))
        yield clients
        for client in clients:
            client.close()


def at_once(act: Callable[[int], Given]) -> list[Given]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(act, range(AT_ONCE)))


def redeem(client: httpx.Client, service: Service, offer_id: str) -> str | None:
    codes = offers.codes(offer_id, service.keys.claim_code_key())
    form = openid4vci.token_request(
        pre_authorized_code=codes.pre_authorized, transaction_code=codes.transaction
    )
    answer: Any = client.post(f"/org/{SLUG}/token", data=form).json()
    return answer.get("access_token")


def claim(client: httpx.Client, other: httpx.Client, service: Service, token: str, signer: Any) -> Any:
    """Fetch the nonce from one replica and the credential from the other."""
    issuer = service.credential_issuer(SLUG)
    nonce = openid4vci.parse_nonce_response(other.post(f"/org/{SLUG}/nonce").content)
    proof = openid4vci.make_key_proof(signer=signer, credential_issuer=issuer, nonce=nonce, now=utc_now())
    answer = client.post(
        f"/org/{SLUG}/credential",
        json=openid4vci.credential_request(configuration_id=CONFIGURATION, key_proofs=[proof]),
        headers={"Authorization": f"Bearer {token}"},
    )
    return answer.json()["credentials"][0]["credential"] if answer.status_code == 200 else None


def test_claims_uploads_and_withdrawals_at_both_at_once_come_out_as_one(
    service: Service, organisation: Organisation, replicas: list[httpx.Client], export: Path
) -> None:
    import_export(service, organisation, export)
    with service.database.reading() as session:
        worker = session.exec(select(Worker).where(Worker.name == "Fatima el Amrani")).one()
        history = session.exec(
            select(Statement).where(
                Statement.worker_id == worker.id, Statement.type == "WorkHistoryCredential"
            )
        ).one()
    offer = new_offer(service, worker.id)

    tokens = [token for token in at_once(lambda n: redeem(replicas[n % 2], service, offer.id)) if token]
    assert len(tokens) == 1

    signer = new_signer()
    same = at_once(lambda n: claim(replicas[n % 2], replicas[1 - n % 2], service, tokens[0], signer))
    assert len(set(same)) == 1
    assert same[0] is not None

    log_in(service, organisation, replicas)

    def act(number: int) -> Any:
        client, other = replicas[number % 2], replicas[1 - number % 2]
        if number < 2:
            return client.post(
                f"/beheer/{SLUG}/exports", data={"profile": "vakhulp"},
                files={"export": (export.name, export.read_bytes(), "text/csv")},
            ).status_code  # fmt: skip
        if number == AT_ONCE // 2:
            return client.post(
                f"/beheer/{SLUG}/verklaringen/{history.id}/intrekken", data={"reason": "x"}
            ).status_code
        return claim(client, other, service, tokens[0], new_signer())

    answers = at_once(act)
    assert answers[:2] == [303, 303]
    assert answers[AT_ONCE // 2] == 303
    check(service, organisation, history, acknowledged=[*same, *answers[2:4], *answers[5:]])


def log_in(service: Service, organisation: Organisation, replicas: list[httpx.Client]) -> None:
    """Log in at one of them; the other knows the session too."""
    with service.database.writing() as session:
        code = operators.invite(
            session, name="Sam", role=Role.OWNER, organisation=organisation, actor=audit.SYSTEM,
            now=service.clock(), lifetime=timedelta(hours=1),
        )  # fmt: skip
    replicas[0].post(f"/inloggen/{code}")
    replicas[1].cookies.update(replicas[0].cookies)
    assert [client.get(f"/beheer/{SLUG}").status_code for client in replicas] == [200, 200]


def check(
    service: Service, organisation: Organisation, history: Statement, *, acknowledged: list[str | None]
) -> None:
    with service.database.reading() as session:
        copies = session.exec(select(Copy)).all()
        assert {text for text in acknowledged if text} == {copy.secured for copy in copies}
        assert len({(copy.status_number, copy.status_index) for copy in copies}) == len(copies)
        (status_list,) = session.exec(select(StatusList)).all()
        assert status_list.allocated_count == len(copies)
        # All of them show the statement that was withdrawn, before or after they were signed.
        for copy in copies:
            assert status_value(status_list.bits, copy.status_index, entry_bits=2) == Status.INVALID
        assert len(session.exec(select(Import)).all()) == 3
        assert audit.verify(session, identity(organisation)).broken_at is None
