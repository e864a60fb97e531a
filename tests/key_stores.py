"""Where keys are kept that are no files: SoftHSM2 with one empty token, and a key service."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from standard.fetch import Fetcher
from standard.signers.kms import HttpTransport

LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/libsofthsm2.so")


@dataclass(frozen=True, slots=True)
class HardwareModule:
    """How to log in to the token."""

    library: Path
    label: str
    pin: str


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> HardwareModule:
    """The module reads its configuration once in a process, so there is one token for all tests."""
    library = next((path for path in map(Path, LIBRARIES) if path.exists()), None)
    if library is None:
        pytest.skip("SoftHSM2 is not installed (Debian: softhsm2)")
    pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed (the extra hsm)")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    module = HardwareModule(library, "klusdag", "1234")
    words = ("--init-token", "--free", "--label", module.label, "--so-pin", "0000", "--pin", module.pin)
    subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)
    return module


class KeyService(BaseHTTPRequestHandler):
    """A key service as clouds have them: keys by name, digests in, DER out."""

    keys: Mapping[str, Any] = {
        "p256": ec.generate_private_key(ec.SECP256R1()),
        "p384": ec.generate_private_key(ec.SECP384R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
        "k256": ec.generate_private_key(ec.SECP256K1()),
    }

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["content-length"])))
        key = self.keys.get(question["keyId"])
        if self.headers["authorization"] != "Bearer open" or key is None:
            self.send_response(403)
            self.end_headers()
            return
        octets = self.signed(key, question) if self.path == "/v1/sign" else self.spki(key)
        name = "signature" if self.path == "/v1/sign" else "publicKey"
        body = json.dumps({name: base64.b64encode(octets).decode()}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def signed(self, key: Any, question: Mapping[str, str]) -> bytes:
        if question["algorithm"] == "EdDSA":
            return bytes(key.sign(base64.b64decode(question["message"])))
        hash_ = {"ES256": hashes.SHA256(), "ES384": hashes.SHA384()}[question["algorithm"]]
        return bytes(key.sign(base64.b64decode(question["digest"]), ec.ECDSA(Prehashed(hash_))))

    def spki(self, key: Any) -> bytes:
        return bytes(
            key.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )

    def log_message(self, *arguments: object) -> None:
        """Tests are quiet."""


@pytest.fixture(scope="session")
def key_service() -> Iterator[str]:
    """The address of a key service on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), KeyService)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()


def transport(address: str, secret: str = "open") -> HttpTransport:  # noqa: S107
    fetcher = Fetcher(loopback_hosts=frozenset({address}), timeout_seconds=5, limit_bytes=1 << 16)
    return HttpTransport(
        fetcher, endpoint=f"https://{address}/v1/", authorise=lambda: {"Authorization": f"Bearer {secret}"}
    )
