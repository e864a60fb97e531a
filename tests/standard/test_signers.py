"""Keys that are kept elsewhere sign as keys in a file do."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from hypothesis import given
from hypothesis import strategies as st

from standard import proofs
from standard.credentials import credential_document
from standard.errors import KeyFormatError, SigningError
from standard.fetch import Fetcher
from standard.keys import Algorithm, KeySigner, PrivateKey, Signer
from standard.model import DidUrl
from standard.signers.kms import HttpTransport, KmsSigner
from standard.signers.signatures import digest, fixed_length
from tests.standard.signers import ALGORITHMS, NOW, ORGANISATION, WORKER
from tests.standard.statements import WORK_HISTORY, new_id

METHOD = DidUrl(f"{ORGANISATION}#key")
SOFTHSM = next(
    (path for path in map(Path, ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/libsofthsm2.so"))
     if path.exists()), None,
)  # fmt: skip
PIN = "1234"


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A token of its own with one key pair of each kind, imported from keys that are thrown away."""
    if SOFTHSM is None:
        pytest.skip("SoftHSM2 is not installed (Debian: softhsm2)")
    pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed (the extra hsm)")
    from standard.signers.hardware import open_token

    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    softhsm("--init-token", "--free", "--label", "klusdag", "--so-pin", "0000", "--pin", PIN)
    make_keys(SOFTHSM)
    session = open_token(SOFTHSM, token="klusdag", pin=PIN)
    yield session
    session.close()


def softhsm(*arguments: str) -> None:
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)


def make_keys(module: Path) -> None:
    import pkcs11
    from pkcs11.util.ec import encode_named_curve_parameters

    kinds = {
        "P-256": (pkcs11.KeyType.EC, encode_named_curve_parameters("secp256r1")),
        "P-384": (pkcs11.KeyType.EC, encode_named_curve_parameters("secp384r1")),
        "Ed25519": (pkcs11.KeyType.EC_EDWARDS, b"\x13\x0cedwards25519"),
    }
    with pkcs11.lib(str(module)).get_token(token_label="klusdag").open(rw=True, user_pin=PIN) as session:
        for label, (kind, curve) in kinds.items():
            attributes = {pkcs11.Attribute.EC_PARAMS: curve}
            parameters = session.create_domain_parameters(kind, attributes, local=True)
            parameters.generate_keypair(label=label, store=True)


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


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), KeyService)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()


def transport(address: str, secret: str = "open") -> HttpTransport:  # noqa: S107
    fetcher = Fetcher(loopback_hosts=frozenset({address}), timeout_seconds=5, limit_bytes=1 << 16)
    return HttpTransport(
        fetcher, endpoint=f"https://{address}/v1/", authorise=lambda: {"Authorization": f"Bearer {secret}"}
    )


def check(signer: Signer, algorithm: Algorithm) -> None:
    """It signs like any other, down to a whole credential."""
    assert (signer.public_key.algorithm, signer.verification_method) == (algorithm, METHOD)
    for message in (b"", b"x", b"y" * 5000):
        signature = signer.sign(message)
        assert len(signature) == signer.public_key.signature_bytes
        signer.public_key.verify(signature, message)
    document = credential_document(
        WORK_HISTORY, issuer=ORGANISATION, organisation_name="Klusdag", subject=WORKER,
        credential_id=new_id(), issued=NOW, status=None, new_id=new_id,
    )  # fmt: skip
    cryptosuite = "eddsa-rdfc-2022" if algorithm == "Ed25519" else "ecdsa-rdfc-2019"
    signed = proofs.add_proof(
        document, cryptosuite=cryptosuite, signer=signer, created=NOW, purpose="assertionMethod"
    )
    proofs.verify_proof(signed, signed["proof"], signer.public_key)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_hardware_module_signs(token: Any, algorithm: Algorithm) -> None:
    from standard.signers.hardware import HardwareSigner

    check(HardwareSigner(token, label=algorithm, verification_method=METHOD), algorithm)


def test_a_hardware_module_says_what_it_lacks(token: Any) -> None:
    from standard.signers.hardware import HardwareSigner, open_token

    assert SOFTHSM is not None
    with pytest.raises(SigningError):
        HardwareSigner(token, label="nobody", verification_method=METHOD)
    for module, label in ((SOFTHSM, "nowhere"), (Path("/nowhere.so"), "klusdag")):
        with pytest.raises(SigningError):
            open_token(module, token=label, pin=PIN)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_service_signs(address: str, algorithm: Algorithm) -> None:
    key_id = algorithm.lower().replace("-", "")
    check(KmsSigner(transport(address), key_id=key_id, verification_method=METHOD), algorithm)


def test_a_key_service_that_refuses_is_an_error_of_its_own(address: str) -> None:
    for secret, key_id in (("wrong", "p256"), ("open", "unknown")):
        with pytest.raises(SigningError):
            KmsSigner(transport(address, secret), key_id=key_id, verification_method=METHOD)
    with pytest.raises(SigningError):
        KmsSigner(transport("127.0.0.1:1"), key_id="p256", verification_method=METHOD)
    with pytest.raises(KeyFormatError):
        KmsSigner(transport(address), key_id="k256", verification_method=METHOD)


def test_a_signature_of_another_key_does_not_leave(address: str) -> None:
    """The service was told to roll over, and nobody told the issuer."""
    honest = transport(address)

    def confused(operation: str, question: Any) -> Any:
        other = {"p256": "p384"} if operation == "public-key" else {}
        return honest(operation, {**question, "keyId": other.get(question["keyId"], question["keyId"])})

    signer = KmsSigner(confused, key_id="p256", verification_method=METHOD)
    with pytest.raises(SigningError):
        signer.sign(b"x")


@pytest.mark.parametrize("answer", [{}, {"signature": 1}, {"signature": "?"}, {"signature": "AAAA"}])
def test_an_answer_that_is_no_signature_is_refused(address: str, answer: dict[str, Any]) -> None:
    honest = transport(address)

    def junk(operation: str, question: Any) -> Any:
        return honest(operation, question) if operation == "public-key" else answer

    with pytest.raises(SigningError):
        KmsSigner(junk, key_id="p256", verification_method=METHOD).sign(b"x")


@given(message=st.binary(max_size=64))
def test_der_and_fixed_length_say_the_same(message: bytes) -> None:
    native = ec.generate_private_key(ec.SECP256R1())
    key = KeySigner(PrivateKey("P-256", native), METHOD).public_key
    der = native.sign(digest(key, message), ec.ECDSA(Prehashed(hashes.SHA256())))
    key.verify(fixed_length(key, der), message)


@given(st.binary(max_size=80))
def test_what_is_no_der_signature_is_refused(junk: bytes) -> None:
    key = PrivateKey.generate("P-256").public_key
    with pytest.raises(SigningError):
        fixed_length(key, junk)
