"""The status list as a Token Status List, a JWT over the same bits.

Source: Token Status List, "Status List Token in JWT Format".
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from standard import base64url, jws
from standard.errors import ProofError, StatusListError, UnreadableError
from standard.keys import PublicKey, Signer
from standard.model import Did, DidUrl
from standard.status_list.bits import ENTRY_SIZES, inflate, mirrored
from standard.status_list.reading import StatusList

MEDIA_TYPE: Final = "statuslist+jwt"
ZLIB_WINDOW: Final = 15
LIMIT_BYTES: Final = 4 << 20


def token_status_list(
    bits: bytes, *, uri: str, signer: Signer, now: datetime, ttl_seconds: int, entry_bits: int = 1
) -> str:
    """Sign the list; `uri` is its own address (`…/token`)."""
    lst = base64url.encode(zlib.compress(mirrored(bits, entry_bits), 9))
    payload = {
        "sub": uri,
        "iat": int(now.timestamp()),
        "ttl": ttl_seconds,
        "status_list": {"bits": entry_bits, "lst": lst},
    }
    return jws.sign({"typ": MEDIA_TYPE, "kid": signer.verification_method}, payload, signer)


def read_token_status_list(
    document: bytes, *, uri: str, issuer: Did, resolve_key: Callable[[DidUrl], PublicKey]
) -> StatusList:
    """Read and verify a list; arguments and errors as of `read_bitstring_credential`.

    1. It is a JWT of the right type, for this address, under a key of this issuer.
    2. Its signature is that key's.
    3. The list has 1, 2, 4 or 8 bits an entry and inflates within the limits.
    """
    token = _parse(document)
    if token.header.get("typ") != MEDIA_TYPE:
        raise StatusListError("typ is not statuslist+jwt")
    if token.payload.get("sub") != uri:
        raise StatusListError("the list is for another address")
    method = token.header.get("kid")
    if not isinstance(method, str) or method.split("#", 1)[0] != issuer:
        raise ProofError("the status list is not signed by its issuer")
    token.verify(resolve_key(DidUrl(method)))
    status_list = token.payload.get("status_list")
    entry_bits = status_list.get("bits") if isinstance(status_list, Mapping) else None
    if not isinstance(status_list, Mapping) or not isinstance(entry_bits, int) or entry_bits is True:
        raise StatusListError("status_list has no bits")
    issued = _seconds(token.payload, "iat")
    if issued is None:
        raise StatusListError("iat is missing")
    expires = _seconds(token.payload, "exp")
    return StatusList(
        uri=uri,
        issued=_moment(issued),
        valid_until=None if expires is None else _moment(expires),
        ttl_seconds=_seconds(token.payload, "ttl"),
        bits=_decode(status_list.get("lst"), entry_bits),
        entry_bits=entry_bits,
    )


def _parse(document: bytes) -> jws.Jws:
    try:
        return jws.parse(document.decode("ascii"), limit_bytes=LIMIT_BYTES)
    except (ProofError, UnicodeDecodeError) as error:
        raise StatusListError("the list is not a strict JWT") from error


def _decode(encoded: object, entry_bits: int) -> bytes:
    if not isinstance(encoded, str):
        raise StatusListError("lst is not a text")
    try:
        compressed = base64url.decode(encoded)
    except UnreadableError as error:
        raise StatusListError("lst is not base64url") from error
    if entry_bits not in ENTRY_SIZES:
        raise StatusListError("an entry has 1, 2, 4 or 8 bits")
    return mirrored(inflate(compressed, ZLIB_WINDOW, entry_bits), entry_bits)


def _seconds(payload: Mapping[str, Any], name: str) -> int | None:
    value = payload.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value <= 0):
        raise StatusListError(f"{name} is not a positive whole number")
    return value


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise StatusListError("a time is out of range") from error
