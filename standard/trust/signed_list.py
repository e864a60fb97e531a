"""The trust list as a credential: signing it, and reading it under a pinned root.

Source: SPECIFICATION, "TrustListCredential".
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from standard import proofs, strict_json
from standard.credentials import check_credential
from standard.dids import did_key_method, did_key_public_key, did_of
from standard.errors import DataModelError, KeyFormatError, ProofError, TrustError, UnreadableError
from standard.jsonld import CREDENTIALS_V2, KLUSCV_V1
from standard.keys import Signer
from standard.model import Did
from standard.strict_json import JsonValue
from standard.timestamps import read_moment, write_moment
from standard.trust.organisation_json import organisation_json, read_organisation
from standard.trust.root import TrustRoot
from standard.trust.values import Successor, TrustList

LIST_TYPE: Final = "TrustListCredential"
CRYPTOSUITE: Final = "eddsa-rdfc-2022"
PURPOSE: Final = "assertionMethod"
LIMIT_BYTES: Final = 4 << 20


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
        subject["organisation"] = [organisation_json(entry) for entry in trust_list.organisations]
    if trust_list.successor is not None:
        successor = trust_list.successor
        subject["successor"] = {
            "id": successor.root,
            "type": "TrustRoot",
            "trustList": successor.trust_list,
        }
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


# The same bytes under the same root are the same list at any time; only good ones are remembered.
@lru_cache(maxsize=8)
def read_trust_list(content: bytes, root: TrustRoot) -> TrustList:
    """Read and verify a trust list under a pinned root. Whether it is in force now is not judged here.

    A list that was read before is not read again while its bytes stay the same to the last.

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
        secured = proofs.SecuredDocument(document)
        secured.check_vocabulary()
        if document["id"] != root.trust_list or document["issuer"] != root.root:
            raise TrustError("another list than the one that the pinned root names")
        _verify(document, secured, root)
        return _trust_list(document)
    except (UnreadableError, DataModelError, ProofError, KeyFormatError) as error:
        raise TrustError(f"the trust list does not verify: {error}") from error


def _verify(document: Mapping[str, Any], secured: proofs.SecuredDocument, root: TrustRoot) -> None:
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
    secured.verify_proof(proof, did_key_public_key(root.root))


def _trust_list(document: Mapping[str, Any]) -> TrustList:
    subject = document["credentialSubject"]
    return TrustList(
        id=document["id"],
        name=subject["listName"],
        demonstration=subject["demonstration"],
        valid_from=read_moment(document["validFrom"]),
        valid_until=read_moment(document["validUntil"]),
        organisations=tuple(read_organisation(entry) for entry in subject.get("organisation", [])),
        successor=_successor(subject["successor"]) if "successor" in subject else None,
    )


def _successor(entry: Mapping[str, Any]) -> Successor:
    # Read now, so that a list with a root that nobody can follow is no list.
    did_key_public_key(Did(entry["id"]))
    return Successor(Did(entry["id"]), entry["trustList"])
