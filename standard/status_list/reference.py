"""Where a copy's status stands, and how each secured form writes that down."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from standard.errors import DataModelError

ENTRY_TYPE: Final = "BitstringStatusListEntry"

_ADDRESS: Final = re.compile(r"https?://[^\s?#]+", re.ASCII)
_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_MESSAGE_SIZES: Final = (1, 2, 4, 8)


class Purpose(StrEnum):
    """What an entry of a bitstring list means when it is set."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class StatusReference:
    """One entry of one numbered status list of an organisation.

    Attributes:
        base: the address that the list's number follows; ends in a slash.
        number: which list, counted from 1.
        index: which entry of the list, counted from 0.
        is_suspendable: whether the list can also say that a copy does not count for the time being.
    """

    base: str
    number: int
    index: int
    is_suspendable: bool = False

    @property
    def bitstring_uri(self) -> str:
        """The address of the list as a Bitstring Status List credential: what was withdrawn."""
        return f"{self.base}{self.number}"

    @property
    def suspension_uri(self) -> str:
        """The address of the credential that says what is suspended."""
        return f"{self.base}{self.number}/suspension"

    @property
    def token_uri(self) -> str:
        """The address of the same list as a Token Status List."""
        return f"{self.base}{self.number}/token"


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """One entry as a copy names it.

    Attributes:
        uri: the address of the list.
        index: which entry of it.
        purpose: what the entry means when set; None in a token list, whose values say that themselves.
        size: bits of the entry in a bitstring list.
        messages: what each value of a `message` entry says, beginning with 0.
    """

    uri: str
    index: int
    purpose: Purpose | None
    size: int = 1
    messages: tuple[str, ...] = ()


def credential_status(reference: StatusReference) -> dict[str, Any] | list[dict[str, Any]]:
    """Write `credentialStatus` of a Data Integrity copy."""
    revocation = entry(reference)
    if not reference.is_suspendable:
        return revocation
    return [revocation, _entry(reference.suspension_uri, reference.index, Purpose.SUSPENSION)]


def entry(reference: StatusReference) -> dict[str, Any]:
    """Write the entry that can withdraw a Data Integrity copy."""
    return _entry(reference.bitstring_uri, reference.index, Purpose.REVOCATION)


def message_entry(uri: str, index: int, messages: Sequence[str]) -> dict[str, Any]:
    """Write an entry whose value says one of 2, 4, 16 or 256 things.

    Raises:
        DataModelError: another number of messages.
    """
    size = len(messages).bit_length() - 1
    if size not in _MESSAGE_SIZES or len(messages) != 1 << size:
        raise DataModelError("credentialStatus.statusMessage: not a message for every value")
    return {
        **_entry(uri, index, Purpose.MESSAGE),
        "statusSize": size,
        "statusMessage": [
            {"status": f"0x{value:x}", "message": message} for value, message in enumerate(messages)
        ],
    }


def read_entries(status: object) -> tuple[StatusEntry, ...]:
    """Read `credentialStatus` of a Data Integrity copy: one entry, or one for each purpose.

    Raises:
        DataModelError: as of `read_entry`, or two entries of one purpose.
    """
    entries = tuple(read_entry(each) for each in (status if isinstance(status, list) else [status]))
    if not entries or len({each.purpose for each in entries}) < len(entries):
        raise DataModelError("credentialStatus: not one entry for each purpose")
    return entries


def read_entry(status: object) -> StatusEntry:
    """Read one `BitstringStatusListEntry`.

    Raises:
        DataModelError: another type or purpose, an index that is no decimal string, no web address,
            or messages that do not fit the size.

    Source: Bitstring Status List v1.0, "BitstringStatusListEntry".
    """
    if not isinstance(status, Mapping) or status.get("type") != ENTRY_TYPE:
        raise DataModelError("credentialStatus: not a BitstringStatusListEntry")
    purpose = status.get("statusPurpose")
    if purpose not in list(Purpose):
        raise DataModelError("credentialStatus.statusPurpose: not one of this standard")
    index = status.get("statusListIndex")
    if not isinstance(index, str) or not _DECIMAL.fullmatch(index):
        raise DataModelError("credentialStatus.statusListIndex: not a decimal string")
    uri = _address(status.get("statusListCredential"))
    size = status.get("statusSize", 1)
    if isinstance(size, bool) or size not in (_MESSAGE_SIZES if purpose == Purpose.MESSAGE else (1,)):
        raise DataModelError("credentialStatus.statusSize: not a size that the purpose has")
    messages = _messages(status.get("statusMessage"), size) if purpose == Purpose.MESSAGE else ()
    if purpose != Purpose.MESSAGE and "statusMessage" in status:
        raise DataModelError("credentialStatus.statusMessage: only for the purpose message")
    return StatusEntry(uri, int(index), Purpose(purpose), size, messages)


def token_entry(reference: StatusReference) -> dict[str, Any]:
    """Write the `status` claim of an SD-JWT."""
    return {"status_list": {"idx": reference.index, "uri": reference.token_uri}}


def read_token_entry(status: object) -> StatusEntry:
    """Read the `status` claim of an SD-JWT.

    Raises:
        DataModelError: no `status_list` with a whole number and a web address.

    Source: Token Status List, "Status Claim".
    """
    status_list = status.get("status_list") if isinstance(status, Mapping) else None
    if not isinstance(status_list, Mapping):
        raise DataModelError("status: holds no status_list")
    index = status_list.get("idx")
    if not isinstance(index, int) or isinstance(index, bool) or index < 0:
        raise DataModelError("status.status_list.idx: not a whole number from 0")
    return StatusEntry(_address(status_list.get("uri")), index, None)


def _entry(uri: str, index: int, purpose: Purpose) -> dict[str, Any]:
    return {
        "id": f"{uri}#{index}",
        "type": ENTRY_TYPE,
        "statusPurpose": purpose.value,
        "statusListIndex": str(index),
        "statusListCredential": uri,
    }


def _messages(entries: object, size: int) -> tuple[str, ...]:
    """What each value says; every value says something, and each once."""
    found: dict[int, str] = {}
    for each in entries if isinstance(entries, list) else ():
        match each:
            case {"status": str(status), "message": str(message)} if status.startswith("0x"):
                try:
                    found[int(status, 16)] = message
                except ValueError:
                    continue
    if sorted(found) != list(range(1 << size)) or not isinstance(entries, list) or len(entries) != len(found):
        raise DataModelError("credentialStatus.statusMessage: not a message for every value")
    return tuple(found[value] for value in range(1 << size))


def _address(address: object) -> str:
    if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
        raise DataModelError("the status list has no web address")
    return address
