"""Where a copy's status stands, and how each secured form writes that down."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from standard.errors import DataModelError

ENTRY_TYPE: Final = "BitstringStatusListEntry"
PURPOSE: Final = "revocation"

_LIST_ADDRESS: Final = re.compile(r"(?P<base>https?://[^\s?#]+/)(?P<number>[1-9][0-9]{0,8})", re.ASCII)
_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class StatusReference:
    """One entry of one numbered status list of an organisation.

    Attributes:
        base: the address that the list's number follows; ends in a slash.
        number: which list, counted from 1.
        index: which entry of the list, counted from 0.
    """

    base: str
    number: int
    index: int

    @property
    def bitstring_uri(self) -> str:
        """The address of the list as a Bitstring Status List credential."""
        return f"{self.base}{self.number}"

    @property
    def token_uri(self) -> str:
        """The address of the same list as a Token Status List."""
        return f"{self.base}{self.number}/token"


def entry(reference: StatusReference) -> dict[str, Any]:
    """Write `credentialStatus` of a Data Integrity copy."""
    return {
        "id": f"{reference.bitstring_uri}#{reference.index}",
        "type": ENTRY_TYPE,
        "statusPurpose": PURPOSE,
        "statusListIndex": str(reference.index),
        "statusListCredential": reference.bitstring_uri,
    }


def read_entry(status: object) -> StatusReference:
    """Read `credentialStatus` of a Data Integrity copy.

    Raises:
        DataModelError: another type or purpose, an index that is no decimal string, or an address
            that does not end in the list's number.

    Source: Bitstring Status List v1.0, "BitstringStatusListEntry".
    """
    if not isinstance(status, Mapping) or status.get("type") != ENTRY_TYPE:
        raise DataModelError("credentialStatus: not one BitstringStatusListEntry")
    if status.get("statusPurpose") != PURPOSE:
        raise DataModelError("credentialStatus.statusPurpose: not revocation")
    if status.get("statusSize", 1) != 1 or "statusMessage" in status:
        raise DataModelError("credentialStatus.statusSize: only one bit an entry is supported")
    index = status.get("statusListIndex")
    if not isinstance(index, str) or not _DECIMAL.fullmatch(index):
        raise DataModelError("credentialStatus.statusListIndex: not a decimal string")
    return _reference(status.get("statusListCredential"), int(index))


def token_entry(reference: StatusReference) -> dict[str, Any]:
    """Write the `status` claim of an SD-JWT."""
    return {"status_list": {"idx": reference.index, "uri": reference.token_uri}}


def read_token_entry(status: object) -> StatusReference:
    """Read the `status` claim of an SD-JWT.

    Raises:
        DataModelError: no `status_list` with a whole number and an address of this standard's form.

    Source: Token Status List, "Status Claim".
    """
    status_list = status.get("status_list") if isinstance(status, Mapping) else None
    if not isinstance(status_list, Mapping):
        raise DataModelError("status: holds no status_list")
    index, uri = status_list.get("idx"), status_list.get("uri")
    if not isinstance(index, int) or isinstance(index, bool) or index < 0:
        raise DataModelError("status.status_list.idx: not a whole number from 0")
    if not isinstance(uri, str) or not uri.endswith("/token"):
        raise DataModelError("status.status_list.uri: does not end in /token")
    return _reference(uri.removesuffix("/token"), index)


def _reference(address: object, index: int) -> StatusReference:
    match = _LIST_ADDRESS.fullmatch(address) if isinstance(address, str) else None
    if match is None:
        raise DataModelError("the status list's address does not end in its number")
    return StatusReference(match["base"], int(match["number"]), index)
