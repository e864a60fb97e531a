"""Health, readiness, metrics and logs: enough to keep a service running, nothing about anybody."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from issuer.app import create_app
from issuer.jobs import offers
from issuer.migrations import upgrade
from issuer.observability import configure_logging, fault
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.tables import Import, Offer, Organisation, Worker
from tests.issuer.acting import Clock, Wallet, run_jobs

SAMPLE = re.compile(r'[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? -?\d+(\.\d+)?')


@pytest.fixture
def applications() -> dict[tuple[object, ...], FastAPI]:
    """None is shared with other tests: each counts its own requests."""
    return {}


def samples(client: TestClient) -> dict[str, float]:
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert all(SAMPLE.fullmatch(line) for line in lines), lines
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_a_service_is_ready_once_its_database_is_migrated(tmp_path: Path, database_url: str) -> None:
    settings = IssuerSettings(data_dir=tmp_path, database_url=database_url, job_processes=0)
    app = create_app(settings)
    with TestClient(app, base_url=settings.base_url) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        waiting = client.get("/readyz")
        assert (waiting.status_code, waiting.json()) == (503, {"status": "not migrated"})
        upgrade(app.state.service.database)
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()) == (200, {"status": "ok", "workers": 0})


def test_a_database_of_an_older_version_is_not_ready(client: TestClient, service: Service) -> None:
    with service.database.engine.begin() as connection:
        connection.execute(text("UPDATE issuer_version SET version_num = '0001'"))
    assert client.get("/readyz").json() == {"status": "not migrated"}


def test_a_database_that_does_not_answer_is_not_ready(tmp_path: Path) -> None:
    nowhere = f"postgresql+psycopg://postgres@/x?host={tmp_path}"
    settings = IssuerSettings(data_dir=tmp_path, database_url=nowhere, job_processes=0)
    client = TestClient(create_app(settings), base_url=settings.base_url)
    assert client.get("/readyz").json() == {"status": "no database"}
    assert client.get("/healthz").status_code == 200


def test_a_service_on_one_machine_is_ready_with_its_own_worker(tmp_path: Path) -> None:
    settings = IssuerSettings(data_dir=tmp_path, job_processes=1)
    app = create_app(settings)
    upgrade(app.state.service.database)
    with TestClient(app, base_url=settings.base_url) as client:
        assert client.get("/readyz").json() == {"status": "ok", "workers": 1}
        assert samples(client)["kluscv_issuer_workers"] == 1


def test_requests_claims_signatures_and_jobs_are_counted(
    client: TestClient, service: Service, organisation: Organisation, issuer: str,
    wallet: Wallet, access_token: str, offer: Offer, clock: Clock,
) -> None:  # fmt: skip
    wallet.claim(issuer, access_token, "WorkHistoryCredential.dc+sd-jwt")
    client.get("/nowhere")
    client.request("HACK", "/healthz")
    with service.database.writing() as session:
        offers.start(session, organisation, now=service.clock())
    clock.advance(seconds=90)
    counted = samples(client)
    assert counted["kluscv_issuer_claims_total"] == 1
    assert counted['kluscv_issuer_signatures_total{organisation="vakhulp"}'] == 1
    assert counted['kluscv_issuer_jobs{kind="offers",state="waiting"}'] == 1
    assert counted["kluscv_issuer_oldest_job_seconds"] == 90
    credential = 'kluscv_issuer_requests_total{method="POST",route="/org/{slug}/credential",status="200"}'
    assert counted[credential] == 1
    assert counted['kluscv_issuer_requests_total{method="GET",route="other",status="404"}'] == 1
    assert any('method="other"' in name for name in counted)
    run_jobs(service)
    assert samples(client)["kluscv_issuer_oldest_job_seconds"] == 0


def test_neither_metrics_nor_logs_tell_of_anybody(
    client: TestClient, imported: Import, fatima: Worker, offer: Offer, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(logging.INFO)
    client.get(f"/claim/{offer.id}")
    client.get(f"/beheer/vakhulp/mensen/{fatima.id}", params={"q": fatima.name})
    logged = capsys.readouterr().err
    entries = [json.loads(line) for line in logged.splitlines()]
    assert {entry["route"] for entry in entries} == {"/claim/{offer_id}", "/beheer/{slug}/mensen/{worker_id}"}
    told = logged + client.get("/metrics").text
    for secret in (fatima.name, fatima.worker_key, str(fatima.id), offer.id):
        assert secret not in told


def test_a_fault_is_told_by_kind_and_place_alone() -> None:
    with pytest.raises(ValueError, match="Fatima") as raised:
        int("Fatima el Amrani")
    told = fault(raised.value)
    assert told["error"] == "ValueError"
    assert "Fatima" not in json.dumps(told)
    assert "test_operations.py" in told["at"][0]
