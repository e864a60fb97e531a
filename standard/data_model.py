"""The rules of the Verifiable Credentials Data Model 2.0, for any credential and any presentation.

Source: Verifiable Credentials Data Model v2.0, "Basic Concepts" and "Advanced Concepts". Each error
message begins with a JSON path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from standard.errors import DataModelError
from standard.jsonld import CREDENTIALS_V2
from standard.timestamps import read_moment

Json: TypeAlias = Mapping[str, Any]

_URL = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|\\^`\x7f]+')
_TYPED = ("credentialStatus", "termsOfUse", "evidence", "refreshService", "credentialSchema")


def check_credential_model(document: Json, place: str = "$") -> None:
    """Check an unenveloped credential.

    Raises:
        DataModelError: it breaks the data model.
    """
    _contexts(document, place)
    _types(document, place, "VerifiableCredential")
    _optional_url(document, "id", place)
    _texts(document, place)
    _party(document, "issuer", place)
    _subjects(document, place)
    _validity(document, place)
    for name in _TYPED:
        for at, item in _objects(document, name, place):
            _required(item, "type", at)
            _types(item, at)
            _optional_url(item, "id", at)
    for at, item in _objects(document, "credentialSchema", place):
        _required(item, "id", at)
    _related_resources(document, place)


def check_presentation_model(document: Json, place: str = "$") -> None:
    """Check a presentation and the credentials in it, enveloped or not.

    Raises:
        DataModelError: it breaks the data model.
    """
    _contexts(document, place)
    _types(document, place, "VerifiablePresentation")
    _optional_url(document, "id", place)
    if "holder" in document:
        _party(document, "holder", place)
    for at, credential in _objects(document, "verifiableCredential", place):
        if _is_of_type(credential, "EnvelopedVerifiableCredential"):
            check_envelope(credential, at)
        else:
            check_credential_model(credential, at)


def check_envelope(document: Json, place: str = "$", kind: str = "EnvelopedVerifiableCredential") -> None:
    """Check what stands around an enveloped credential or presentation.

    Raises:
        DataModelError: it is not exactly an envelope.
    """
    contexts = document.get("@context")
    if contexts != CREDENTIALS_V2 and not (isinstance(contexts, list) and contexts[:1] == [CREDENTIALS_V2]):
        raise DataModelError(f"{place}.@context: not the credentials context")
    if document.get("type") not in (kind, [kind]):
        raise DataModelError(f"{place}.type: more than an envelope")
    identifier = document.get("id")
    if not isinstance(identifier, str) or not re.fullmatch(r"data:[^,\s]+,[!-~]+", identifier):
        raise DataModelError(f"{place}.id: not a data: address")


def _contexts(document: Json, place: str) -> None:
    contexts = document.get("@context")
    if not isinstance(contexts, list) or contexts[:1] != [CREDENTIALS_V2]:
        raise DataModelError(f"{place}.@context: does not begin with the credentials context")


def _types(document: Json, place: str, required: str | None = None) -> None:
    value = document.get("type")
    types = value if isinstance(value, list) else [value]
    if not types or not all(isinstance(name, str) and name for name in types):
        raise DataModelError(f"{place}.type: not a type or a list of types")
    if required is not None and required not in types:
        raise DataModelError(f"{place}.type: lacks {required}")


def _is_of_type(document: Json, name: str) -> bool:
    types = document.get("type")
    return name in types if isinstance(types, list) else name == types


def _required(document: Json, name: str, place: str) -> None:
    if name not in document:
        raise DataModelError(f"{place}.{name}: missing")


def _optional_url(document: Json, name: str, place: str) -> None:
    if name in document and not _is_url(document[name]):
        raise DataModelError(f"{place}.{name}: not one absolute address")


def _is_url(value: object) -> bool:
    return isinstance(value, str) and _URL.fullmatch(value) is not None


def _party(document: Json, name: str, place: str) -> None:
    """An issuer or a holder: an address, or an object that has one."""
    _required(document, name, place)
    party = document[name]
    if isinstance(party, Mapping):
        _required(party, "id", f"{place}.{name}")
        _optional_url(party, "id", f"{place}.{name}")
        _texts(party, f"{place}.{name}")
    else:
        _optional_url(document, name, place)


def _subjects(document: Json, place: str) -> None:
    _required(document, "credentialSubject", place)
    for at, subject in _objects(document, "credentialSubject", place):
        if not subject:
            raise DataModelError(f"{at}: says nothing")
        _optional_url(subject, "id", at)


def _validity(document: Json, place: str) -> None:
    moments: dict[str, datetime] = {}
    for name in ("validFrom", "validUntil"):
        if name in document:
            moments[name] = _moment(document[name], f"{place}.{name}")
    if len(moments) == 2 and moments["validUntil"] < moments["validFrom"]:
        raise DataModelError(f"{place}.validUntil: before validFrom")


def _moment(value: object, place: str) -> datetime:
    if not isinstance(value, str):
        raise DataModelError(f"{place}: not a date and time")
    try:
        return read_moment(value)
    except DataModelError as error:
        raise DataModelError(f"{place}: {error}") from error


def _texts(document: Json, place: str) -> None:
    """`name` and `description`: a text, or texts with their languages and nothing else."""
    for name in ("name", "description"):
        value = document.get(name, "")
        for item in value if isinstance(value, list) else [value]:
            if not isinstance(item, str) and not _is_language_value(item):
                raise DataModelError(f"{place}.{name}: not a text, with its language or without")


def _is_language_value(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and "@value" in value
        and value.keys() <= {"@value", "@language", "@direction"}
        and all(isinstance(part, str) for part in value.values())
    )


def _related_resources(document: Json, place: str) -> None:
    seen: set[str] = set()
    for at, resource in _objects(document, "relatedResource", place):
        _required(resource, "id", at)
        _optional_url(resource, "id", at)
        if resource["id"] in seen:
            raise DataModelError(f"{at}.id: listed twice")
        seen.add(resource["id"])
        if not {"digestSRI", "digestMultibase"} & resource.keys():
            raise DataModelError(f"{at}: has no digest")


def _objects(document: Json, name: str, place: str) -> Iterator[tuple[str, Json]]:
    """Each object of a member that holds one or several, with its place."""
    if name not in document:
        return
    value, at = document[name], f"{place}.{name}"
    items = list(value) if isinstance(value, list) else [value]
    if not items:
        raise DataModelError(f"{at}: an empty list")
    for index, item in enumerate(items):
        where = f"{at}[{index}]" if isinstance(value, list) else at
        if not isinstance(item, Mapping):
            raise DataModelError(f"{where}: not an object")
        yield where, item
