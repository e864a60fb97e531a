"""The steward's part: a root made anew in every run, and the list of the six organisations under it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from issuer import organisations
from issuer.samples import SAMPLES
from issuer.service import Service
from standard.dids import did_key, did_key_method
from standard.keys import KeySigner, PrivateKey, PublicKey
from standard.model import Did, DidUrl, StatementType
from standard.trust import (
    TrustedKey,
    TrustedOrganisation,
    TrustList,
    TrustRoot,
    trust_list_credential,
)

LIST_ADDRESS = "https://demonstratie.kluscv.example/trust-list"
LIST_NAME = "KlusCV-demonstratie"
LIST_DAYS = 90


def sign_trust_list(service: Service, now: datetime) -> tuple[TrustRoot, bytes]:
    """Make a demonstration root and sign the list of all organisations with it.

    Returns:
        What verifiers pin, and the signed list.
    """
    key = PrivateKey.generate("Ed25519")
    did = did_key(key.public_key)
    trust_list = TrustList(
        id=LIST_ADDRESS,
        name=LIST_NAME,
        demonstration=True,
        valid_from=now,
        valid_until=now + timedelta(days=LIST_DAYS),
        organisations=tuple(_entries(service)),
    )
    signed = trust_list_credential(trust_list, signer=KeySigner(key, did_key_method(did)))
    root = TrustRoot(did, LIST_ADDRESS, LIST_NAME, demonstration=True)
    return root, json.dumps(signed, ensure_ascii=False, indent=1).encode()


def _entries(service: Service) -> list[TrustedOrganisation]:
    entries = []
    with service.database.reading() as session:
        for sample in SAMPLES:
            organisation = organisations.by_slug(session, sample.slug)
            document = organisations.document(session, organisation)
            entries.append(
                TrustedOrganisation(
                    did=Did(organisation.did),
                    name=organisation.name,
                    kind=organisation.kind,
                    contact=organisation.contact,
                    may_issue=tuple(StatementType),
                    status_base=service.status_base(organisation.slug),
                    keys=tuple(_keys(document, organisation.created_at)),
                    retired_on=None,
                )
            )
    return entries


def _keys(document: Mapping[str, object], since: datetime) -> list[TrustedKey]:
    methods = document["verificationMethod"]
    if not isinstance(methods, list):
        raise TypeError("a DID document lists its methods")
    return [
        TrustedKey(
            id=DidUrl(method["id"]),
            public_key=PublicKey.from_multikey(method["publicKeyMultibase"]),
            valid_from=since,
            valid_until=None,
            compromised_at=None,
        )
        for method in methods
    ]
