"""Whom to trust: a pinned root, and the list of organisations that it signed.

The list holds the organisations' keys themselves, with the time in which each was used, so that
credentials outlive the organisation and its web site.

Source: SPECIFICATION, "TrustListCredential".
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Final

from standard import proofs, strict_json
from standard.credentials import check_credential
from standard.dids import did_key_method, did_key_public_key, did_of
from standard.errors import DataModelError, KeyFormatError, ProofError, TrustError, UnreadableError
from standard.jsonld.contexts import CREDENTIALS_V2, KLUSCV_V1
from standard.jsonld.vocabulary import check_vocabulary
from standard.keys import PublicKey, Signer
from standard.model import Did, DidUrl, StatementType
from standard.strict_json import JsonValue
from standard.timestamps import read_date, read_moment, write_moment

ROOT_TYPE: Final = "KlusCVTrustRoot"
LIST_TYPE: Final = "TrustListCredential"
CRYPTOSUITE: Final = "eddsa-rdfc-2022"
PURPOSE: Final = "assertionMethod"
LIMIT_BYTES: Final = 4 << 20
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TrustRoot:
    """What a verifier pins, out of band: whose signature makes a trust list count."""

    root: Did
    trust_list: str
    name: str
    demonstration: bool


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """One key of an organisation, and the time in which the organisation used it."""

    id: DidUrl
    public_key: PublicKey
    valid_from: datetime
    valid_until: datetime | None
    compromised_at: datetime | None

    def was_in_use_on(self, issued: datetime) -> bool:
        """Whether the key may have signed a copy of this date.

        Dates of issue are rounded down to the day, so a key that was in use at any moment of the
        24 hours after `issued` may have signed it.
        """
        return self.valid_from < issued + DAY and (self.valid_until is None or issued < self.valid_until)


@dataclass(frozen=True, slots=True)
class TrustedOrganisation:
    """One organisation: who it is, what it may issue, and with which keys."""

    did: Did
    name: str
    kind: str
    contact: str
    may_issue: tuple[StatementType, ...]
    status_base: str
    keys: tuple[TrustedKey, ...]
    retired_on: date | None

    def key(self, method: DidUrl) -> TrustedKey | None:
        """The key behind one verification method."""
        return next((key for key in self.keys if key.id == method), None)


@dataclass(frozen=True)
class TrustList:
    """Everything that a root stands for, during one period."""

    id: str
    name: str
    demonstration: bool
    valid_from: datetime
    valid_until: datetime
    organisations: tuple[TrustedOrganisation, ...]

    def organisation(self, did: Did) -> TrustedOrganisation | None:
        """The organisation with this DID."""
        return next((entry for entry in self.organisations if entry.did == did), None)

    def key_by_thumbprint(self, thumbprint: bytes) -> tuple[TrustedOrganisation, TrustedKey] | None:
        """Whose key begins its RFC 7638 thumbprint with these eight bytes."""
        return self._keys_by_thumbprint.get(thumbprint)

    @cached_property
    def _keys_by_thumbprint(self) -> Mapping[bytes, tuple[TrustedOrganisation, TrustedKey]]:
        return {
            key.public_key.thumbprint()[:8]: (organisation, key)
            for organisation in self.organisations
            for key in organisation.keys
        }


def root_json(root: TrustRoot) -> bytes:
    """Write what others pin."""
    document = {
        "type": ROOT_TYPE,
        "root": root.root,
        "trustList": root.trust_list,
        "name": root.name,
        "demonstration": root.demonstration,
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def read_root(content: bytes) -> TrustRoot:
    """Read what `root_json` wrote.

    Raises:
        TrustError: it is no trust root.
    """
    try:
        document = strict_json.loads(content, limit_bytes=LIMIT_BYTES)
    except UnreadableError as error:
        raise TrustError(f"the trust root cannot be read: {error}") from error
    match document:
        case {
            "type": "KlusCVTrustRoot",
            "root": str(root),
            "trustList": str(trust_list),
            "name": str(name),
            "demonstration": bool(demonstration),
        } if root.startswith("did:key:"):
            return TrustRoot(Did(root), trust_list, name, demonstration)
    raise TrustError("not a trust root with a did:key, the address of its list, a name and its kind")


def trust_list_credential(trust_list: TrustList, *, signer: Signer) -> dict[str, Any]:
    """Sign a trust list; the signer's key is the root that others pin, as a did:key.

    `read_trust_list` gives back the same value.
    """
    root = did_of(signer.verification_method)
    subject: dict[str, JsonValue] = {
        "id": uuid.uuid5(uuid.NAMESPACE_URL, trust_list.id).urn,
        "type": "TrustList",
        "listName": trust_list.name,
        "demonstration": trust_list.demonstration,
    }
    if trust_list.organisations:
        subject["organisation"] = [_organisation_json(entry) for entry in trust_list.organisations]
    document: dict[str, JsonValue] = {
        "@context": [CREDENTIALS_V2, KLUSCV_V1],
        "id": trust_list.id,
        "type": ["VerifiableCredential", LIST_TYPE],
        "issuer": root,
        "validFrom": write_moment(trust_list.valid_from),
        "validUntil": write_moment(trust_list.valid_until),
        "credentialSubject": subject,
    }
    return proofs.add_proof(
        document, cryptosuite=CRYPTOSUITE, signer=signer, created=trust_list.valid_from, purpose=PURPOSE
    )


def read_trust_list(content: bytes, root: TrustRoot) -> TrustList:
    """Read and verify a trust list under a pinned root. Whether it is in force now is not judged here.

    1. It is strict JSON that follows the data model and the vocabulary.
    2. It is the list that the root names, issued by the root.
    3. Its one proof is the root's.

    Raises:
        TrustError: any of these fails; the list is as good as absent.
    """
    try:
        document = strict_json.loads(content, limit_bytes=LIMIT_BYTES)
        if not isinstance(document, dict) or document.get("type") != ["VerifiableCredential", LIST_TYPE]:
            raise TrustError("not a trust list")
        check_credential(document)
        check_vocabulary(document)
        if document["id"] != root.trust_list or document["issuer"] != root.root:
            raise TrustError("another list than the one that the pinned root names")
        _verify(document, root)
        return _trust_list(document)
    except (UnreadableError, DataModelError, ProofError, KeyFormatError) as error:
        raise TrustError(f"the trust list does not verify: {error}") from error


def _verify(document: Mapping[str, Any], root: TrustRoot) -> None:
    proof = document.get("proof")
    if not isinstance(proof, dict):
        raise TrustError("the trust list has no proof, or several")
    expected = {
        "cryptosuite": CRYPTOSUITE,
        "proofPurpose": PURPOSE,
        "verificationMethod": did_key_method(root.root),
    }
    if any(proof.get(name) != value for name, value in expected.items()):
        raise TrustError("the proof of the trust list is not the pinned root's")
    proofs.verify_proof(document, proof, did_key_public_key(root.root))


def _trust_list(document: Mapping[str, Any]) -> TrustList:
    subject = document["credentialSubject"]
    return TrustList(
        id=document["id"],
        name=subject["listName"],
        demonstration=subject["demonstration"],
        valid_from=read_moment(document["validFrom"]),
        valid_until=read_moment(document["validUntil"]),
        organisations=tuple(_organisation(entry) for entry in subject.get("organisation", [])),
    )


def _organisation(entry: Mapping[str, Any]) -> TrustedOrganisation:
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


def _organisation_json(organisation: TrustedOrganisation) -> dict[str, Any]:
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
