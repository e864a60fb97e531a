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
    """Where one app listens. `localhost` rather than a number: a did:web needs a name.

    The port is held from the moment it is chosen, so that nobody else takes it before the app starts.
    """

    listener: socket.socket

    @property
    def port(self) -> int:
        """The port that was found free."""
        return int(self.listener.getsockname()[1])

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
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen()
        except OSError:
            listener.close()
        else:
            return Address(listener)
    raise OSError("no free port on this machine")


@contextmanager
def running(app: FastAPI, address: Address) -> Iterator[None]:
    """Serve an app for as long as the block runs.

    Raises:
        RuntimeError: the server did not start within 20 seconds.
    """
    config = uvicorn.Config(app, log_level="warning", lifespan="on", access_log=False)
    server = uvicorn.Server(config)
    # The server closes what it is given; the port stays ours for the next one.
    own = address.listener.dup()
    thread = threading.Thread(target=server.run, args=([own],), name=f"serve-{address.port}", daemon=True)
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
