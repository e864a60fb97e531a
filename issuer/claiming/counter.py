"""Where wallets queue: each of the two busy endpoints serves all who wait in one round."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Self

from issuer.claiming import claim
from issuer.claiming.answers import Answer
from issuer.claiming.claim import Asked
from issuer.rounds import Rounds
from issuer.service import Service


class Counter:
    """The nonce endpoint and the credential endpoint of one process."""

    def __init__(self, service: Service) -> None:
        """Open the counter; its thread begins with the first who asks."""
        # One thread for both: an embedded database has one writer at a time, and the interpreter too.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="counter")
        self.nonces = Rounds[str, dict[str, str]](partial(claim.nonces, service), self._thread)
        self.credentials = Rounds[Asked, Answer](partial(claim.credentials, service), self._thread)

    def __enter__(self) -> Self:
        """Serve wallets until the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the last round end."""
        self._thread.shutdown()
