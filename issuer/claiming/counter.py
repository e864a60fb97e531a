"""Where wallets queue: each of the two busy endpoints serves all who wait in one round."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, Self

from issuer.claiming import claim
from issuer.claiming.answers import Answer
from issuer.claiming.claim import Asked
from issuer.rounds import Rounds
from issuer.service import Service

ROUNDS_AT_ONCE: Final = 2
"""While one round waits for a server the next signs; more would only fight over the interpreter."""


class Counter:
    """The nonce endpoint and the credential endpoint of one process."""

    def __init__(self, service: Service) -> None:
        """Open the counter; threads begin with the first who asks."""
        # An embedded database has one writer at a time.
        at_once = 1 if service.database.is_embedded else ROUNDS_AT_ONCE
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="counter")
        self.nonces = Rounds[str, dict[str, str]](partial(claim.nonces, service), self._threads)
        self.credentials = Rounds[Asked, Answer](
            partial(claim.credentials, service), self._threads, at_once=at_once
        )

    def __enter__(self) -> Self:
        """Serve wallets until the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the last round end."""
        self._threads.shutdown()
