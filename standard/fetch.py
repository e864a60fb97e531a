"""The sole network module: HTTPS to public addresses, within limits of size and time.

Whoever hands over a credential chooses the addresses in it. So a name is resolved once, every address
it has is judged, and the connection goes to a judged address: nobody can answer differently the second
time. Nothing inside the verifier's own network can be reached, and no proxy of the environment is used.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, Final, TypeAlias
from urllib.parse import quote, urlencode, urljoin, urlsplit

import httpcore

from standard.errors import FetchRefusedError, ResolutionError

REDIRECTS: Final = 3
_OK: Final = 200
_REDIRECT_STATUS: Final = frozenset({301, 302, 303, 307, 308})
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_HTTP_ERRORS: Final = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
)

IPAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Response:
    """What came back; header names are lower-case, the body is within the limit."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Taker: TypeAlias = Callable[[int, Iterator[bytes]], bytes]
"""Takes the body of an answer with this status, chunk by chunk; returns what is to be held in memory."""


class Fetcher:
    """Fetches and posts over HTTPS, under rules that do not depend on who asks.

    Args:
        loopback_hosts: `host:port` of this machine that are spoken to over plain http, whatever the
            scheme of the address says; for development only, empty in production.
        timeout_seconds: for one whole exchange, redirects included.
        limit_bytes: longest body that is read.
    """

    def __init__(
        self,
        *,
        loopback_hosts: frozenset[str],
        timeout_seconds: float,
        limit_bytes: int,
    ) -> None:
        self._loopback_hosts = loopback_hosts
        self._timeout_seconds = timeout_seconds
        self._limit_bytes = limit_bytes
        self._tls = ssl.create_default_context()

    def get(self, url: str, *, accept: str, headers: Mapping[str, str] | None = None) -> Response:
        """Fetch one document; a redirect is followed when it stays on the same host and port.

        Raises:
            FetchRefusedError: the rules do not allow the address, or where it redirects to.
            ResolutionError: not reachable, too slow, too large, or not HTTP.
        """
        return self._follow(url, {"Accept": accept, **(headers or {})}, _held)

    def download(self, url: str, into: BinaryIO, *, accept: str) -> Response:
        """Fetch a long document into a file; the body of the response is empty then. Errors as of `get`.

        What a failing answer says is not written, and what an answer cut off said stands in the file.
        """
        return self._follow(url, {"Accept": accept}, partial(_written, into))

    def _follow(self, url: str, sent: Mapping[str, str], take: Taker) -> Response:
        deadline = time.monotonic() + self._timeout_seconds
        target = self._target(url)
        for _ in range(REDIRECTS + 1):
            response = self._exchange("GET", target, sent, b"", deadline, take)
            if response.status not in _REDIRECT_STATUS:
                return response
            url = urljoin(url, response.headers.get("location", ""))
            origin, target = target.origin, self._target(url)
            if target.origin != origin:
                raise FetchRefusedError("the address redirects to another host")
        raise ResolutionError("the address redirects too often")

    def post_json(self, url: str, body: Any, *, headers: Mapping[str, str] | None = None) -> Response:
        """Post JSON; a redirect is an answer like any other. Errors as of `get`."""
        content = json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8")
        return self.post(url, content, "application/json", headers)

    def post_form(
        self, url: str, fields: Mapping[str, str], *, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Post a form; a redirect is an answer like any other. Errors as of `get`."""
        content = urlencode(fields).encode("ascii")
        return self.post(url, content, "application/x-www-form-urlencoded", headers)

    def post(
        self, url: str, content: bytes, content_type: str, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Post bytes as they are; a redirect is an answer like any other. Errors as of `get`."""
        deadline = time.monotonic() + self._timeout_seconds
        sent = {"Accept": "application/json", "Content-Type": content_type, **(headers or {})}
        return self._exchange("POST", self._target(url), sent, content, deadline, _held)

    def _target(self, url: str) -> httpcore.URL:
        """Judge an address by its spelling; the backend judges where it leads."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").encode("ascii"), parts.port
        except ValueError as error:
            raise FetchRefusedError("not an address") from error
        if parts.scheme not in ("https", "http") or not host or parts.username is not None:
            raise FetchRefusedError("not an https address, or one that carries a login")
        authority = _authority(host, port or _DEFAULT_PORTS[parts.scheme])
        on_loopback = authority in self._loopback_hosts
        if parts.scheme == "http" and not on_loopback:
            raise FetchRefusedError("not an https address")
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (f"?{parts.query}" if parts.query else "")
        scheme = "http" if on_loopback else "https"
        return httpcore.URL(scheme=scheme, host=host, port=port, target=path)

    def _exchange(
        self,
        method: str,
        target: httpcore.URL,
        headers: Mapping[str, str],
        content: bytes,
        deadline: float,
        take: Taker,
    ) -> Response:
        authority = _authority(target.host, target.origin.port)
        backend = VettedBackend(deadline, may_be_loopback=authority in self._loopback_hosts)
        # Compressed answers are not asked for: a small body must not become a large one.
        sent = {"Host": _host_header(target), "Accept-Encoding": "identity", "Connection": "close", **headers}
        if method == "POST":
            sent["Content-Length"] = str(len(content))
        try:
            with (
                httpcore.ConnectionPool(ssl_context=self._tls, network_backend=backend) as pool,
                pool.stream(method, target, headers=list(sent.items()), content=content) as response,
            ):
                return self._read(response, take)
        except _HTTP_ERRORS as error:
            raise ResolutionError(f"the address cannot be reached: {type(error).__name__}") from error

    def _read(self, response: httpcore.Response, take: Taker) -> Response:
        headers = {name.decode("ascii").lower(): value.decode("latin-1") for name, value in response.headers}
        if headers.get("content-encoding", "identity") != "identity":
            raise ResolutionError("the answer is compressed although nobody asked for that")
        body = take(response.status, self._bounded(response.iter_stream()))
        return Response(response.status, headers, body)

    def _bounded(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        length = 0
        for chunk in chunks:
            length += len(chunk)
            if length > self._limit_bytes:
                raise ResolutionError(f"the answer is longer than {self._limit_bytes} bytes")
            yield chunk


def _held(_status: int, chunks: Iterator[bytes]) -> bytes:
    return b"".join(chunks)


def _written(into: BinaryIO, status: int, chunks: Iterator[bytes]) -> bytes:
    if status == _OK:
        into.writelines(chunks)
    return b""


class VettedBackend(httpcore.NetworkBackend):
    """Resolves a name once, judges every address it has, and connects to one that was judged."""

    def __init__(self, deadline: float, *, may_be_loopback: bool) -> None:
        self._deadline = deadline
        self._may_be_loopback = may_be_loopback
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect; every address of the name must be allowed, so that no order of them matters."""
        addresses = _addresses(host, port)
        for address in addresses:
            allowed = address.is_loopback if self._may_be_loopback else is_public(address)
            if not allowed:
                raise FetchRefusedError("the address does not lead to the public network")
        stream = self._sockets.connect_tcp(
            str(addresses[0]), port, _remaining(self._deadline, timeout), local_address, socket_options
        )
        return _DeadlineStream(stream, self._deadline)


class _DeadlineStream(httpcore.NetworkStream):
    """A connection whose every wait ends at one moment, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _remaining(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _remaining(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, _remaining(self._deadline, timeout))
        return _DeadlineStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def is_public(address: IPAddress) -> bool:
    """Whether an address belongs to the public network, and to nobody's inside."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        # Tunnels carry another address inside; nothing that should be reached lives there any more.
        if address.sixtofour is not None or address.teredo is not None:
            return False
    return address.is_global and not (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )


def _addresses(host: str, port: int) -> list[IPAddress]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ResolutionError("the host name does not resolve") from error
    # A zone (`fe80::1%eth0`) only ever belongs to an address that is refused anyway.
    return [ipaddress.ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in found]


def _remaining(deadline: float, timeout_seconds: float | None) -> float:
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise httpcore.TimeoutException("the time is up")
    return remaining if timeout_seconds is None else min(remaining, timeout_seconds)


def _authority(host: bytes, port: int) -> str:
    name = host.decode("ascii")
    return f"[{name}]:{port}" if ":" in name else f"{name}:{port}"


def _host_header(target: httpcore.URL) -> str:
    port = target.origin.port
    authority = _authority(target.host, port)
    return authority if target.port is not None else authority.removesuffix(f":{port}")
