"""Reading the status of a credential of any kind.

Source: Bitstring Status List v1.0, "Validate Algorithm".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from standard import base64url, strict_json
from standard.errors import DataModelError, StatusListError, UnreadableError
from standard.jsonld import Contexts
from standard.resolution import Resolver
from standard.status_list.bits import inflate, status_value
from standard.status_list.bitstring import CREDENTIAL_TYPE, GZIP_WINDOW, LIMIT_BYTES, LIST_TYPE
from standard.status_list.reference import Purpose, StatusEntry, read_entries
from standard.vc_api.data_model import check_any_credential, check_vocabulary, party, validity
from standard.vc_api.proof_checks import check_proofs
from standard.vc_api.verdict import Demands

_BLOCKING: Final = frozenset({Purpose.REVOCATION, Purpose.SUSPENSION})
_CLOCK_SKEW: Final = timedelta(minutes=5)


def check_status(
    document: Mapping[str, Any], *, demands: Demands, resolver: Resolver, known: Contexts
) -> None:
    """Refuse a credential that was revoked or suspended, or whose status cannot be known.

    Raises:
        StatusListError: it was, or the list is malformed, of another purpose, or stale.
        DataModelError: an entry is malformed, or of a type or purpose that cannot be read.
        ResolutionError: the list could not be obtained.
        ProofError: the list's proof does not match.
    """
    issuer = party(document, "issuer")
    for entry in read_entries(document["credentialStatus"]):
        value = _value(entry, issuer, demands=demands, resolver=resolver, known=known)
        if value and entry.purpose in _BLOCKING:
            raise StatusListError(f"the credential is set for {entry.purpose}")


def _value(
    entry: StatusEntry, issuer: str | None, *, demands: Demands, resolver: Resolver, known: Contexts
) -> int:
    """What an entry holds."""
    credential = _list_credential(entry.uri, issuer, demands=demands, resolver=resolver, known=known)
    subject = credential.get("credentialSubject")
    if not isinstance(subject, Mapping) or subject.get("type") != LIST_TYPE:
        raise StatusListError("the subject of the list is not one BitstringStatusList")
    purposes = subject.get("statusPurpose")
    if entry.purpose not in (purposes if isinstance(purposes, list) else [purposes]):
        raise StatusListError("the list is for another purpose")
    if "ttl" in subject and not _is_positive(subject["ttl"]):
        raise StatusListError("the ttl of the list is not a positive whole number")
    bits = _expanded(subject.get("encodedList"), entry.size)
    return status_value(bits, entry.index, entry_bits=entry.size)


def _list_credential(
    address: str, issuer: str | None, *, demands: Demands, resolver: Resolver, known: Contexts
) -> Mapping[str, Any]:
    """Fetch and verify the list, which is itself a credential by the same issuer."""
    try:
        credential = strict_json.loads(resolver.resolve(address), limit_bytes=LIMIT_BYTES)
    except UnreadableError as error:
        raise StatusListError("the list is not strict JSON") from error
    types = credential.get("type") if isinstance(credential, dict) else None
    if not isinstance(credential, dict) or not isinstance(types, list):
        raise StatusListError("the list is not a credential")
    if CREDENTIAL_TYPE not in types or credential.get("id") != address:
        raise StatusListError("the list is of another type, or for another address")
    try:
        check_any_credential(credential)
        check_vocabulary(credential, known)
    except DataModelError as error:
        raise StatusListError("the list breaks the data model") from error
    own = replace(demands, challenge=None, domain=None)
    signers = check_proofs(credential, "assertionMethod", demands=own, resolver=resolver, known=known)
    if party(credential, "issuer") != issuer or issuer not in signers:
        raise StatusListError("the list is not by the issuer of the credential")
    _check_age(credential, demands)
    return credential


def _check_age(credential: Mapping[str, Any], demands: Demands) -> None:
    start, end = validity(credential)
    now = demands.policy.now
    if start is not None and start > now + _CLOCK_SKEW:
        raise StatusListError("the list is not valid yet")
    if end is not None and end <= now:
        raise StatusListError("the list has expired")
    if start is not None and end is None and now - start > demands.policy.status_max_age:
        raise StatusListError("the list is stale")


def _is_positive(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _expanded(encoded: object, entry_bits: int) -> bytes:
    if not isinstance(encoded, str) or not encoded.startswith("u"):
        raise StatusListError("encodedList is not multibase base64url")
    try:
        return inflate(base64url.decode(encoded[1:]), GZIP_WINDOW, entry_bits)
    except UnreadableError as error:
        raise StatusListError("encodedList is not base64url") from error
