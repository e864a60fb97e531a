"""The archive: what an organisation leaves behind, so that its copies outlive it and its keys.

It holds the hash of every copy that was issued, and the last status lists. The trust list refers to it
by its digest, so that it may be kept and served by anyone.

Source: SPECIFICATION, "The archive".
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final

from standard import base64url, schemas, strict_json
from standard.errors import DataModelError, TrustError, UnreadableError
from standard.model import Did
from standard.resolution import document_id
from standard.strict_json import JsonValue
from standard.timestamps import read_moment, write_moment
from standard.trust.values import ArchiveReference

TYPE: Final = "KlusCVArchive"
LIMIT_BYTES: Final = 4 << 20
"""About 95,000 copies; an organisation with more has several archives."""

_HASH_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive of one organisation.

    Attributes:
        copy_hashes: the hashes of its copies one after another, in ascending order.
        status_lists: its last status lists as they were published, by their address.
    """

    id: str
    organisation: Did
    closed_at: datetime
    copy_hashes: bytes
    status_lists: Mapping[str, bytes]

    def holds(self, copy_hash: bytes) -> bool:
        """Whether a copy with this hash was issued."""
        count = len(self.copy_hashes) // _HASH_BYTES
        place = bisect_left(range(count), copy_hash, key=self._hash)
        return place < count and self._hash(place) == copy_hash

    def _hash(self, place: int) -> bytes:
        return self.copy_hashes[place * _HASH_BYTES : (place + 1) * _HASH_BYTES]


def make_archive(
    id: str,
    *,
    organisation: Did,
    closed_at: datetime,
    copy_hashes: Iterable[bytes],
    status_lists: Mapping[str, bytes],
) -> Archive:
    """Make an archive from the hashes of copies, in any order, and the last status lists.

    Raises:
        TrustError: something among the hashes is none.
    """
    hashes = sorted(set(copy_hashes))
    if any(len(each) != _HASH_BYTES for each in hashes):
        raise TrustError("a copy's hash has 32 bytes")
    return Archive(id, organisation, closed_at, b"".join(hashes), MappingProxyType(dict(status_lists)))


def archive_json(archive: Archive) -> bytes:
    """Write an archive; its digest is that of these bytes."""
    document = {
        "type": TYPE,
        "id": archive.id,
        "organisation": archive.organisation,
        "closedAt": write_moment(archive.closed_at),
        "copyHashes": base64url.encode(archive.copy_hashes),
        "statusList": [_list_json(content) for content in archive.status_lists.values()],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def archive_reference(content: bytes) -> ArchiveReference:
    """What the trust list says of an archive.

    Raises:
        TrustError: it is no archive.
    """
    return ArchiveReference(_read(content).id, hashlib.sha256(content).digest())


def archive_organisation(content: bytes) -> Did:
    """Whose archive it says to be.

    Raises:
        TrustError: it is no archive.
    """
    return _read(content).organisation


def read_archive(content: bytes, reference: ArchiveReference, organisation: Did) -> Archive:
    """Read the archive that the trust list refers to.

    Raises:
        TrustError: other bytes, another organisation's, or no archive.
    """
    if len(content) > LIMIT_BYTES or hashlib.sha256(content).digest() != reference.digest:
        raise TrustError("not the archive that the trust list refers to")
    found = _read(content)
    if found.id != reference.id or found.organisation != organisation:
        raise TrustError("the archive is another organisation's, or has another address")
    return found


def _read(content: bytes) -> Archive:
    try:
        document = strict_json.loads(content, limit_bytes=LIMIT_BYTES)
        if not isinstance(document, dict) or document.get("type") != TYPE:
            raise TrustError("not an archive")
        schemas.validate(document)
        return _archive(document)
    except (UnreadableError, DataModelError) as error:
        raise TrustError(f"the archive cannot be read: {error}") from error


def _archive(document: Mapping[str, Any]) -> Archive:
    hashes = base64url.decode(document["copyHashes"])
    split = [hashes[start : start + _HASH_BYTES] for start in range(0, len(hashes), _HASH_BYTES)]
    if len(hashes) % _HASH_BYTES or any(one >= next_ for one, next_ in pairwise(split)):
        raise TrustError("the hashes of the archive are cut off or out of order")
    lists = dict(_status_list(entry) for entry in document["statusList"])
    if len(lists) != len(document["statusList"]):
        raise TrustError("the archive holds two status lists for one address")
    return Archive(
        id=document["id"],
        organisation=Did(document["organisation"]),
        closed_at=read_moment(document["closedAt"]),
        copy_hashes=hashes,
        status_lists=MappingProxyType(lists),
    )


def _list_json(content: bytes) -> JsonValue:
    """A token list stays the text that it is; a credential becomes a part of the document."""
    if not content.startswith(b"{"):
        return content.decode("ascii")
    return strict_json.loads(content, limit_bytes=LIMIT_BYTES)


def _status_list(entry: Any) -> tuple[str, bytes]:
    text = entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False)
    content = text.encode("utf-8")
    address = document_id(content)
    if address is None:
        raise TrustError("a status list of the archive has no address")
    return address, content
