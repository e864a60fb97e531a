"""Requests that may be repeated: the second one with the same key gets the first one's answer.

An answer can hold the secret of a webhook or the code of a claim link, which the database holds nowhere
else. It is the very thing that a repeat after a lost answer is about, so it is kept, and sealed for the
client, the key and the request that it answers.

Source: IETF draft "The Idempotency-Key HTTP Header Field", "Idempotency Key".
"""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from issuer.errors import IdempotencyError, RequestUnderWayError
from issuer.keyring.sealing import seal, unseal
from issuer.store import api as store
from issuer.store.absent import insert_if_absent
from issuer.tables import RepeatableAnswer

# Printable ASCII; the draft writes the key as a quoted string, most clients leave the quotes away.
KEY: Final = re.compile(r'"?([!#-~]{1,128})"?')
UNANSWERED: Final = 0
PATIENCE: Final = timedelta(minutes=2)
"""Longer than any request takes: whoever has not answered by then was killed."""


@dataclass(frozen=True, slots=True)
class Once:
    """One request of one program, under the key that makes it the same as its repeats.

    Attributes:
        client_id: whose key it is.
        key: the idempotency key.
        fingerprint: of the request.
        secret: from the keys folder; seals the answer.
    """

    client_id: str
    key: str
    fingerprint: str
    secret: bytes

    @property
    def purpose(self) -> str:
        """What its answer is sealed for."""
        return f"answer\0{self.client_id}\0{self.key}\0{self.fingerprint}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered."""

    status: int
    body: bytes


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


def begin(session: Session, once: Once, *, now: datetime) -> Answer | None:
    """Begin a request, or find what it was answered before.

    A second request with the same key waits here until the first one's transaction has ended.

    Args:
        session: a writing transaction; the one in which the request is carried out, where it is one.
        once: the request.
        now: the moment.

    Returns:
        The earlier answer, or None when there is none: carry the request out and call `finish`.

    Raises:
        IdempotencyError: the key belongs to another request.
        KeyFolderError: the answer was sealed with another keys folder.
        RequestUnderWayError: the first one is still being carried out, in transactions of its own.
    """
    new = RepeatableAnswer(
        client_id=once.client_id, key=once.key, fingerprint=once.fingerprint,
        status=UNANSWERED, body=b"", created_at=now,
    )  # fmt: skip
    if insert_if_absent(session, RepeatableAnswer, new.model_dump()):
        return None
    earlier = store.lock_answer(session, once.client_id, once.key)
    if earlier is None or earlier.fingerprint != once.fingerprint:
        raise IdempotencyError("the idempotency key belongs to another request")
    if earlier.status != UNANSWERED:
        body = unseal(earlier.body, purpose=once.purpose, service_secret=once.secret)
        return Answer(earlier.status, body)
    left = earlier.created_at + PATIENCE - now
    if left > timedelta(0):
        raise RequestUnderWayError(math.ceil(left.total_seconds()))
    earlier.created_at = now
    return None


def forget(session: Session, once: Once) -> None:
    """Let a key be used again: the request with it failed."""
    row = store.lock_answer(session, once.client_id, once.key)
    if row is not None and row.status == UNANSWERED:
        session.delete(row)


def finish(session: Session, once: Once, answer: Answer) -> None:
    """Remember what a request was answered, unless somebody was faster who thought that it was killed."""
    row = store.lock_answer(session, once.client_id, once.key)
    if row is not None and row.status == UNANSWERED:
        row.status = answer.status
        row.body = seal(answer.body, purpose=once.purpose, service_secret=once.secret)
    session.flush()
