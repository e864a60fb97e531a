"""One organisation of the trust list as JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standard import base64url
from standard.keys import PublicKey
from standard.model import Did, DidUrl, StatementType
from standard.timestamps import read_date, read_moment, write_moment
from standard.trust.values import ArchiveReference, TrustedKey, TrustedOrganisation

# The multihash prefix: SHA-256, 32 bytes.
_SHA_256 = b"\x12\x20"


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
    if organisation.archives:
        document["archive"] = [_archive_json(archive) for archive in organisation.archives]
    return document


def _archive_json(archive: ArchiveReference) -> dict[str, Any]:
    multihash = _SHA_256 + archive.digest
    return {"id": archive.id, "type": "Archive", "digestMultibase": "u" + base64url.encode(multihash)}


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
        archives=tuple(_archive(archive) for archive in entry.get("archive", [])),
    )


def _archive(entry: Mapping[str, Any]) -> ArchiveReference:
    multihash = base64url.decode(entry["digestMultibase"][1:])
    return ArchiveReference(entry["id"], multihash.removeprefix(_SHA_256))


def _key(entry: Mapping[str, Any]) -> TrustedKey:
    return TrustedKey(
        id=DidUrl(entry["id"]),
        public_key=PublicKey.from_multikey(entry["publicKeyMultibase"]),
        valid_from=read_moment(entry["keyValidFrom"]),
        valid_until=read_moment(entry["keyValidUntil"]) if "keyValidUntil" in entry else None,
        compromised_at=read_moment(entry["compromisedAt"]) if "compromisedAt" in entry else None,
    )
