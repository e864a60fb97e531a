"""Work moves where the worker wants it: into a real wallet, out as open data, in from a small platform."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from demo.servers import free_address, running
from issuer import audit
from issuer.app import create_app as create_issuer
from issuer.audit import Action
from issuer.migrations import upgrade
from issuer.samples import generate
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.store import audit as audit_store
from issuer.tables import Organisation, Worker
from tests.issuer.acting import SLUG, add_organisation, import_export
from tests.issuer.test_platform_api import bearer, new_client, new_key, problem
from wallet import accounts, inbox
from wallet.app import create_app as create_wallet
from wallet.database import migrate, transaction
from wallet.settings import WalletSettings

PASSPHRASE = "drie paarden in de regen"


@pytest.fixture(scope="module")
def wallet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A wallet that listens, and the address of one worker's inbox."""
    address = free_address(0)
    settings = WalletSettings(
        data_dir=tmp_path_factory.mktemp("wallet"), base_url=address.url,
        loopback_hosts=frozenset({"127.0.0.1:8101"}), argon2_memory_kib=64, argon2_passes=1,
    )  # fmt: skip
    migrate(settings.resolved_database_url)
    app = create_wallet(settings)
    services = app.state.services
    with transaction(services.engine) as session:
        vault = accounts.register(session, "fatima", PASSPHRASE, now=services.clock(), cost=services.cost)
        place = inbox.address_of(session, vault.worker_id)
        worker_id = vault.worker_id
    with running(app, address):
        yield address, services, worker_id, f"{address.url}/brievenbus/{place}"


@pytest.fixture(scope="module")
def website(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Where a small platform publishes its export."""
    folder = tmp_path_factory.mktemp("website")
    generate(folder, seed=7)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}", folder
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def issuer(
    wallet: Any, website: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, Service, Organisation, Worker, dict[str, str]]]:
    hosts = frozenset({wallet[0].host, website[0]})
    settings = IssuerSettings(data_dir=tmp_path_factory.mktemp("issuer"), loopback_hosts=hosts)
    app = create_issuer(settings)
    service = app.state.service
    upgrade(service.database)
    organisation = add_organisation(service, SLUG)
    import_export(service, organisation, website[1] / "vakhulp.csv")
    key = bearer(new_key(service, new_client(service, organisation)))
    with service.database.reading() as session:
        worker = session.exec(select(Worker).where(Worker.name == "Fatima el Amrani")).one()
    with TestClient(app, base_url=settings.base_url) as client:
        yield client, service, organisation, worker, key


def waiting(wallet: Any) -> list[str]:
    _, services, worker_id, _ = wallet
    with transaction(services.engine) as session:
        return [offer.path for offer in inbox.waiting(session, worker_id)]


def test_a_program_leaves_an_offer_in_a_wallet(issuer: Any, wallet: Any) -> None:
    client, _, _, worker, key = issuer
    offer = client.post("/v1/offers", headers=key, json={"worker": worker.worker_key}).json()
    pushed = client.post(f"/v1/offers/{offer['id']}/push", headers=key, json={"inbox": wallet[3]})
    assert pushed.status_code == 202, pushed.text
    assert any(offer["id"] in path for path in waiting(wallet))


def test_a_repeated_push_leaves_one_offer_and_one_note(issuer: Any, wallet: Any) -> None:
    client, service, organisation, worker, key = issuer
    offer = client.post("/v1/offers", headers=key, json={"worker": worker.worker_key}).json()
    before = len(waiting(wallet))
    for replayed in (None, "true"):
        pushed = client.post(
            f"/v1/offers/{offer['id']}/push", json={"inbox": wallet[3]},
            headers={**key, "Idempotency-Key": "push-1"},
        )  # fmt: skip
        assert pushed.json() == {"offer": offer["id"]}
        assert pushed.headers.get("idempotent-replayed") == replayed
    assert len(waiting(wallet)) == before + 1
    with service.database.reading() as session:
        entries = audit_store.entries(session, audit.chain_name(organisation.id))
        noted = [entry.subject for entry in entries if entry.action == Action.OFFER_PUSHED]
    assert noted[-1:] == [str(worker.id)]


def test_a_worker_sends_her_offer_to_her_own_wallet(issuer: Any, wallet: Any) -> None:
    client, _, _, worker, key = issuer
    offer = client.post("/v1/offers", headers=key, json={"worker": worker.worker_key}).json()
    sent = client.post(f"/claim/{offer['id']}/sturen", data={"inbox": f" {wallet[3]} "})
    assert sent.status_code == 200
    assert "Het aanbod ligt in je brievenbus" in sent.text
    assert any(offer["id"] in path for path in waiting(wallet))
    wrong = client.post(f"/claim/{offer['id']}/sturen", data={"inbox": wallet[3][:-4] + "wwww"})
    assert wrong.status_code == 422
    assert "Het is niet aangekomen" in wrong.text
    assert f'value="{wallet[3][:-4]}wwww"' in wrong.text


def test_an_offer_that_is_closed_is_not_sent(issuer: Any, wallet: Any) -> None:
    client, _, _, worker, key = issuer
    first = client.post("/v1/offers", headers=key, json={"worker": worker.worker_key}).json()
    client.post("/v1/offers", headers=key, json={"worker": worker.worker_key})
    answer = client.post(f"/v1/offers/{first['id']}/push", headers=key, json={"inbox": wallet[3]})
    assert problem(answer) == (404, "not-found")


@pytest.mark.parametrize("inbox_address", ["http://10.0.0.1/x", "https://localhost:1/x", "x"])
def test_nothing_is_sent_inside_the_issuers_own_network(issuer: Any, inbox_address: str) -> None:
    client, _, _, worker, key = issuer
    offer = client.post("/v1/offers", headers=key, json={"worker": worker.worker_key}).json()
    answer = client.post(f"/v1/offers/{offer['id']}/push", headers=key, json={"inbox": inbox_address})
    assert problem(answer)[1] in ("push", "webhook")


def test_a_small_platforms_export_is_fetched_and_read(issuer: Any, website: tuple[str, Path]) -> None:
    client, _, _, _, key = issuer
    address = f"http://{website[0]}/vakhulp.csv"
    read = client.post("/v1/batches/pull", headers=key, json={"url": address, "profile": "vakhulp"})
    assert read.status_code == 201, read.text
    assert (read.json()["file_name"], read.json()["state"]) == ("vakhulp.csv", "preview")
    gone = client.post("/v1/batches/pull", headers=key, json={"url": address + "x", "profile": "vakhulp"})
    assert problem(gone) == (422, "pull")


def test_a_repeated_pull_is_answered_when_the_export_is_gone(issuer: Any, website: tuple[str, Path]) -> None:
    client, _, _, _, key = issuer
    published = website[1] / "once.csv"
    published.write_bytes((website[1] / "vakhulp.csv").read_bytes())
    ask = {"url": f"http://{website[0]}/once.csv", "profile": "vakhulp"}
    headers = {**key, "Idempotency-Key": "pull-1"}
    first = client.post("/v1/batches/pull", headers=headers, json=ask)
    published.unlink()
    again = client.post("/v1/batches/pull", headers=headers, json=ask)
    assert (again.status_code, again.json()) == (201, first.json())


def test_a_record_leaves_as_open_platforms_data(issuer: Any) -> None:
    client, _, _, worker, key = issuer
    told = client.get(f"/v1/workers/{worker.worker_key}/record", headers=key)
    assert told.status_code == 200
    assert told.json()["interactions"]
    assert worker.name not in told.text
    assert problem(client.get("/v1/workers/nobody/record", headers=key)) == (404, "not-found")
