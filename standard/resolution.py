"""Where DID documents, status lists and trust lists come from.

A resolver only finds bytes by their identifier. It says nothing about whether they are true: readers
check the signature and the id inside, so that evidence may come from anywhere, even from a stranger.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from standard import base64url, strict_json
from standard.dids import did_web_url, self_contained_document
from standard.errors import KeyFormatError, ResolutionError, UnreadableError
from standard.model import Did

if TYPE_CHECKING:
    from standard.fetch import Fetcher

LIMIT_FILES: Final = 2_000
LIMIT_FILE_BYTES: Final = 4 << 20
LIMIT_FOLDER_BYTES: Final = 64 << 20

_DID_ACCEPT: Final = "application/did+json, application/did+ld+json, application/json"
_DOCUMENT_ACCEPT: Final = "application/vc, application/statuslist+jwt, application/json"


class Resolver(Protocol):
    """Finds documents."""

    def resolve(self, identifier: str) -> bytes:
        """The document of a DID, or the document at an address.

        Raises:
            ResolutionError: it could not be obtained.
        """
        ...


class SelfContainedResolver:
    """Spells out the document of a did:key or a did:jwk, which is contained in the identifier."""

    def resolve(self, identifier: str) -> bytes:
        """Make the DID document; nothing else can be made from an identifier alone."""
        if not identifier.startswith(("did:key:", "did:jwk:")):
            raise ResolutionError("not a did:key or did:jwk")
        try:
            return json.dumps(self_contained_document(Did(identifier))).encode("ascii")
        except KeyFormatError as error:
            raise ResolutionError("not a did:key or did:jwk that can be read") from error


class FolderResolver:
    """Finds documents in a folder by the id inside each file; names of files mean nothing.

    JSON is found by its `id`, a JWT by its `sub`. Other files, links, and files above the limit are
    passed over. The folder is read once, at the first question.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._documents: dict[str, bytes] | None = None
        self._ambiguous: set[str] = set()

    def resolve(self, identifier: str) -> bytes:
        """Find one document; two that differ under one id are as good as none."""
        if self._documents is None:
            self._documents = self._read()
        if identifier in self._ambiguous:
            raise ResolutionError("several documents in the folder claim this id")
        try:
            return self._documents[identifier]
        except KeyError:
            raise ResolutionError("the folder holds no such document") from None

    def _read(self) -> dict[str, bytes]:
        documents: dict[str, bytes] = {}
        left_bytes = LIMIT_FOLDER_BYTES
        for path in _files(self._folder):
            content = _content(path)
            left_bytes -= len(content)
            if left_bytes < 0:
                raise ResolutionError(f"the folder holds more than {LIMIT_FOLDER_BYTES} bytes")
            identifier = document_id(content)
            if identifier is not None and documents.setdefault(identifier, content) != content:
                self._ambiguous.add(identifier)
        return documents


class NetworkResolver:
    """Fetches addresses, and the documents of did:web; of did:webvh where its extra is installed."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    def resolve(self, identifier: str) -> bytes:
        """Fetch one document."""
        if identifier.startswith("did:webvh:"):
            return _webvh(self._fetcher).resolve(identifier)
        if identifier.startswith("did:"):
            return self._get(_did_address(identifier), _DID_ACCEPT)
        return self._get(identifier, _DOCUMENT_ACCEPT)

    def _get(self, url: str, accept: str) -> bytes:
        response = self._fetcher.get(url, accept=accept)
        if response.status != 200:
            raise ResolutionError(f"the address answers with status {response.status}")
        return response.body


class ChainResolver:
    """Asks several resolvers in turn: the nearest first."""

    def __init__(self, *resolvers: Resolver) -> None:
        self._resolvers = resolvers

    def resolve(self, identifier: str) -> bytes:
        """The first document that any of them finds."""
        reasons: list[str] = []
        for resolver in self._resolvers:
            try:
                return resolver.resolve(identifier)
            except ResolutionError as error:
                reasons.append(str(error))
        raise ResolutionError("; ".join(reasons) or "no document is at hand")


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much one verification may ask for: whoever wrote the credentials chose what is asked.

    Attributes:
        questions: how many different documents.
        seconds: how long to wait for all of them together.
        size_bytes: how large all of them together may be.
    """

    questions: int
    seconds: float
    size_bytes: int


class RememberingResolver:
    """Asks another resolver each question once, within a budget.

    It remembers also that there was no answer; a question beyond the budget has none.
    """

    def __init__(self, resolver: Resolver, budget: Budget) -> None:
        self._resolver = resolver
        self._budget = budget
        self._answers: dict[str, bytes | ResolutionError] = {}
        self._waited_seconds = 0.0
        self._size_bytes = 0

    def resolve(self, identifier: str) -> bytes:
        """The answer of the first time."""
        if identifier not in self._answers:
            self._answers[identifier] = self._ask(identifier)
        answer = self._answers[identifier]
        if isinstance(answer, ResolutionError):
            raise answer
        return answer

    def _ask(self, identifier: str) -> bytes | ResolutionError:
        budget = self._budget
        if len(self._answers) >= budget.questions or self._waited_seconds >= budget.seconds:
            return ResolutionError("more is asked for than one verification may fetch")
        started = time.monotonic()
        try:
            document = self._resolver.resolve(identifier)
        except ResolutionError as error:
            return error
        finally:
            self._waited_seconds += time.monotonic() - started
        self._size_bytes += len(document)
        if self._size_bytes > budget.size_bytes:
            return ResolutionError("more is asked for than one verification may keep")
        return document


def document_id(content: bytes) -> str | None:
    """The id inside a document: `id` of JSON, `sub` of a JWT, None of anything else."""
    try:
        if content.startswith(b"eyJ"):
            _, payload, _ = content.decode("ascii").strip().split(".")
            document = strict_json.loads(base64url.decode(payload), limit_bytes=LIMIT_FILE_BYTES)
            name = "sub"
        else:
            document = strict_json.loads(content, limit_bytes=LIMIT_FILE_BYTES, floats=True)
            name = "id"
    except (UnreadableError, ValueError):
        return None
    identifier = document.get(name) if isinstance(document, dict) else None
    return identifier if isinstance(identifier, str) else None


def _files(folder: Path) -> Iterator[Path]:
    """The ordinary files below a folder, in a stable order, at most so many."""
    if not folder.is_dir():
        raise ResolutionError("the folder of documents does not exist")
    count = 0
    for parent, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted(names):
            count += 1
            if count > LIMIT_FILES:
                raise ResolutionError(f"the folder holds more than {LIMIT_FILES} files")
            path = Path(parent, name)
            # A link could lead out of the folder, and a pipe would never end.
            if path.is_file() and not path.is_symlink():
                yield path


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LIMIT_FILE_BYTES:
            return b""
        with path.open("rb") as file:
            return file.read(LIMIT_FILE_BYTES)
    except OSError:
        return b""


def _did_address(did: str) -> str:
    try:
        return did_web_url(Did(did))
    except KeyFormatError as error:
        raise ResolutionError("this kind of DID is not resolved over the network") from error


def _webvh(fetcher: Fetcher) -> Resolver:
    """The resolver of did:webvh, whose libraries are heavy and not everyone's."""
    try:
        from standard.webvh import WebvhResolver
    except ImportError as error:
        raise ResolutionError("did:webvh needs the extra webvh, which is not installed") from error
    return WebvhResolver(fetcher)
