"""did:webvh: a did:web whose whole history is signed and chained; needs the extra `webvh`.

The library judges the history; this module fetches it, through the one module that may, and gives the
newest document. Source: did:webvh DID Method v1.0, "Read (Resolve)".
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

from did_webvh.core.file_utils import AsyncTextReadError, read_str
from did_webvh.core.resolver import DidResolver, HistoryResolver
from did_webvh.history import did_base_url
from did_webvh.verify import WebvhVerifier

from standard import strict_json
from standard.errors import ResolutionError, UnreadableError
from standard.fetch import Fetcher

LOG: Final = "did.jsonl"
WITNESSES: Final = "did-witness.json"
LIMIT_VERSIONS: Final = 1_000
_LIMIT_BYTES: Final = 4 << 20
_ACCEPT: Final = "text/jsonl, application/json, text/plain"


class WebvhResolver:
    """Finds the document of a did:webvh."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    def resolve(self, identifier: str) -> bytes:
        """Fetch the history, let it be judged, and give the newest document.

        Raises:
            ResolutionError: it is not a did:webvh, cannot be fetched, or its history does not hold.
        """
        try:
            base = did_base_url(identifier)
        except ValueError as error:
            raise ResolutionError("not a did:webvh") from error
        try:
            source = _FetchedHistory(self._fetcher, base)
            result = asyncio.run(DidResolver(WebvhVerifier()).resolve(identifier, source))
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            # The library trusts the shape of a log's entries before it has read them.
            raise ResolutionError("the history of the did:webvh cannot be read") from error
        if result.document is None:
            raise ResolutionError("the history of the did:webvh does not hold")
        if (result.document_metadata or {}).get("deactivated"):
            raise ResolutionError("the did:webvh is no longer in use")
        return json.dumps(result.document).encode("utf-8")


class _FetchedHistory(HistoryResolver):  # type: ignore[misc]
    """Hands the library what was fetched; it never goes to the network by itself."""

    def __init__(self, fetcher: Fetcher, base: str) -> None:
        self._fetcher = fetcher
        self._base = base

    def resolve_entry_log(self, _document_id: str | None) -> Any:
        """The log of the document's versions."""
        log = self._get(LOG)
        _check_entries(log)
        return read_str(log)

    def resolve_witness_log(self, _document_id: str | None) -> Any:
        """The signatures of witnesses, where the log demands them."""
        return read_str(self._get(WITNESSES))

    def _get(self, name: str) -> str:
        response = self._fetcher.get(self._base + name, accept=_ACCEPT)
        if response.status != 200:
            raise ResolutionError(f"the address answers with status {response.status}")
        try:
            return response.body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise AsyncTextReadError("not UTF-8") from error


def _check_entries(log: str) -> None:
    """Look at what the library passes over: JSON that reads in two ways, and what a proof was made for.

    In a history without a version it looks for the first one for ever.

    Raises:
        ResolutionError: there are no entries or too many, one is ambiguous, or a proof is for something else.
    """
    entries = [line for line in log.split("\n") if line.strip()]
    if not 1 <= len(entries) <= LIMIT_VERSIONS:
        raise ResolutionError(f"the history does not have 1 to {LIMIT_VERSIONS} versions")
    try:
        values = [strict_json.loads(entry, limit_bytes=_LIMIT_BYTES, floats=True) for entry in entries]
    except UnreadableError as error:
        raise ResolutionError("the history of the did:webvh is not strict JSON") from error
    for value in values:
        proofs = value.get("proof") if isinstance(value, dict) else None
        for proof in proofs if isinstance(proofs, list) else []:
            if not isinstance(proof, dict) or proof.get("proofPurpose") != "assertionMethod":
                raise ResolutionError("a proof in the history was made for something else")
