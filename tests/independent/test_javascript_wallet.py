"""A wallet that shares no code with us claims from a running issuer, by both flows, over http and https."""

from __future__ import annotations

import ipaddress
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlmodel import select

from issuer.app import create_app
from issuer.claiming import offers
from issuer.migrations import upgrade
from issuer.samples import generate
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.tables import Worker
from standard import openid4vci, sd_jwt
from standard.keys import PublicKey
from tests.issuer.acting import SLUG, add_organisation, import_export, new_offer

PROJECT = Path(__file__).parents[2]
WALLET = Path(__file__).with_name("wallet.mjs")
START_SECONDS = 20

pytestmark = pytest.mark.independent


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None or not (PROJECT / "node_modules" / "@openid4vc").is_dir():
        pytest.skip("node or the packages of package.json are not installed (npm ci)")
    return found


@dataclass(frozen=True)
class Running:
    """An issuer that listens, and the certificate that makes its https believable."""

    service: Service
    certificate: Path | None


@pytest.fixture(params=["http", "https"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    listener = socket.create_server(("127.0.0.1", 0))
    base_url = f"{request.param}://127.0.0.1:{listener.getsockname()[1]}"
    app = create_app(IssuerSettings(data_dir=tmp_path / "issuer", base_url=base_url))
    service: Service = app.state.service
    upgrade(service.database)
    certificate = self_signed(tmp_path) if request.param == "https" else None
    config = uvicorn.Config(
        app, log_level="warning", access_log=False,
        ssl_certfile=certificate, ssl_keyfile=certificate and certificate.with_suffix(".key"),
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline, "the issuer did not start"
        time.sleep(0.02)
    yield Running(service, certificate)
    server.should_exit = True
    thread.join(timeout=10)


def self_signed(folder: Path) -> Path:
    """Make a certificate for this machine, and its key beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "issuer.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    path.with_suffix(".key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    generate(folder, seed=7)
    return folder / "vakhulp.csv"


@pytest.mark.parametrize("flow", ["pre-authorized", "code"])
def test_an_independent_wallet_claims_every_form(
    node: str, running: Running, export: Path, flow: str
) -> None:
    service = running.service
    organisation = add_organisation(service, SLUG)
    import_export(service, organisation, export)
    with service.database.reading() as session:
        worker = session.exec(select(Worker).where(Worker.name == "Fatima el Amrani")).one()
    offer = new_offer(service, worker.id)
    link = openid4vci.offer_reference_link(service.offer_address(offer.id))
    code = offers.codes(offer.id, service.keys.claim_code_key()).transaction
    answer = claim(node, running, flow, link, code)
    assert answer["tokenType"] == "DPoP"
    forms = {name.partition(".")[2] for name in answer["received"]}
    assert forms == {"eddsa-rdfc-2022", "ecdsa-rdfc-2019", "dc+sd-jwt", "kluscv-compact"}
    for name, credential in answer["received"].items():
        if name.endswith("dc+sd-jwt"):
            holder = PublicKey.from_jwk(answer["holders"][name])
            assert sd_jwt.disclosed_claims(sd_jwt.parse(credential))["cnf"]["jwk"] == holder.jwk()


def claim(node: str, running: Running, flow: str, link: str, code: str) -> dict[str, Any]:
    trusted = {"NODE_EXTRA_CA_CERTS": str(running.certificate)} if running.certificate else {}
    done = subprocess.run(
        [node, str(WALLET), flow, link, code],
        capture_output=True, text=True, check=False, timeout=120, cwd=PROJECT, env={**os.environ, **trusted},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
