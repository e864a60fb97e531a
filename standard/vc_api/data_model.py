"""The data model of credentials of any kind, of version 2.0 and of version 1.1.

Source: Verifiable Credentials Data Model v2.0; Verifiable Credentials Data Model v1.1, "Basic Concepts".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from standard import schemas
from standard.credentials import check_credential, check_presentation
from standard.data_model import check_credential_model, check_presentation_model
from standard.errors import DataModelError, VocabularyError
from standard.jsonld import CREDENTIALS_V1, KLUSCV_V1, Contexts, quads
from standard.timestamps import read_moment
from standard.vc_api.contexts import with_addresses
from standard.vc_api.related_resources import check_related_resources

Json = Mapping[str, Any]

_URL: Final = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|\\^`\x7f]+')
_TYPED_V1: Final = ("credentialStatus", "termsOfUse", "evidence", "refreshService", "credentialSchema")
_ADDRESSED_V1: Final = ("credentialStatus", "refreshService", "credentialSchema")


def is_version_1(document: Json) -> bool:
    """Whether a document follows version 1.1."""
    contexts = document.get("@context")
    return isinstance(contexts, list) and contexts[:1] == [CREDENTIALS_V1]


def is_kluscv(document: Json) -> bool:
    """Whether a document names this standard's context, and must therefore follow this standard."""
    contexts = document.get("@context")
    return isinstance(contexts, list) and KLUSCV_V1 in contexts


def check_any_credential(document: Json) -> None:
    """Check a credential of any kind.

    Raises:
        DataModelError: the message begins with the JSON path.
    """
    if is_version_1(document):
        _check_credential_v1(document, "$")
    elif is_kluscv(document):
        check_credential(document)
    else:
        check_credential_model(document)
        schemas.validate(document)
    check_related_resources(document)


def check_any_presentation(document: Json) -> None:
    """Check a presentation; the credentials in it are for `check_any_credential`.

    Raises:
        DataModelError: the message begins with the JSON path.
    """
    without = {name: value for name, value in document.items() if name != "verifiableCredential"}
    if is_kluscv(document):
        check_presentation(document)
    elif is_version_1(document):
        _check_types(document, "$", "VerifiablePresentation")
        _check_url(document, "id", "$")
    else:
        check_presentation_model(without)


def check_vocabulary(document: Json, known: Contexts) -> None:
    """Refuse a document of which a part would be lost, or would become something else.

    Its proofs are left out: each kind of proof says for itself what of it is signed.

    Raises:
        VocabularyError: the message begins with the JSON path, or names the address that is not one.
    """
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    renamed, contexts = with_addresses(unsecured, known)
    for quad in quads(renamed, contexts=contexts):
        for term in quad:
            # A context of this standard maps terms to addresses; an inline one may map them to anything.
            if term.startswith("<") and not _URL.fullmatch(term[1:-1]):
                raise VocabularyError("a context makes something else than an absolute address of a term")


def validity(document: Json) -> tuple[datetime | None, datetime | None]:
    """From when until when a checked credential is valid."""
    names = ("issuanceDate", "expirationDate") if is_version_1(document) else ("validFrom", "validUntil")
    start, end = (read_moment(document[name]) if name in document else None for name in names)
    return start, end


def party(document: Json, name: str) -> str | None:
    """The address of an issuer or a holder, given alone or in an object."""
    value = document.get(name)
    identifier = value.get("id") if isinstance(value, Mapping) else value
    return identifier if isinstance(identifier, str) else None


def credentials_in(presentation: Json) -> Iterator[tuple[str, Json]]:
    """Each credential of a presentation, with its place.

    Raises:
        DataModelError: something else than an object stands there.
    """
    value = presentation.get("verifiableCredential", [])
    for position, item in enumerate(value if isinstance(value, list) else [value]):
        place = f"$.verifiableCredential[{position}]"
        if not isinstance(item, Mapping):
            raise DataModelError(f"{place}: not an object")
        yield place, item


def _check_credential_v1(document: Json, place: str) -> None:
    _check_types(document, place, "VerifiableCredential")
    _check_url(document, "id", place)
    identifier = party(document, "issuer")
    if identifier is None or not _URL.fullmatch(identifier):
        raise DataModelError(f"{place}.issuer: not an address, alone or in an object")
    subjects = document.get("credentialSubject")
    items = subjects if isinstance(subjects, list) else [subjects]
    claims = [item for item in items if isinstance(item, Mapping) and item]
    if not items or len(claims) < len(items):
        raise DataModelError(f"{place}.credentialSubject: not one or more objects with claims")
    for item in claims:
        _check_url(item, "id", f"{place}.credentialSubject")
    if "issuanceDate" not in document:
        raise DataModelError(f"{place}.issuanceDate: missing")
    for name in ("issuanceDate", "expirationDate"):
        if name in document:
            _check_moment(document[name], f"{place}.{name}")
    start, end = validity(document)
    if start is not None and end is not None and end < start:
        raise DataModelError(f"{place}.expirationDate: before issuanceDate")
    for name in _TYPED_V1:
        _check_objects_v1(document, name, f"{place}.{name}")


def _check_objects_v1(document: Json, name: str, place: str) -> None:
    value = document.get(name, [])
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, Mapping):
            raise DataModelError(f"{place}: not an object")
        _check_types(item, place)
        if name in _ADDRESSED_V1 and "id" not in item:
            raise DataModelError(f"{place}.id: missing")
        _check_url(item, "id", place)


def _check_types(document: Json, place: str, required: str | None = None) -> None:
    value = document.get("type")
    types = value if isinstance(value, list) else [value]
    if not types or not all(isinstance(name, str) and name for name in types):
        raise DataModelError(f"{place}.type: not a type or a list of types")
    if required is not None and required not in types:
        raise DataModelError(f"{place}.type: lacks {required}")


def _check_url(document: Json, name: str, place: str) -> None:
    value = document.get(name, "urn:left-out")
    if not isinstance(value, str) or not _URL.fullmatch(value):
        raise DataModelError(f"{place}.{name}: not one absolute address")


def _check_moment(value: object, place: str) -> None:
    if not isinstance(value, str):
        raise DataModelError(f"{place}: not a date and time")
    try:
        read_moment(value)
    except DataModelError as error:
        raise DataModelError(f"{place}: {error}") from error
