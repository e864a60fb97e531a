"""The network module against real servers on loopback."""

from __future__ import annotations

import datetime
import io
import ipaddress
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from standard.errors import FetchRefusedError, ResolutionError
from standard.fetch import Fetcher, VettedBackend, is_public


class Handler(BaseHTTPRequestHandler):
    """Answers by path; what it was asked stands in the answer of `/echo`."""

    def do_GET(self) -> None:
        answers: dict[str, Callable[[], None]] = {
            "/document": lambda: self.answer(200, b'{"id": "x"}'),
            "/refused": lambda: self.answer(403, b"no"),
            "/large": lambda: self.answer(200, b"x" * 100_000),
            "/endless": self.endless,
            "/drip": self.drip,
            "/slow-headers": self.slow_headers,
            "/gzip": lambda: self.answer(200, b"\x1f\x8b", ("Content-Encoding", "gzip")),
            "/moved": lambda: self.answer(302, b"", ("Location", "/document")),
            "/elsewhere": lambda: self.answer(302, b"", ("Location", "https://example.org/document")),
            "/inside": lambda: self.answer(302, b"", ("Location", "https://127.0.0.1:1/document")),
            "/loop": lambda: self.answer(302, b"", ("Location", "/loop")),
            "/echo": lambda: self.answer(200, json.dumps(dict(self.headers)).encode()),
        }
        answers.get(self.path, lambda: self.answer(404, b""))()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        echo = {"type": self.headers["Content-Type"], "body": body.decode(), "extra": self.headers["X-Extra"]}
        self.answer(201, json.dumps(echo).encode())

    def answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(10_000):
            self.wfile.write(b"x" * 10_000)

    def drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(100):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def slow_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(100):
            self.wfile.write(b"X-Slow: 1\r\n")
            self.wfile.flush()
            time.sleep(0.05)

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test output quiet."""


def serve(tls: ssl.SSLContext | None = None) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = serve()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def fetcher(port: int) -> Fetcher:
    return Fetcher(
        loopback_hosts=frozenset({f"127.0.0.1:{port}", f"localhost:{port}"}),
        timeout_seconds=2,
        limit_bytes=50_000,
    )


def test_an_allowlisted_loopback_address_is_fetched_over_http(fetcher: Fetcher, port: int) -> None:
    response = fetcher.get(f"http://localhost:{port}/document", accept="application/json")
    assert (response.status, response.body) == (200, b'{"id": "x"}')


def test_https_of_an_allowlisted_loopback_address_is_spoken_as_http(fetcher: Fetcher, port: int) -> None:
    assert fetcher.get(f"https://127.0.0.1:{port}/document", accept="*/*").status == 200


def test_the_server_sees_the_name_and_what_is_accepted(fetcher: Fetcher, port: int) -> None:
    seen = json.loads(fetcher.get(f"http://localhost:{port}/echo", accept="application/did+json").body)
    assert seen["Host"] == f"localhost:{port}"
    assert seen["Accept"] == "application/did+json"
    assert seen["Accept-Encoding"] == "identity"


def test_a_status_is_an_answer(fetcher: Fetcher, port: int) -> None:
    assert fetcher.get(f"http://localhost:{port}/nothing", accept="*/*").status == 404


def test_loopback_that_is_not_allowlisted_is_refused(fetcher: Fetcher) -> None:
    for url in ("https://127.0.0.1:1/", "https://localhost:1/", "https://[::1]/", "https://0.0.0.0/"):
        with pytest.raises(FetchRefusedError):
            fetcher.get(url, accept="*/*")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://",
        "https://user:secret@example.org/",
        "https://example.org:99999/",
        "https://ex\u00e4mple.org/",
        "//example.org/",
        "",
    ],
)
def test_an_address_that_is_not_plain_https_is_refused(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(FetchRefusedError):
        fetcher.get(url, accept="*/*")


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "2130706433",
        "0x7f000001",
        "127.1",
        "[fd00::1]",
        "[fe80::1]",
        "[ff02::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
    ],
)
def test_an_address_inside_is_refused_in_every_spelling(fetcher: Fetcher, host: str) -> None:
    with pytest.raises(FetchRefusedError):
        fetcher.get(f"https://{host}/", accept="*/*")


def test_public_addresses_are_public() -> None:
    for text in ("1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1"):
        assert is_public(ipaddress.ip_address(text))


def test_a_redirect_on_the_same_host_is_followed(fetcher: Fetcher, port: int) -> None:
    assert fetcher.get(f"http://localhost:{port}/moved", accept="*/*").status == 200


@pytest.mark.parametrize("path", ["elsewhere", "inside"])
def test_a_redirect_to_another_host_is_refused(fetcher: Fetcher, port: int, path: str) -> None:
    with pytest.raises(FetchRefusedError):
        fetcher.get(f"http://localhost:{port}/{path}", accept="*/*")


@pytest.mark.parametrize("path", ["loop", "large", "endless", "gzip"])
def test_an_answer_that_does_not_end_or_grows_is_given_up(fetcher: Fetcher, port: int, path: str) -> None:
    with pytest.raises(ResolutionError):
        fetcher.get(f"http://localhost:{port}/{path}", accept="*/*")


def test_a_long_document_goes_into_a_file_and_a_failing_answer_does_not(fetcher: Fetcher, port: int) -> None:
    file = io.BytesIO()
    moved = fetcher.download(f"http://localhost:{port}/moved", file, accept="*/*")
    assert (moved.status, moved.body, file.getvalue()) == (200, b"", b'{"id": "x"}')
    failed = fetcher.download(f"http://localhost:{port}/refused", file, accept="*/*")
    assert (failed.status, failed.body, file.getvalue()) == (403, b"", b'{"id": "x"}')


@pytest.mark.parametrize("path", ["loop", "large", "endless", "gzip"])
def test_a_file_never_grows_past_the_limit(fetcher: Fetcher, port: int, path: str) -> None:
    file = io.BytesIO()
    with pytest.raises(ResolutionError):
        fetcher.download(f"http://localhost:{port}/{path}", file, accept="*/*")
    assert len(file.getvalue()) <= 50_000


@pytest.mark.parametrize("path", ["drip", "slow-headers"])
def test_a_server_that_drips_is_given_up_when_the_time_is_up(port: int, path: str) -> None:
    fetcher = Fetcher(
        loopback_hosts=frozenset({f"localhost:{port}"}), timeout_seconds=0.3, limit_bytes=50_000
    )
    started = time.monotonic()
    with pytest.raises(ResolutionError):
        fetcher.get(f"http://localhost:{port}/{path}", accept="*/*")
    assert time.monotonic() - started < 1.5


def test_a_closed_port_is_a_resolution_error() -> None:
    fetcher = Fetcher(loopback_hosts=frozenset({"127.0.0.1:1"}), timeout_seconds=1, limit_bytes=10)
    with pytest.raises(ResolutionError):
        fetcher.get("http://127.0.0.1:1/", accept="*/*")


def test_an_unknown_name_is_a_resolution_error(fetcher: Fetcher) -> None:
    with pytest.raises(ResolutionError):
        fetcher.get("https://nobody.invalid/", accept="*/*")


def test_json_and_forms_are_posted_with_their_headers(fetcher: Fetcher, port: int) -> None:
    url = f"http://localhost:{port}/"
    as_json = json.loads(fetcher.post_json(url, {"naam": "é"}, headers={"X-Extra": "1"}).body)
    assert as_json == {"type": "application/json", "body": '{"naam": "é"}', "extra": "1"}
    as_form = json.loads(fetcher.post_form(url, {"a": "b c"}).body)
    assert as_form == {"type": "application/x-www-form-urlencoded", "body": "a=b+c", "extra": None}


def test_a_proxy_of_the_environment_is_not_used(
    fetcher: Fetcher, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert fetcher.get(f"http://localhost:{port}/document", accept="*/*").status == 200


def certificate_for(host: str) -> bytes:
    """A self-signed certificate and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    ("host", "is_trusted", "expected"),
    [("localhost", True, 200), ("localhost", False, None), ("elsewhere.example", True, None)],
)
def test_the_certificate_is_checked_against_the_name_and_not_the_address(
    tmp_path: Path, host: str, is_trusted: bool, expected: int | None
) -> None:
    """Below the fetcher, which speaks plain http to every loopback address that it is allowed."""
    pem = tmp_path / "tls.pem"
    pem.write_bytes(certificate_for(host))
    server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_tls.load_cert_chain(pem)
    server = serve(server_tls)
    client_tls = ssl.create_default_context(cafile=str(pem) if is_trusted else None)
    backend = VettedBackend(time.monotonic() + 2, may_be_loopback=True)
    try:
        with httpcore.ConnectionPool(ssl_context=client_tls, network_backend=backend) as pool:
            url = f"https://localhost:{server.server_port}/document"
            assert pool.request("GET", url, headers={"Host": "localhost"}).status == expected
    except httpcore.ConnectError:
        assert expected is None
    finally:
        server.shutdown()
        server.server_close()
