"""The Data Integrity form of a statement, before it is signed, and the checks of every document.

Source: SPECIFICATION, "The credential around them" and "KlusCVPresentation".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from standard import schemas
from standard.claims import parse_subject, statement_type, subject_claims
from standard.data_model import check_credential_model, check_presentation_model
from standard.errors import DataModelError
from standard.jsonld import CREDENTIALS_V2, KLUSCV_V1
from standard.model import Did, Statement, StatementType
from standard.status_list import StatusReference, credential_status
from standard.timestamps import day_start, write_moment

CONTEXTS = (CREDENTIALS_V2, KLUSCV_V1)

_OF_EVERY_COPY: Final = ("@context", "id", "type", "credentialSubject", "proof")
_LISTS: Final = ("engagement", "achievement", "rating", "review")
_SUBJECT: Final = "/credentialSubject"


def credential_document(
    statement: Statement,
    *,
    issuer: Did,
    organisation_name: str,
    subject: Did,
    credential_id: str,
    issued: datetime,
    status: StatusReference | None,
    new_id: Callable[[], str],
    supersedes: Sequence[str] = (),
    valid_until: datetime | None = None,
) -> dict[str, Any]:
    """Write one statement about one holder as an unsigned credential, without the worker's name.

    Args:
        statement: what the organisation commits to.
        issuer: the organisation's DID.
        organisation_name: what people call the organisation.
        subject: the worker's did:key.
        credential_id: a fresh `urn:uuid:…`.
        issued: the moment of issue; `validFrom` is its day, in UTC.
        status: the entry that can withdraw this copy.
        new_id: makes a fresh `urn:uuid:…` for each node.
        supersedes: the ids of earlier copies for the same holder that this one corrects.
        valid_until: from when the copy does not count any more.
    """
    kind = statement_type(statement)
    document: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": credential_id,
        "type": ["VerifiableCredential", kind.value],
        "issuer": {"id": issuer, "organisationName": organisation_name},
        "validFrom": write_moment(day_start(issued)),
        "credentialSubject": {"id": subject, **subject_claims(statement, new_id=new_id)},
        "credentialSchema": {"id": schemas.schema_url(kind.value), "type": "JsonSchema"},
    }
    if valid_until is not None:
        document["validUntil"] = write_moment(valid_until)
    if status is not None:
        document["credentialStatus"] = credential_status(status)
    if supersedes:
        document["supersedes"] = list(supersedes)
    return document


def mandatory_pointers(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Point to what the holder of an `ecdsa-sd-2023` copy cannot leave out.

    That is everything but the single records; a record with the organisation's mark of a dispute stays
    too, for the mark must not be parted from it.
    """
    subject = document["credentialSubject"]
    around = [f"/{name}" for name in document if name not in _OF_EVERY_COPY]
    members = [f"{_SUBJECT}/{name}" for name in subject if name != "id" and name not in _LISTS]
    marked = [
        f"{_SUBJECT}/{name}/{place}"
        for name in _LISTS
        for place, record in enumerate(subject.get(name, ()))
        if "dispute" in record
    ]
    return (*around, *members, *marked)


def check_credential(document: Mapping[str, Any], *, in_part: bool = False) -> Statement | None:
    """Check a credential, signed or not: data model, JSON Schema of its type, sense of its claims.

    Args:
        document: any credential.
        in_part: whether its holder may have left records out, as `ecdsa-sd-2023` lets them.

    Returns:
        What it states about a worker, when that is what it is for.

    Raises:
        DataModelError: the message begins with the JSON path.
    """
    check_credential_model(document)
    schemas.validate(document, in_part=in_part)
    kind = credential_type(document)
    if kind is None:
        return None
    statement = _statement(document, kind)
    if document["id"] in document.get("supersedes", ()):
        raise DataModelError("$.supersedes: names the credential itself")
    return statement


def check_presentation(document: Mapping[str, Any]) -> None:
    """Check a presentation, signed or not: data model, and JSON Schema of its type.

    Raises:
        DataModelError: the message begins with the JSON path.
    """
    check_presentation_model(document)
    schemas.validate(document)


def credential_type(document: Mapping[str, Any]) -> StatementType | None:
    """Which kind of statement a credential carries; None when it is of another type."""
    types = document.get("type")
    kinds = [kind for kind in StatementType if isinstance(types, list) and kind.value in types]
    return kinds[0] if len(kinds) == 1 else None


def _statement(document: Mapping[str, Any], kind: StatementType) -> Statement:
    """Read the claims; the Data Integrity form carries no name."""
    subject = document.get("credentialSubject")
    try:
        return parse_subject(kind, subject if isinstance(subject, Mapping) else {})
    except DataModelError as error:
        raise DataModelError(f"$.credentialSubject.{error}") from error
