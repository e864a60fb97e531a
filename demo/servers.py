"""Runs the three apps on loopback, each in a thread of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

START_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Address:
    """Where one app listens. `localhost` rather than a number: a did:web needs a name."""

    port: int

    @property
    def host(self) -> str:
        """Host and port, as an allowlist or a did:web writes them."""
        return f"localhost:{self.port}"

    @property
    def url(self) -> str:
        """The address without a slash at its end."""
        return f"http://{self.host}"


def free_address(preferred: int) -> Address:
    """Take the preferred port, or any other when something listens there."""
    for port in (preferred, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return Address(int(probe.getsockname()[1]))
    raise OSError("no free port on this machine")


@contextmanager
def running(app: FastAPI, address: Address) -> Iterator[None]:
    """Serve an app for as long as the block runs.

    Raises:
        RuntimeError: the server did not start within 20 seconds.
    """
    config = uvicorn.Config(
        app, host="127.0.0.1", port=address.port, log_level="warning", lifespan="on", access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name=f"serve-{address.port}", daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError(f"nothing came up at {address.url}")
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10)
