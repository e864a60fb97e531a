"""An issuer that listens on loopback, for wallets in other processes."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

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
from standard import openid4vci
from tests.issuer.acting import SLUG, add_organisation, import_export, new_offer

START_SECONDS = 20


@dataclass(frozen=True)
class Running:
    """An issuer that listens, and the certificate that makes its https believable."""

    service: Service
    certificate: Path | None

    def new_link(self) -> tuple[str, str]:
        """Offer Fatima her statements anew: the link and the transaction code."""
        with self.service.database.reading() as session:
            worker = session.exec(select(Worker).where(Worker.name == "Fatima el Amrani")).one()
        offer = new_offer(self.service, worker.id)
        code = offers.codes(offer.id, self.service.keys.claim_code_key()).transaction
        return openid4vci.offer_reference_link(self.service.offer_address(offer.id)), code

    @property
    def trusted(self) -> dict[str, str]:
        """What makes Node believe the certificate."""
        return {"NODE_EXTRA_CA_CERTS": str(self.certificate)} if self.certificate else {}


@contextmanager
def issuer_running(folder: Path, scheme: Literal["http", "https"]) -> Iterator[Running]:
    """Let an issuer listen, with one organisation and its export."""
    listener = socket.create_server(("127.0.0.1", 0))
    base_url = f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
    app = create_app(IssuerSettings(data_dir=folder / "issuer", base_url=base_url))
    service: Service = app.state.service
    upgrade(service.database)
    generate(folder / "exports", seed=7)
    import_export(service, add_organisation(service, SLUG), folder / "exports" / "vakhulp.csv")
    certificate = self_signed(folder) if scheme == "https" else None
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
