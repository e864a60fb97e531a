"""Requests that may be repeated: the second one with the same key gets the first one's answer.

An answer can hold the secret of a webhook or the code of a claim link, which the database holds nowhere
else. It is the very thing that a repeat after a lost answer is about, so it is kept, and sealed for the
client, the key and the request that it answers.

Source: IETF draft "The Idempotency-Key HTTP Header Field", "Idempotency Key".
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from issuer.errors import IdempotencyError
from issuer.keyring.sealing import seal, unseal
from issuer.store import api as store
from issuer.store.absent import insert_if_absent
from issuer.tables import RepeatableAnswer

# Printable ASCII; the draft writes the key as a quoted string, most clients leave the quotes away.
KEY: Final = re.compile(r'"?([!#-~]{1,128})"?')
UNANSWERED: Final = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered; `status` is UNANSWERED while it is being carried out."""

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


def begin(
    session: Session, client_id: str, key: str, *, request: str, service_secret: bytes, now: datetime
) -> Answer | None:
    """Begin a request, or find what it was answered before.

    A second request with the same key waits here until the first one's transaction has ended.

    Args:
        session: the writing transaction in which the request is carried out.
        client_id: whose key it is.
        key: the idempotency key.
        request: the fingerprint of the request.
        service_secret: what answers are sealed with.
        now: the moment.

    Returns:
        The earlier answer, or None when there is none: carry the request out and call `finish`.

    Raises:
        IdempotencyError: the key belongs to another request.
        KeyFolderError: the answer was sealed with another keys folder.
    """
    new = RepeatableAnswer(
        client_id=client_id, key=key, fingerprint=request, status=UNANSWERED, body=b"", created_at=now
    )
    if insert_if_absent(session, RepeatableAnswer, new.model_dump()):
        return None
    earlier = store.answer(session, client_id, key)
    if earlier is None or earlier.fingerprint != request:
        raise IdempotencyError("the idempotency key belongs to another request")
    if earlier.status == UNANSWERED:
        return Answer(UNANSWERED, b"")
    body = unseal(earlier.body, purpose=_purpose(earlier), service_secret=service_secret)
    return Answer(earlier.status, body)


def forget(session: Session, client_id: str, key: str) -> None:
    """Let a key be used again: the request with it failed."""
    row = store.answer(session, client_id, key)
    if row is not None:
        session.delete(row)


def finish(session: Session, client_id: str, key: str, answer: Answer, *, service_secret: bytes) -> None:
    """Remember what a request was answered."""
    row = store.answer(session, client_id, key)
    if row is None:
        raise IdempotencyError("the request was never begun")
    row.status = answer.status
    row.body = seal(answer.body, purpose=_purpose(row), service_secret=service_secret)
    session.flush()


def _purpose(row: RepeatableAnswer) -> str:
    return f"answer\0{row.client_id}\0{row.key}\0{row.fingerprint}"
