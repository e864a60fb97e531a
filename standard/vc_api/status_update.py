"""The request that sets a status."""

from __future__ import annotations

from dataclasses import dataclass

from standard.status_list.reference import ENTRY_TYPE, Purpose
from standard.vc_api.answers import RequestError
from standard.vc_api.requests import LIMIT_TEXT, read_request


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """Which credential is to be revoked."""

    credential_id: str


def read_status_update(body: bytes) -> StatusUpdate:
    """Read a request to set the status of a credential.

    Raises:
        JsonError: the body is not strict JSON.
        RequestError: a member is missing, for another purpose, or would undo a revocation.
    """
    request = read_request(body)
    identifier, entry = request.get("credentialId"), request.get("credentialStatus")
    if not isinstance(identifier, str) or not 0 < len(identifier) <= LIMIT_TEXT:
        raise RequestError("credentialId is missing or not a text")
    if not isinstance(entry, dict) or entry.get("type") != ENTRY_TYPE:
        raise RequestError(f"credentialStatus is not one {ENTRY_TYPE}")
    if entry.get("statusPurpose", Purpose.REVOCATION) != Purpose.REVOCATION:
        raise RequestError("credentialStatus.statusPurpose: this instance keeps no such list")
    # Bitstring Status List: a revocation is final.
    status = request.get("status", True)
    if status is not True and status != "1":
        raise RequestError("status is not true: a revocation is not taken back")
    return StatusUpdate(identifier)
