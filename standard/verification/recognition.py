"""Telling by the first look what was handed over: JSON, SD-JWT, compact text, or texts of QR codes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from standard import strict_json
from standard.errors import CompactError, JsonError, UnreadableError
from standard.jsonld.contexts import CREDENTIALS_V2
from standard.verification.compact_form import read_compact_texts, read_qr_texts
from standard.verification.copies import ReadCopy
from standard.verification.data_integrity_form import read_credential
from standard.verification.holder import check_key_binding
from standard.verification.presentation_form import ENVELOPE, ENVELOPED, read_presentation
from standard.verification.reading import Reading
from standard.verification.reasons import Reason
from standard.verification.result import PRESENTATION, CheckCode, failed
from standard.verification.sd_jwt_form import read_sd_jwt

LIMIT_BYTES: Final = 2 << 20

_CREDENTIAL: Final = "VerifiableCredential"
_PRESENTATION: Final = "VerifiablePresentation"

_SD_JWT: Final = re.compile(r"eyJ[^~\s]*~\S*", re.ASCII)
# Tag 18 and an array, in base64url: how every COSE_Sign1 begins.
_COMPACT: Final = re.compile(r"0o[QRST][A-Za-z0-9_-]*(?:\s+0o[QRST][A-Za-z0-9_-]*)*", re.ASCII)
_QR_TEXTS: Final = re.compile(r"(?:[^\s#]+#)?[0-9]{20,}(?:\s+(?:[^\s#]+#)?[0-9]{20,})*", re.ASCII)


def recognise(data: bytes | str) -> Reading:
    """Read what was handed over, as far as that needs no key, no clock and no trust.

    Args:
        data: a presentation or a credential as JSON; an SD-JWT; one or more compact copies, or the
            texts of all codes of one KlusCV, with white space between them.

    Raises:
        UnreadableError: it is none of these. What is one of them but broken is read, and fails.
    """
    text = _text(data)
    if text.startswith("{"):
        return _json(text)
    if _SD_JWT.fullmatch(text):
        return _sd_jwt(text)
    if _COMPACT.fullmatch(text):
        return _paper(text.split(), read_compact_texts)
    if _QR_TEXTS.fullmatch(text):
        return _paper(text.split(), read_qr_texts)
    raise UnreadableError("not a KlusCV in any form")


def _text(data: bytes | str) -> str:
    if len(data) > LIMIT_BYTES:
        raise UnreadableError(f"longer than {LIMIT_BYTES} bytes")
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError("not text") from error
    return text.strip()


def _json(text: str) -> Reading:
    try:
        document = strict_json.loads(text, limit_bytes=LIMIT_BYTES)
    except JsonError as error:
        # Ambiguous JSON is one of ours that somebody tampered with; half a file is just unreadable.
        if _kind(_lenient(text)) is None:
            raise
        return Reading(checks=(failed(CheckCode.PARSE, Reason.MALFORMED, PRESENTATION, error=str(error)),))
    kind = _kind(document)
    if not isinstance(document, dict) or kind is None:
        raise UnreadableError("JSON, but neither a credential nor a presentation")
    if kind == _PRESENTATION:
        return read_presentation(document)
    if kind == ENVELOPED:
        return _sd_jwt(str(document.get("id")).removeprefix(ENVELOPE))
    return _single(read_credential(document))


def _lenient(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _kind(document: object) -> str | None:
    """Which kind of the data model a document claims to be, by its type or else by its members.

    Whoever damages the type of a credential has still handed over a credential, and a broken one.
    """
    if not isinstance(document, Mapping):
        return None
    types = _entries(document.get("type"))
    for kind in (_PRESENTATION, _CREDENTIAL, ENVELOPED):
        if kind in types:
            return kind
    if "verifiableCredential" in document:
        return _PRESENTATION
    is_secured = "credentialSubject" in document or "proof" in document
    return _CREDENTIAL if is_secured or CREDENTIALS_V2 in _entries(document.get("@context")) else None


def _entries(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _sd_jwt(text: str) -> Reading:
    copy, parsed = read_sd_jwt(text)
    reading = _single(copy)
    return reading if parsed is None else reading.adding(check_live=partial(check_key_binding, parsed))


def _single(copy: ReadCopy) -> Reading:
    return Reading(copies=(copy,), holder_thumbprint=copy.copy.holder if copy.copy else None)


def _paper(texts: list[str], read: Callable[[list[str]], tuple[ReadCopy, ...]]) -> Reading:
    try:
        copies = read(texts)
    except CompactError as error:
        check = failed(CheckCode.PARSE, Reason.MALFORMED, PRESENTATION, error=str(error))
        return Reading(checks=(check,), is_paper=True)
    holder = next((read_copy.copy.holder for read_copy in copies if read_copy.copy), None)
    return Reading(copies=copies, holder_thumbprint=holder, is_paper=True)
