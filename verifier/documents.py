"""Where the verifier gets DID documents, status lists and trust lists: a folder, its cache, the network."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from standard.errors import ResolutionError
from standard.resolution import Resolver
from verifier import store
from verifier.database import transaction

_KEPT: Final = timedelta(days=30)


class CachingResolver:
    """Keeps what another resolver found, so that an organisation is not asked at every check.

    When the other side is silent, the last copy answers: the checks judge its age by its own
    signed date, never by when it was fetched.

    Args:
        engine: the database of the cache.
        source: who is asked when the cache has nothing fresh.
        max_age: how long a copy answers without asking.
        now: the clock.
    """

    def __init__(
        self, engine: Engine, source: Resolver, *, max_age: timedelta, now: Callable[[], datetime]
    ) -> None:
        """Keep the collaborators."""
        self._engine = engine
        self._source = source
        self._max_age = max_age
        self._now = now

    def resolve(self, identifier: str) -> bytes:
        """Answer from the cache while it is fresh, else ask and keep the answer.

        Raises:
            ResolutionError: nobody has it.
        """
        now = self._now()
        with transaction(self._engine) as session:
            kept = store.document(session, identifier)
            copy = None if kept is None else (kept.body, kept.fetched_at)
        if copy is not None and timedelta(0) <= now - copy[1] < self._max_age:
            return copy[0]
        try:
            body = self._source.resolve(identifier)
        except ResolutionError:
            if copy is None:
                raise
            return copy[0]
        self._keep(identifier, body, now)
        return body

    def _keep(self, identifier: str, body: bytes, now: datetime) -> None:
        try:
            with transaction(self._engine) as session:
                store.forget_documents(session, before=now - _KEPT)
                store.keep_document(session, identifier=identifier, body=body, fetched_at=now)
        except IntegrityError:
            return  # another request kept the same document first
