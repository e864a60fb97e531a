"""Requests that may be repeated: the second one with the same key gets the first one's answer.

Source: IETF draft "The Idempotency-Key HTTP Header Field", "Idempotency Key".
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Final

from sqlmodel import Session

from issuer.errors import IdempotencyError
from issuer.store import api as store
from issuer.store.absent import insert_if_absent
from issuer.tables import RepeatableAnswer

# Printable ASCII; the draft writes the key as a quoted string, most clients leave the quotes away.
KEY: Final = re.compile(r'"?([!#-~]{1,128})"?')
UNANSWERED: Final = 0


def read_key(header: str) -> str:
    """Read an `Idempotency-Key` header.

    Raises:
        IdempotencyError: it is empty, too long, or holds other characters than printable ASCII.
    """
    found = KEY.fullmatch(header)
    if found is None:
        raise IdempotencyError("an idempotency key is 1 to 128 printable characters without spaces")
    return found.group(1)


def fingerprint(method: str, path_and_query: str, body_sha256: str) -> str:
    """Digest what makes two requests the same one."""
    return hashlib.sha256(f"{method}\0{path_and_query}\0{body_sha256}".encode()).hexdigest()


def begin(
    session: Session, client_id: str, key: str, *, request: str, now: datetime
) -> RepeatableAnswer | None:
    """Begin a request, or find what it was answered before.

    A second request with the same key waits here until the first one's transaction has ended.

    Args:
        session: the writing transaction in which the request is carried out.
        client_id: whose key it is.
        key: the idempotency key.
        request: the fingerprint of the request.
        now: the moment.

    Returns:
        The earlier answer, or None when there is none: carry the request out and call `finish`.

    Raises:
        IdempotencyError: the key belongs to another request.
    """
    new = RepeatableAnswer(
        client_id=client_id, key=key, fingerprint=request, status=UNANSWERED, body=b"", created_at=now
    )
    if insert_if_absent(session, RepeatableAnswer, new.model_dump()):
        return None
    earlier = store.answer(session, client_id, key)
    if earlier is None or earlier.fingerprint != request:
        raise IdempotencyError("the idempotency key belongs to another request")
    return earlier


def forget(session: Session, client_id: str, key: str) -> None:
    """Let a key be used again: the request with it failed."""
    row = store.answer(session, client_id, key)
    if row is not None:
        session.delete(row)


def finish(session: Session, client_id: str, key: str, *, status: int, body: bytes) -> None:
    """Remember what a request was answered."""
    row = store.answer(session, client_id, key)
    if row is None:
        raise IdempotencyError("the request was never begun")
    row.status, row.body = status, body
    session.flush()
