"""One organisation of the trust list as JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standard.keys import PublicKey
from standard.model import Did, DidUrl, StatementType
from standard.timestamps import read_date, read_moment, write_moment
from standard.trust.values import TrustedKey, TrustedOrganisation


def organisation_json(organisation: TrustedOrganisation) -> dict[str, Any]:
    """Write an organisation as it stands in the list."""
    document: dict[str, Any] = {
        "id": organisation.did,
        "type": "TrustedOrganisation",
        "organisationName": organisation.name,
        "organisationKind": organisation.kind,
        "contact": organisation.contact,
        "mayIssue": [statement_type.value for statement_type in organisation.may_issue],
        "statusBase": organisation.status_base,
        "trustedKey": [_key_json(key) for key in organisation.keys],
    }
    if organisation.retired_on is not None:
        document["retiredOn"] = organisation.retired_on.isoformat()
    return document


def _key_json(key: TrustedKey) -> dict[str, Any]:
    document = {
        "id": key.id,
        "type": "TrustedKey",
        "publicKeyMultibase": key.public_key.multikey,
        "keyValidFrom": write_moment(key.valid_from),
    }
    if key.valid_until is not None:
        document["keyValidUntil"] = write_moment(key.valid_until)
    if key.compromised_at is not None:
        document["compromisedAt"] = write_moment(key.compromised_at)
    return document


def read_organisation(entry: Mapping[str, Any]) -> TrustedOrganisation:
    """Read an organisation of a list that follows its schema.

    Raises:
        DataModelError: a date that no calendar has.
        KeyFormatError: a key that is none.
    """
    retired_on = entry.get("retiredOn")
    return TrustedOrganisation(
        did=Did(entry["id"]),
        name=entry["organisationName"],
        kind=entry["organisationKind"],
        contact=entry["contact"],
        # A later edition of the standard may know more types; this one issues none of them.
        may_issue=tuple(kind for kind in StatementType if kind.value in entry["mayIssue"]),
        status_base=entry["statusBase"],
        keys=tuple(_key(key) for key in entry["trustedKey"]),
        retired_on=read_date(retired_on) if retired_on is not None else None,
    )


def _key(entry: Mapping[str, Any]) -> TrustedKey:
    return TrustedKey(
        id=DidUrl(entry["id"]),
        public_key=PublicKey.from_multikey(entry["publicKeyMultibase"]),
        valid_from=read_moment(entry["keyValidFrom"]),
        valid_until=read_moment(entry["keyValidUntil"]) if "keyValidUntil" in entry else None,
        compromised_at=read_moment(entry["compromisedAt"]) if "compromisedAt" in entry else None,
    )
