"""The message with which a worker tells an organisation that a record is wrong, and nobody else can.

Source: SPECIFICATION, "Telling the organisation".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from standard import jws
from standard.dids import did_key_method, did_key_public_key
from standard.errors import DataModelError, KeyFormatError, ProofError, ProtocolError
from standard.keys import PublicKey, Signer
from standard.model import Did, RecordList
from standard.openid4vci.messages import read_object
from standard.openid4vci.tokens import raise_given_error
from standard.timestamps import read_moment

MEDIA_TYPE: Final = "kluscv-dispute+jwt"
CLOCK_SKEW: Final = timedelta(minutes=1)
LIMIT_BYTES: Final = 1 << 14
LIMIT_CHARACTERS: Final = 2_000
INVALID_ANSWER: Final = "invalid_dispute_answer"
_COPY_ID: Final = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class DisputedRecord:
    """One record of a statement; `place` counts from 0 among all of its list, shown or not."""

    list: RecordList
    place: int


@dataclass(frozen=True, slots=True)
class DisputeMessage:
    """What a worker says about a copy, or about one record of it."""

    about: str
    record: DisputedRecord | None
    text: str
    language: str


class DisputeState(StrEnum):
    """How a dispute stands with the organisation."""

    RECEIVED = "received"
    NOTED = "noted"
    MAINTAINED = "maintained"
    GRANTED = "granted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class DisputeAnswer:
    """What the organisation answers to a message, now or when it is repeated."""

    state: DisputeState
    received_at: datetime
    reply: str | None


def dispute_endpoint(credential_issuer: str) -> str:
    """Give the address where an organisation hears disputes."""
    return f"{credential_issuer.rstrip('/')}/dispute"


def write_dispute(message: DisputeMessage, *, signer: Signer, credential_issuer: str, now: datetime) -> str:
    """Sign a message with the holder's key; `credential_issuer` is the organisation's address."""
    payload: dict[str, object] = {
        "aud": credential_issuer,
        "iat": int(now.timestamp()),
        "about": message.about,
        "remarkText": message.text,
        "language": message.language,
    }
    if message.record is not None:
        payload |= {"recordList": message.record.list.value, "recordPlace": message.record.place}
    return jws.sign({"typ": MEDIA_TYPE, "kid": signer.verification_method}, payload, signer)


def read_dispute(
    token: str, *, credential_issuer: str, now: datetime, max_age: timedelta
) -> tuple[DisputeMessage, PublicKey]:
    """Read and verify a message; the key that signed it still has to be that of the copy.

    1. It is a JWS of the right `typ` by the did:key that its header names, with ES256.
    2. `aud` is this organisation, and `iat` is recent.
    3. It names a copy, and has a text of bounded length; a record has its list and its place.

    Raises:
        ProtocolError: `invalid_request`.
    """
    try:
        parsed = jws.parse(token, limit_bytes=LIMIT_BYTES)
        kid = parsed.header.get("kid")
        did = Did(kid.partition("#")[0]) if isinstance(kid, str) else Did("")
        key = did_key_public_key(did)
        parsed.verify(key)
    except (ProofError, KeyFormatError) as error:
        raise ProtocolError("invalid_request", f"the message does not verify: {error}") from error
    payload, header = parsed.payload, parsed.header
    if header.get("typ") != MEDIA_TYPE or header["alg"] != "ES256" or kid != did_key_method(did):
        raise ProtocolError("invalid_request", "typ, alg or kid is not the expected one")
    made = payload.get("iat")
    if payload.get("aud") != credential_issuer or not isinstance(made, int) or isinstance(made, bool):
        raise ProtocolError("invalid_request", "aud or iat is missing, or another's")
    if not -CLOCK_SKEW.total_seconds() <= now.timestamp() - made <= max_age.total_seconds():
        raise ProtocolError("invalid_request", "the message was not made within the allowed time")
    match payload:
        case {"about": str(about), "remarkText": str(text), "language": str(language)} if (
            _COPY_ID.fullmatch(about)
            and 0 < len(text.strip()) <= LIMIT_CHARACTERS
            and _LANGUAGE.fullmatch(language)
        ):
            return DisputeMessage(about, _record(payload), text.strip(), language), key
    raise ProtocolError("invalid_request", "about, remarkText or language is missing or malformed")


def parse_answer(data: bytes) -> DisputeAnswer:
    """Read what the organisation answered.

    Raises:
        ProtocolError: the error that the organisation gave, or `invalid_dispute_answer`.
    """
    answer = read_object(data, error=INVALID_ANSWER)
    raise_given_error(answer)
    try:
        match answer:
            case {"state": str(state), "receivedAt": str(moment), "reply": str(reply)}:
                return DisputeAnswer(DisputeState(state), read_moment(moment), reply)
            case {"state": str(state), "receivedAt": str(moment)} if "reply" not in answer:
                return DisputeAnswer(DisputeState(state), read_moment(moment), None)
    except (ValueError, DataModelError) as error:
        raise ProtocolError(INVALID_ANSWER, "state or receivedAt is malformed") from error
    raise ProtocolError(INVALID_ANSWER, "state, receivedAt or reply is missing or malformed")


def _record(payload: object) -> DisputedRecord | None:
    match payload:
        case {"recordList": str(name), "recordPlace": int(place)} if (
            name in list(RecordList) and not isinstance(place, bool) and place >= 0
        ):
            return DisputedRecord(RecordList(name), place)
        case {"recordList": _} | {"recordPlace": _}:
            raise ProtocolError("invalid_request", "recordList and recordPlace do not name a record")
    return None
