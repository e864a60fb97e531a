"""What routes of the platform API read: an upload, a page of a list, a request that may be repeated."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, BinaryIO, Final, TypeAlias

from fastapi import Depends, Header, Query, Request, Response
from pydantic import BaseModel
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from issuer.api import repeats
from issuer.api.clients import Caller
from issuer.api.repeats import Answer, Once
from issuer.routes.dependencies import ServiceDep, WriteDep
from issuer.routes.v1.authentication import CallerDep
from issuer.service import Service

SPOOL_BYTES: Final = 1 << 20
MOST_PER_PAGE: Final = 200
Produced: TypeAlias = tuple[int, BaseModel]
"""An answer with its status."""
REPLAYED: Final = {"Idempotent-Replayed": "true"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A request body that was written down while it came in."""

    stream: BinaryIO
    size_bytes: int
    sha256: str


def spool() -> Iterator[BinaryIO]:
    """Give a file for what one request brings: in memory while it is small, gone with the request."""
    with tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES) as stream:
        yield stream  # type: ignore[misc]


SpoolDep = Annotated[BinaryIO, Depends(spool)]


async def uploaded(request: Request, stream: SpoolDep) -> Upload:
    """Keep a large body on disk; the limit of the service is enforced while it comes in."""
    digest = hashlib.sha256()
    async for chunk in request.stream():
        digest.update(chunk)
        await run_in_threadpool(stream.write, chunk)
    size_bytes = stream.tell()
    stream.seek(0)
    return Upload(stream, size_bytes, digest.hexdigest())


UploadDep = Annotated[Upload, Depends(uploaded)]


async def body_digest(request: Request) -> str:
    """Digest a small body."""
    return hashlib.sha256(await request.body()).hexdigest()


@dataclass(frozen=True, slots=True)
class Repeatable:
    """Carries a request out once for each idempotency key; without a key, each time."""

    session: Session
    service: Service
    once: Once | None

    def __call__(self, produce: Callable[[], BaseModel], *, status: int) -> Response:
        """Give the earlier answer, or produce one and remember it in the same transaction."""
        if self.once is None:
            return _answered(produce(), status)
        earlier = repeats.begin(self.session, self.once, now=self.service.clock())
        if earlier is not None:
            return _json(earlier, REPLAYED)
        answer = Answer(status, produce().model_dump_json().encode())
        repeats.finish(self.session, self.once, answer)
        return _json(answer)


@dataclass(frozen=True, slots=True)
class LongRepeatable:
    """The same for work in many transactions of its own, which can be taken up again after a crash.

    A repeat while the first one is at work is told to come back; when it was killed, one takes its place.
    """

    service: Service
    once: Once | None

    def __call__(self, produce: Callable[[], Produced]) -> Response:
        """Give the earlier answer, or produce one and remember it."""
        if self.once is None:
            status, produced = produce()
            return _answered(produced, status)
        database = self.service.database
        with database.writing() as session:
            earlier = repeats.begin(session, self.once, now=self.service.clock())
        if earlier is not None:
            return _json(earlier, REPLAYED)
        try:
            status, produced = produce()
        except Exception:
            with database.writing() as session:
                repeats.forget(session, self.once)
            raise
        answer = Answer(status, produced.model_dump_json().encode())
        with database.writing() as session:
            repeats.finish(session, self.once, answer)
        return _json(answer)


KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="1 to 128 printable characters. A repeat with the same key gets the first answer, with "
        "the secrets that were in it, and `Idempotent-Replayed: true`. Until it is forgotten an answer is "
        "kept encrypted, and opens only for the same request of the same program.",
        min_length=1,
        max_length=130,
    ),
]


def repeatable(
    session: WriteDep,
    service: ServiceDep,
    caller: CallerDep,
    request: Request,
    digest: Annotated[str, Depends(body_digest)],
    key: KeyHeader = None,
) -> Repeatable:
    """A request with a small body that may be repeated."""
    return Repeatable(session, service, _once(service, caller, request, key, digest))


def long_repeatable(
    service: ServiceDep,
    caller: CallerDep,
    request: Request,
    digest: Annotated[str, Depends(body_digest)],
    key: KeyHeader = None,
) -> LongRepeatable:
    """Long work with a small body that may be repeated."""
    return LongRepeatable(service, _once(service, caller, request, key, digest))


def repeatable_upload(
    service: ServiceDep, caller: CallerDep, request: Request, upload: UploadDep, key: KeyHeader = None
) -> LongRepeatable:
    """An upload that may be repeated."""
    return LongRepeatable(service, _once(service, caller, request, key, upload.sha256))


RepeatDep = Annotated[Repeatable, Depends(repeatable)]
RepeatLongDep = Annotated[LongRepeatable, Depends(long_repeatable)]
RepeatUploadDep = Annotated[LongRepeatable, Depends(repeatable_upload)]

Limit = Annotated[int, Query(ge=1, le=MOST_PER_PAGE, description="how many at once")]
Cursor = Annotated[str | None, Query(max_length=200, description="`next` of the page before")]


def _once(service: Service, caller: Caller, request: Request, key: str | None, digest: str) -> Once | None:
    if key is None:
        return None
    asked = repeats.fingerprint(request.method, f"{request.url.path}?{request.url.query}", digest)
    return Once(caller.client_id, repeats.read_key(key), asked, service.keys.claim_code_key())


def _answered(produced: BaseModel, status: int) -> Response:
    return _json(Answer(status, produced.model_dump_json().encode()))


def _json(answer: Answer, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        answer.body, status_code=answer.status, media_type="application/json", headers=dict(headers or {})
    )
