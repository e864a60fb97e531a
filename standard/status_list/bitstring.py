"""The status list as a Bitstring Status List credential.

Source: Bitstring Status List v1.0, "BitstringStatusListCredential".
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from standard import base64url, proofs, strict_json
from standard.errors import DataModelError, ProofError, StatusListError, UnreadableError
from standard.jsonld.contexts import CREDENTIALS_V2
from standard.keys import PublicKey, Signer
from standard.model import Did, DidUrl
from standard.status_list.bits import inflate
from standard.status_list.reading import StatusList
from standard.status_list.reference import Purpose
from standard.timestamps import read_moment, write_moment

CREDENTIAL_TYPE: Final = "BitstringStatusListCredential"
LIST_TYPE: Final = "BitstringStatusList"
CRYPTOSUITE: Final = "eddsa-rdfc-2022"
GZIP_WINDOW: Final = 31
LIMIT_BYTES: Final = 4 << 20


def bitstring_credential(
    bits: bytes,
    *,
    uri: str,
    issuer: Did,
    signer: Signer,
    now: datetime,
    ttl_seconds: int,
    purpose: Purpose = Purpose.REVOCATION,
) -> dict[str, Any]:
    """Sign the list. The same bits give the same `encodedList`, byte for byte."""
    document = {
        "@context": [CREDENTIALS_V2],
        "id": uri,
        "type": ["VerifiableCredential", CREDENTIAL_TYPE],
        "issuer": issuer,
        "validFrom": write_moment(now),
        "credentialSubject": {
            "id": f"{uri}#list",
            "type": LIST_TYPE,
            "statusPurpose": purpose.value,
            "encodedList": encode_bits(bits),
            "ttl": ttl_seconds * 1000,
        },
    }
    # The list is signed too: an unsigned one would let anyone un-revoke.
    return proofs.add_proof(
        document, cryptosuite=CRYPTOSUITE, signer=signer, created=now, purpose="assertionMethod"
    )


def encode_bits(bits: bytes) -> str:
    """Write a list as `encodedList`: compressed, in multibase."""
    return "u" + base64url.encode(gzip.compress(bits, mtime=0))


def read_bitstring_credential(
    document: bytes,
    *,
    uri: str,
    issuer: Did,
    resolve_key: Callable[[DidUrl], PublicKey],
    purpose: Purpose = Purpose.REVOCATION,
    entry_bits: int = 1,
) -> StatusList:
    """Read and verify a list.

    1. It is strict JSON of the right type, for this address, from this issuer, for this purpose.
    2. Its one proof is the issuer's.
    3. The list inflates within the limits.

    Args:
        document: as fetched.
        uri: the address that the copy names.
        issuer: the issuer of the copy, who must be the issuer of the list.
        resolve_key: gives the key of a verification method of the issuer; its errors pass through.
        purpose: what the copy's entry says that the list is for.
        entry_bits: the `statusSize` of the copy's entry.

    Raises:
        StatusListError: malformed, for another address or issuer, or too large.
        ProofError: the proof is missing or does not match.
    """
    credential = _read_json(document)
    types = ["VerifiableCredential", CREDENTIAL_TYPE]
    if credential.get("type") not in (types, types[::-1]):
        raise StatusListError("not a BitstringStatusListCredential")
    if credential.get("id") != uri or credential.get("issuer") != issuer:
        raise StatusListError("the list is for another address or from another issuer")
    subject = credential.get("credentialSubject")
    if not isinstance(subject, Mapping) or subject.get("type") != LIST_TYPE:
        raise StatusListError("the subject is not one BitstringStatusList")
    purposes = subject.get("statusPurpose")
    if purpose not in (purposes if isinstance(purposes, list) else [purposes]):
        raise StatusListError("the list is for another purpose")
    _verify(credential, issuer, resolve_key)
    return StatusList(
        uri=uri,
        issued=_moment(credential, "validFrom"),
        valid_until=_moment(credential, "validUntil") if "validUntil" in credential else None,
        ttl_seconds=_ttl_seconds(subject.get("ttl")),
        bits=_decode(subject.get("encodedList"), entry_bits),
        entry_bits=entry_bits,
    )


def _read_json(document: bytes) -> Mapping[str, Any]:
    try:
        credential = strict_json.loads(document, limit_bytes=LIMIT_BYTES)
    except UnreadableError as error:
        raise StatusListError("the list is not strict JSON") from error
    if not isinstance(credential, dict):
        raise StatusListError("the list is not a JSON object")
    return credential


def _verify(credential: Mapping[str, Any], issuer: Did, resolve_key: Callable[[DidUrl], PublicKey]) -> None:
    proof = credential.get("proof")
    if not isinstance(proof, Mapping):
        raise ProofError("the status list has no proof, or several")
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or method.split("#", 1)[0] != issuer:
        raise ProofError("the status list's proof is not by its issuer")
    if proof.get("cryptosuite") != CRYPTOSUITE or proof.get("proofPurpose") != "assertionMethod":
        raise ProofError("the status list's proof is of another kind")
    proofs.verify_proof(credential, proof, resolve_key(DidUrl(method)))


def _decode(encoded: object, entry_bits: int) -> bytes:
    if not isinstance(encoded, str) or not encoded.startswith("u"):
        raise StatusListError("encodedList is not multibase base64url")
    try:
        return inflate(base64url.decode(encoded[1:]), GZIP_WINDOW, entry_bits)
    except UnreadableError as error:
        raise StatusListError("encodedList is not base64url") from error


def _moment(credential: Mapping[str, Any], name: str) -> datetime:
    value = credential.get(name)
    if not isinstance(value, str):
        raise StatusListError(f"{name} is missing or not a text")
    try:
        return read_moment(value)
    except DataModelError as error:
        raise StatusListError(f"{name}: {error}") from error


def _ttl_seconds(milliseconds: object) -> int | None:
    if milliseconds is None:
        return None
    if not isinstance(milliseconds, int) or isinstance(milliseconds, bool) or milliseconds <= 0:
        raise StatusListError("ttl is not a positive number")
    return milliseconds // 1000
